"""The menu *Help*."""

from collections.abc import Callable

from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QApplication, QDialog, QMainWindow, QMenu, QWhatsThis

from core.gallery import Gallery
from gui.help.about import About
from gui.help.promise import Promise
from gui.help.shortcut_list import ShortcutList
from gui.help.your_data import YourData


class HelpMenu(QMenu):
    """Opens the tour, the pages and the list of shortcuts."""

    def __init__(self, window: QMainWindow, gallery: Gallery, needed: Callable[[], str]) -> None:
        """needed: returns, in a sentence, what similarity is needed now."""
        super().__init__(window)
        self._window = window
        self.setTitle(self.tr("&Help"))
        self.tour = QAction(self.tr("Tour"), self)
        self.addAction(self.tour)
        self._add(self.tr("Keyboard shortcuts"), lambda: self._show(ShortcutList(window)), "F1")
        self._add(self.tr("What's this?"), self._explain, "Shift+F1")
        self.addSeparator()
        self._add(self.tr("What the promise means"), lambda: self._show(Promise(needed(), window)))
        self._add(self.tr("Where your data is"), lambda: self._show(YourData(gallery, window)))
        self._add(self.tr("About Firstsight"), lambda: self._show(About(window)))

    def _add(self, text: str, slot: Callable[[], object], shortcut: str = "") -> QAction:
        action = QAction(text, self)
        action.setShortcut(QKeySequence(shortcut))
        action.triggered.connect(lambda: slot())
        self.addAction(action)
        # Else the shortcut would end with the menu bar in full screen.
        self._window.addAction(action)
        return action

    def _show(self, page: QDialog) -> None:
        page.show()

    def _explain(self) -> None:
        """Explains the control that has the focus; if there is nothing to say, the one that is clicked next."""
        focused = QApplication.focusWidget()
        if focused and focused.whatsThis():
            below = focused.mapToGlobal(focused.rect().bottomLeft())
            QWhatsThis.showText(below, focused.whatsThis(), focused)
        else:
            QWhatsThis.enterWhatsThisMode()
