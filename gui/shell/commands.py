"""The window's actions with their shortcuts, its toolbar and its menus."""

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction, QKeySequence, QResizeEvent
from PySide6.QtWidgets import QMainWindow, QMenu, QSizePolicy, QToolBar, QWidget

from gui.live.source_chooser import SourceChooser
from gui.look import theme
from gui.look.tooltip import with_keys

ROOM_FOR_TEXT = 1100
"""Width in pixels from which the toolbar shows text beside its icons."""

Shortcut = str | QKeySequence.StandardKey


class Commands(QObject):
    """The window's actions; `MainWindow` connects their `triggered` signals."""

    def __init__(self, window: QMainWindow) -> None:
        super().__init__(window)
        self._window = window
        self.enroll = self._action(self.tr("Enroll from a photo…"), "Ctrl+E", "enroll")
        self.paste = self._action(self.tr("Enroll from the clipboard"), QKeySequence.StandardKey.Paste)
        self.import_people = self._action(self.tr("Import people…"), "Ctrl+I")
        self.snapshot = self._action(self.tr("Save snapshot"), "Ctrl+S", "snapshot")
        self.leave = self._action(self.tr("Quit"), "Ctrl+Q")
        self.search = self._action(self.tr("Search people"), "Ctrl+F", "search")
        self.photos = self._action_of_list(self.tr("Photos…"), "Return")
        self.rename = self._action_of_list(self.tr("Rename"), "F2")
        self.delete = self._action_of_list(self.tr("Delete…"), QKeySequence.StandardKey.Delete)
        self.undo = self._action(self.tr("Undo"), QKeySequence.StandardKey.Undo)
        self.undo.setEnabled(False)
        self.alerts = QAction(self.tr("Alerts…"), window)
        self.forget_seen = QAction(self.tr("Forget people seen live…"), window)
        self.history = self._action(self.tr("History"), "Ctrl+H", "history", checkable=True)
        self.metric = self._action(self.tr("Metric"), "Ctrl+K", "metric", checkable=True)
        self.mirror = self._action(self.tr("Mirror camera"), "Ctrl+M", checkable=True)
        self.hide_names = self._action(self.tr("Hide names"), "Ctrl+Shift+H", checkable=True)
        self.full_screen = self._action(self.tr("Full screen"), "F11", checkable=True)
        self.back = self._action(self.tr("Back"), "Esc")

    def _action(self, text: str, shortcut: Shortcut, icon: str = "", *, checkable: bool = False) -> QAction:
        action = QAction(text, self._window, checkable=checkable)
        action.setShortcut(QKeySequence(shortcut))
        action.setToolTip(with_keys(text, action))
        if icon:
            action.setIcon(theme.icon(icon))
        self._window.addAction(action)
        return action

    def _action_of_list(self, text: str, shortcut: Shortcut) -> QAction:
        """An action whose shortcut works only in the list that it is added to; menus show the shortcut."""
        action = QAction(text, self._window, enabled=False)
        action.setShortcut(QKeySequence(shortcut))
        action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        return action

    def fill_toolbar(self, chooser: SourceChooser, sensitivity: QWidget) -> None:
        """Source and actions on the left, sensitivity on the right."""
        self.bar = bar = _Toolbar(self.tr("Main"), movable=False)
        bar.setObjectName("main")
        bar.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        spacer = QWidget()
        spacer.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        bar.addWidget(chooser)
        actions = [self.enroll, self.snapshot, self.history, self.metric]
        bar.addActions(actions)
        for action in actions:
            bar.widgetForAction(action).setFocusPolicy(Qt.FocusPolicy.TabFocus)
        bar.addWidget(spacer)
        bar.addWidget(sensitivity)
        self._window.addToolBar(bar)
        self.buttons = [bar.widgetForAction(action) for action in actions]

    def fill_menus(self, chooser: SourceChooser, encoders: QMenu, themes: QMenu, helps: QMenu) -> None:
        """The menus File, Source, People, Recognition, View and Help."""
        menus = self._window.menuBar()
        menus.addMenu(self.tr("&File")).addActions([self.enroll, self.paste, self.snapshot, self.leave])
        sources = list(chooser.actions_by_kind.values())
        menus.addMenu(self.tr("&Source")).addActions(sources)
        # Else their shortcuts would end with the menu bar in full screen.
        self._window.addActions(sources)
        menus.addMenu(self.tr("&People")).addActions(
            [
                *(self.search, self.photos, self.rename, self.delete, self.undo),
                *(self.import_people, self.alerts, self.forget_seen),
            ]
        )
        menus.addMenu(self.tr("&Recognition")).addMenu(encoders)
        view = menus.addMenu(self.tr("&View"))
        view.addActions([self.history, self.metric, self.mirror, self.hide_names, self.full_screen])
        view.addMenu(themes)
        menus.addMenu(helps)


class _Toolbar(QToolBar):
    """A toolbar that drops its text, never its actions, when there is no room."""

    def resizeEvent(self, event: QResizeEvent) -> None:
        wide = event.size().width() >= ROOM_FOR_TEXT
        style = Qt.ToolButtonStyle.ToolButtonTextBesideIcon if wide else Qt.ToolButtonStyle.ToolButtonIconOnly
        if style != self.toolButtonStyle():
            self.setToolButtonStyle(style)
        super().resizeEvent(event)
