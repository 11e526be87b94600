"""The window's shortcuts reach it from text fields too, which would take some of them for keys of their own."""

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QAction, QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QLineEdit, QWidget

Standard = QKeySequence.StandardKey
FIELDS_OWN = (Standard.Undo, Standard.Redo, Standard.Cut, Standard.Copy, Standard.SelectAll, Standard.Delete)
"""What a text field does itself, whatever the window would."""
WINDOW_WIDE = (Qt.ShortcutContext.WindowShortcut, Qt.ShortcutContext.ApplicationShortcut)


def give_way_to_shortcuts(field: QWidget) -> None:
    """A text field, or one with a text field in it, lets its window's shortcuts pass.

    (On X11, Ctrl+E, K and D are editing keys, as in Emacs.)
    """
    for part in (field, *field.findChildren(QLineEdit)):
        part.installEventFilter(_GivesWay(part))


class _GivesWay(QObject):
    """Keeps a field from claiming a key before the window's shortcuts are asked."""

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
    """Or a file, rather than text: what is copied in a word processor is a picture too."""
    data = QGuiApplication.clipboard().mimeData()
    if any(url.isLocalFile() for url in data.urls()):
        return True
    return data.hasImage() and not data.hasText()
