"""Tool tips of texts that may be anything: names, files."""

from html import escape


def tooltip(text: str) -> str:
    """The text as it is; Qt would take what holds a tag for HTML."""
    return f"<span>{escape(text)}</span>" if "<" in text else text
