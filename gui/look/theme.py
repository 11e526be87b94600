"""Colours, style sheet and icons, in a light and a dark theme."""

from dataclasses import dataclass

from PySide6.QtCore import QByteArray, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QGuiApplication, QIcon, QIconEngine, QPainter, QPalette, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QApplication

from core.system.paths import ASSETS

ICONS = ASSETS / "icons"


@dataclass(frozen=True, slots=True)
class Colours:
    """Colours for which QPalette has no role."""

    known: QColor
    unknown: QColor
    warning: QColor
    quiet: QColor
    """Secondary text."""
    line: QColor
    stage: QColor
    """Background around the live picture."""
    on_stage: QColor
    """Text on `stage`."""


LIGHT = Colours(
    known=QColor("#0b7a55"),
    unknown=QColor("#b45309"),
    warning=QColor("#b45309"),
    quiet=QColor("#5d6673"),
    line=QColor("#d9dde3"),
    stage=QColor("#e9ecf0"),
    on_stage=QColor("#1c2430"),
)
DARK = Colours(
    known=QColor("#34c08b"),
    unknown=QColor("#f0a040"),
    warning=QColor("#f0a040"),
    quiet=QColor("#9aa4b2"),
    line=QColor("#3a414c"),
    stage=QColor("#12151a"),
    on_stage=QColor("#e6e9ee"),
)
ON_PICTURE = Colours(
    known=QColor("#0f9d6c"),
    unknown=QColor("#d97a06"),
    warning=QColor("#d97a06"),
    quiet=QColor("#ffffff"),
    line=QColor("#000000"),
    stage=QColor("#000000"),
    on_stage=QColor("#ffffff"),
)
"""Drawn over a camera's picture, so the same in both themes."""

ACCENT = QColor("#0b7a55")
CHOSEN = "chosen color scheme"
"""Name of the application's property that holds the scheme chosen by the user."""


def is_dark() -> bool:
    """Whether the theme is dark: by the user's choice, else by the system's."""
    application = QApplication.instance()
    chosen = application.property(CHOSEN) if application else None
    return (chosen or QGuiApplication.styleHints().colorScheme()) == Qt.ColorScheme.Dark


def choose(application: QApplication, scheme: Qt.ColorScheme | None) -> None:
    """Sets a light or dark scheme; None follows the system."""
    application.setProperty(CHOSEN, scheme)
    _repaint(application)


def colours() -> Colours:
    """The colours of the current theme."""
    return DARK if is_dark() else LIGHT


def apply(application: QApplication) -> None:
    """Sets style and palette; keeps them up to date when the system changes between light and dark."""
    application.setStyle("Fusion")
    _repaint(application)
    QGuiApplication.styleHints().colorSchemeChanged.connect(lambda _scheme: _repaint(application))


def _repaint(application: QApplication) -> None:
    application.setPalette(_palette())
    application.setStyleSheet(_style())


def _palette() -> QPalette:
    dark = is_dark()
    window, base = (QColor("#1b1f26"), QColor("#14171c")) if dark else (QColor("#f6f7f9"), QColor("#ffffff"))
    text, accent = (QColor("#e6e9ee"), QColor("#34c08b")) if dark else (QColor("#1c2430"), ACCENT)
    button = QColor("#262c35") if dark else QColor("#ffffff")
    palette = QPalette()
    for role, colour in (
        (QPalette.ColorRole.Window, window),
        (QPalette.ColorRole.Base, base),
        (QPalette.ColorRole.AlternateBase, window),
        (QPalette.ColorRole.Button, button),
        (QPalette.ColorRole.WindowText, text),
        (QPalette.ColorRole.Text, text),
        (QPalette.ColorRole.ButtonText, text),
        (QPalette.ColorRole.ToolTipBase, base),
        (QPalette.ColorRole.ToolTipText, text),
        (QPalette.ColorRole.PlaceholderText, colours().quiet),
        (QPalette.ColorRole.Highlight, accent),
        (QPalette.ColorRole.HighlightedText, QColor("#06140e") if dark else QColor("#ffffff")),
        (QPalette.ColorRole.Accent, accent),
        (QPalette.ColorRole.Link, accent),
    ):
        palette.setColor(role, colour)
    for role in (QPalette.ColorRole.WindowText, QPalette.ColorRole.Text, QPalette.ColorRole.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, role, colours().quiet)
    return palette


def _style() -> str:
    line, quiet = colours().line.name(), colours().quiet.name()
    arrow = (ICONS / ("arrow-dark.svg" if is_dark() else "arrow-light.svg")).as_posix()
    chosen = "#1d3f36" if is_dark() else "#d3ece3"
    check = (ICONS / ("check-dark.svg" if is_dark() else "check-light.svg")).as_posix()
    accent = "#34c08b" if is_dark() else ACCENT.name()
    on_accent = "#06140e" if is_dark() else "#ffffff"
    return f"""
        QPushButton, QComboBox, QToolBar QToolButton#chooser {{ padding: 6px 12px; border: 1px solid {line};
            border-radius: 6px; background: palette(button); }}
        QComboBox {{ combobox-popup: 0; }}
        QComboBox QAbstractItemView, QListView#completions {{ border: 1px solid {line}; padding: 4px;
            background: palette(base); color: palette(text); outline: none; }}
        QComboBox QAbstractItemView::item, QListView#completions::item {{ min-height: 26px; padding: 0 8px;
            border-radius: 4px; }}
        QComboBox QAbstractItemView::item:selected, QListView#completions::item:selected {{
            background: {accent}; color: {on_accent}; }}
        QComboBox::drop-down {{ border: none; width: 24px; }}
        QComboBox::down-arrow {{ image: url({arrow}); width: 14px; height: 14px; }}
        QToolBar QToolButton#chooser {{ padding-right: 26px; }}
        QToolButton#chooser::menu-indicator {{ image: url({arrow}); width: 14px; height: 14px;
            subcontrol-position: center right; subcontrol-origin: padding; right: 8px; }}
        QPushButton:hover, QComboBox:hover, QToolBar QToolButton#chooser:hover {{ border-color: {accent}; }}
        QPushButton:focus, QComboBox:focus, QToolBar QToolButton#chooser:focus {{ border: 2px solid {accent};
            padding: 5px 11px; }}
        QToolBar QToolButton#chooser:focus {{ padding-right: 25px; }}
        QPushButton:disabled {{ color: {quiet}; }}
        QPushButton[primary="true"] {{ background: {accent}; color: {on_accent}; border-color: {accent};
            font-weight: 600; }}
        QPushButton[primary="true"]:disabled {{ background: {line}; color: {quiet}; border-color: {line}; }}
        QPushButton[primary="true"]:focus {{ border: 2px solid palette(text); }}
        QLineEdit {{ padding: 6px 8px; border: 1px solid {line}; border-radius: 6px; background: palette(base); }}
        QLineEdit:focus {{ border: 2px solid {accent}; padding: 5px 7px; }}
        QToolBar QComboBox {{ min-height: 26px; }}
        QToolBar QToolButton {{ padding: 6px; border: 1px solid transparent; border-radius: 6px; }}
        QToolBar QToolButton:hover {{ border-color: {line}; }}
        QToolBar QToolButton:checked {{ border-color: {accent}; background: palette(base); }}
        QToolBar QToolButton:focus {{ border: 2px solid {accent}; padding: 5px; }}
        QToolBar {{ border: none; border-bottom: 1px solid {line}; padding: 8px; spacing: 8px; }}
        QMenu {{ border: 1px solid {line}; }}
        QToolTip {{ border: 1px solid {line}; padding: 4px; background: palette(base); color: palette(text); }}
        QStatusBar {{ border-top: 1px solid {line}; }}
        QStatusBar::item {{ border: none; }}
        QScrollBar:vertical {{ background: transparent; width: 12px; margin: 0; }}
        QScrollBar::handle:vertical {{ background: {line}; border-radius: 4px; margin: 2px; min-height: 36px; }}
        QScrollBar::handle:vertical:hover {{ background: {quiet}; }}
        QScrollBar:horizontal {{ background: transparent; height: 12px; margin: 0; }}
        QScrollBar::handle:horizontal {{ background: {line}; border-radius: 4px; margin: 2px; min-width: 36px; }}
        QScrollBar::handle:horizontal:hover {{ background: {quiet}; }}
        QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
        QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}
        QFrame#undo {{ border: 1px solid {line}; border-radius: 8px; background: palette(base); }}
        QTableView#sightings, QListView#unknown, QListView#rules {{ border: 1px solid {line}; border-radius: 6px;
            outline: none; }}
        QTableView#sightings QHeaderView::section {{ border: none; border-bottom: 1px solid {line}; padding: 6px 4px;
            background: palette(base); color: {quiet}; }}
        QTableView#sightings::item {{ padding: 0 4px; }}
        QListView#rules::item {{ padding: 8px 6px; }}
        QListView#unknown::item {{ padding: 10px 4px; border-radius: 8px; }}
        QTableView#sightings::item:selected, QListView#unknown::item:selected {{ background: {accent};
            color: {on_accent}; }}
        QFrame#guide {{ border: 2px solid {accent}; border-radius: 10px; background: palette(window); }}
        QListView#people {{ border: none; background: transparent; outline: none; }}
        QTableView#import {{ border: 1px solid {line}; border-radius: 6px; background: palette(base); outline: none; }}
        QTableView#import::item {{ border: none; padding: 0 6px; }}
        QTableView#import::item:selected {{ background: {chosen}; color: palette(text); }}
        QTableView#import::indicator {{ width: 16px; height: 16px; border: 1px solid {quiet}; border-radius: 4px;
            background: palette(base); margin-left: 4px; }}
        QTableView#import::indicator:checked {{ background: {accent}; border-color: {accent}; image: url({check}); }}
        QTableView#import QHeaderView {{ background: transparent; border: none; }}
        QTableView#import QHeaderView::section {{ padding: 7px 6px; border: none; border-bottom: 1px solid {line};
            background: palette(base); color: {quiet}; }}
        QLabel[quiet="true"] {{ color: {quiet}; }}
        QLabel[heading="true"] {{ font-size: 15px; font-weight: 600; }}
        QLabel[warning="true"] {{ color: {colours().warning.name()}; }}
        QLabel[good="true"] {{ color: {colours().known.name()}; }}
    """


def icon(name: str) -> QIcon:
    """An icon of `assets/icons`, painted in the current theme's text colour."""
    return QIcon(_Symbol(name))


class _Symbol(QIconEngine):
    """Renders the icon on each use, so that existing icons follow a change of theme."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self._name = name

    def clone(self) -> QIconEngine:
        return _Symbol(self._name)

    def pixmap(self, size: QSize, mode: QIcon.Mode, _state: QIcon.State) -> QPixmap:
        return symbol(self._name, min(size.width(), size.height()), _text_colour(mode))

    def scaledPixmap(self, size: QSize, mode: QIcon.Mode, _state: QIcon.State, scale: float) -> QPixmap:
        # `size` is in physical pixels here.
        return symbol(self._name, min(size.width(), size.height()) / scale, _text_colour(mode), scale)

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, _state: QIcon.State) -> None:
        _renderer(self._name, _text_colour(mode)).render(painter, QRectF(rect))


def _text_colour(mode: QIcon.Mode) -> QColor:
    group = QPalette.ColorGroup.Disabled if mode == QIcon.Mode.Disabled else QPalette.ColorGroup.Active
    return QApplication.palette().color(group, QPalette.ColorRole.ButtonText)


def _renderer(name: str, colour: QColor) -> QSvgRenderer:
    svg = (ICONS / f"{name}.svg").read_text(encoding="utf-8").replace("currentColor", colour.name())
    return QSvgRenderer(QByteArray(svg.encode()))


def symbol(name: str, side: float, colour: QColor, ratio: float = 1.0) -> QPixmap:
    """An icon as a pixmap in any colour. side: device-independent pixels. ratio: the screen's pixel ratio."""
    pixels = round(side * ratio)
    pixmap = QPixmap(pixels, pixels)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    _renderer(name, colour).render(painter, QRectF(0, 0, pixels, pixels))
    painter.end()
    pixmap.setDevicePixelRatio(ratio)
    return pixmap
