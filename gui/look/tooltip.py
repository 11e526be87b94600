"""Tooltips for arbitrary text, such as names and file paths."""

from html import escape


def tooltip(text: str) -> str:
    """Escapes the text if Qt could take it for HTML."""
    return f"<span>{escape(text)}</span>" if "<" in text else text
