"""Makes the window's shortcuts work while a text field has the focus."""

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QAction, QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QLineEdit, QWidget

Standard = QKeySequence.StandardKey
FIELDS_OWN = (Standard.Undo, Standard.Redo, Standard.Cut, Standard.Copy, Standard.SelectAll, Standard.Delete)
"""Shortcuts that a text field keeps for itself."""
WINDOW_WIDE = (Qt.ShortcutContext.WindowShortcut, Qt.ShortcutContext.ApplicationShortcut)


def give_way_to_shortcuts(field: QWidget) -> None:
    """Makes a text field, or a widget that contains one, pass its window's shortcuts on.

    Without this, a field keeps some for editing: on X11 Ctrl+E, K and D, as in Emacs.
    """
    for part in (field, *field.findChildren(QLineEdit)):
        part.installEventFilter(_GivesWay(part))


class _GivesWay(QObject):
    """Event filter that keeps a field from claiming the window's shortcuts."""

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() != QEvent.Type.ShortcutOverride or not isinstance(watched, QWidget):
            return False
        assert isinstance(event, QKeyEvent)
        if not _is_a_shortcut(watched.window(), event):
            return False
        event.ignore()
        return True


def _is_a_shortcut(window: QWidget, event: QKeyEvent) -> bool:
    if any(event.matches(key) for key in FIELDS_OWN):
        return False
    if event.matches(Standard.Paste) and not _clipboard_holds_a_picture():
        return False
    pressed = QKeySequence(event.keyCombination())
    return any(
        action.isEnabled() and action.shortcutContext() in WINDOW_WIDE and pressed in action.shortcuts()
        for action in window.findChildren(QAction)
    )


def _clipboard_holds_a_picture() -> bool:
    """True for files too; False for text that comes with a picture, as from a word processor."""
    data = QGuiApplication.clipboard().mimeData()
    if any(url.isLocalFile() for url in data.urls()):
        return True
    return data.hasImage() and not data.hasText()
