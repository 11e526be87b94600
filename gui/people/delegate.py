"""Paints one person in the list: portrait, name, when last seen."""

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRect, QRectF, QSize, QSizeF, Qt
from PySide6.QtGui import QFont, QPainter, QPalette, QPen
from PySide6.QtWidgets import QLineEdit, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from core.gallery import Gallery
from core.types import Person
from gui.look import theme
from gui.look.shortcuts import give_way_to_shortcuts
from gui.look.thumbnails import Thumbnails
from gui.people.last_seen import seen_text as seen_text
from gui.people.model import PERSON_ROLE

SIDE, MARGIN, RADIUS = 48, 8, 10
"""Side, margin and corner radius of a portrait, in pixels."""
MOST_PORTRAITS = 500
"""Portraits kept; a window shows one or two dozen at once."""


class PersonDelegate(QStyledItemDelegate):
    """Paints and edits rows of the people list. Portraits are read on a thread and painted when they arrive."""

    def __init__(self, gallery: Gallery, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        # The number of photos is part of the key: with another photo, another portrait may be the best.
        self.portraits: Thumbnails[tuple[int, int]] = Thumbnails(
            lambda key: gallery.portrait(key[0]), RADIUS / SIDE, MOST_PORTRAITS, parent=self
        )

    def sizeHint(self, _option: QStyleOptionViewItem, _index: QModelIndex | QPersistentModelIndex) -> QSize:
        """The same height for every row."""
        return QSize(200, SIDE + 2 * MARGIN)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Paints one row."""
        person = index.data(PERSON_ROLE)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = QRect(option.rect)
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        hovered = bool(option.state & QStyle.StateFlag.State_MouseOver)
        palette: QPalette = option.palette
        if selected or hovered:
            fill = palette.color(QPalette.ColorRole.Highlight)
            fill.setAlpha(60 if selected else 25)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(fill)
            painter.drawRoundedRect(QRectF(area).adjusted(4, 1, -4, -1), 8, 8)
        if option.state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(QPen(palette.color(QPalette.ColorRole.Accent), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(area).adjusted(5, 2, -5, -2), 8, 8)
        self._paint_portrait(painter, QPointF(area.left() + MARGIN + 4, area.top() + MARGIN), person)
        text = area.adjusted(SIDE + 3 * MARGIN, MARGIN + 2, -MARGIN, -MARGIN - 2)
        font = QFont(option.font)
        font.setWeight(QFont.Weight.DemiBold)
        painter.setFont(font)
        painter.setPen(palette.color(QPalette.ColorRole.Text))
        name = painter.fontMetrics().elidedText(person.name, Qt.TextElideMode.ElideRight, text.width())
        painter.drawText(text, Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft, name)
        painter.setFont(option.font)
        painter.setPen(theme.colours().quiet)
        seen = painter.fontMetrics().elidedText(seen_text(person), Qt.TextElideMode.ElideRight, text.width())
        painter.drawText(text, Qt.AlignmentFlag.AlignBottom | Qt.AlignmentFlag.AlignLeft, seen)
        painter.restore()

    def _paint_portrait(self, painter: QPainter, corner: QPointF, person: Person) -> None:
        portrait = self.portraits.get((person.id, person.templates), SIDE, painter.device().devicePixelRatioF())
        if portrait:
            painter.drawPixmap(corner, portrait)
        else:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colours().line)
            painter.drawRoundedRect(QRectF(corner, QSizeF(SIDE, SIDE)), RADIUS, RADIUS)

    def updateEditorGeometry(
        self, editor: QWidget, option: QStyleOptionViewItem, _index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Puts the editor where the name is."""
        editor.setGeometry(QRect(option.rect).adjusted(SIDE + 2 * MARGIN + 4, MARGIN, -MARGIN, -MARGIN))

    def createEditor(
        self, parent: QWidget, _option: QStyleOptionViewItem, _index: QModelIndex | QPersistentModelIndex
    ) -> QWidget:
        """Creates a field for the name."""
        editor = QLineEdit(parent)
        editor.setAccessibleName(self.tr("Name"))
        give_way_to_shortcuts(editor)
        return editor

    def setEditorData(self, editor: QWidget, index: QModelIndex | QPersistentModelIndex) -> None:
        """Fills in the name, unless the user has begun to type."""
        assert isinstance(editor, QLineEdit)
        if not editor.isModified():
            editor.setText(str(index.data(Qt.ItemDataRole.EditRole)))
            editor.selectAll()
