"""The list of keyboard shortcuts, made of the window's own actions."""

from collections.abc import Iterator

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import (
    QDialog,
    QHeaderView,
    QMainWindow,
    QMenu,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
)

from gui.look.window_size import resize_to_fit

Group = tuple[str, list[tuple[str, str]]]
"""A menu's name, and what its actions are called with their shortcuts."""


class ShortcutList(QDialog):
    """Each menu with those of its actions that have a shortcut, then what has no menu."""

    def __init__(self, window: QMainWindow) -> None:
        super().__init__(window)
        self.setWindowTitle(self.tr("Keyboard shortcuts"))
        self.list = QTreeWidget()
        self.list.setRootIsDecorated(False)
        self.list.setItemsExpandable(False)
        self.list.setHeaderLabels([self.tr("What it does"), self.tr("Keys")])
        self.list.setAccessibleName(self.windowTitle())
        self.list.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.list.header().setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        self.list.header().setStretchLastSection(False)
        elsewhere = (self.tr("In the window"), [*self._without_menu(window), *self._of_the_view()])
        for title, rows in (*menu_shortcuts(window), elsewhere):
            group = QTreeWidgetItem(self.list, [title])
            font = group.font(0)
            font.setBold(True)
            group.setFont(0, font)
            group.addChildren([QTreeWidgetItem(list(row)) for row in rows])
        self.list.expandAll()
        close = QPushButton(self.tr("Close"), default=True)
        close.clicked.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(18, 18, 18, 16)
        layout.setSpacing(14)
        layout.addWidget(self.list, 1)
        layout.addWidget(close, 0, Qt.AlignmentFlag.AlignRight)
        resize_to_fit(self, 520, 640)

    def _without_menu(self, window: QMainWindow) -> list[tuple[str, str]]:
        listed = {text for _, rows in menu_shortcuts(window) for text, _ in rows}
        return [row for action in window.actions() if (row := _row(action)) and row[0] not in listed]

    def _of_the_view(self) -> list[tuple[str, str]]:
        """Keys of the live view, which takes them itself."""
        return [(self.tr("Click a face, counted from the left"), "1 … 9")]


def menu_shortcuts(window: QMainWindow) -> list[Group]:
    """Each menu of the window that has shortcuts, with those of its submenus."""
    groups = [(one.text().replace("&", ""), list(_actions(one))) for one in window.menuBar().actions()]
    rows = [(title, [row for row in map(_row, actions) if row]) for title, actions in groups]
    return [group for group in rows if group[1]]


def _actions(action: QAction) -> Iterator[QAction]:
    """The action, or if it opens a menu those in it."""
    menu = action.menu()
    if isinstance(menu, QMenu):
        for one in menu.actions():
            yield from _actions(one)
    else:
        yield action


def _row(action: QAction) -> tuple[str, str] | None:
    keys = [key.toString(QKeySequence.SequenceFormat.NativeText) for key in action.shortcuts()]
    return (action.text().rstrip("…"), ", ".join(keys)) if keys else None
