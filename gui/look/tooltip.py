"""Tooltips for arbitrary text, such as names and file paths, and for what has a shortcut."""

from html import escape

from PySide6.QtGui import QAction, QKeySequence


def tooltip(text: str) -> str:
    """Escapes the text if Qt could take it for HTML."""
    return f"<span>{escape(text)}</span>" if "<" in text else text


def with_keys(text: str, action: QAction) -> str:
    """The text with the action's shortcut: `Enroll from a photo… (Ctrl+E)`."""
    return f"{text} ({keys(action)})"


def keys(action: QAction) -> str:
    """The action's shortcut as the user's system writes it."""
    return action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
