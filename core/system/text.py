"""Text that others chose (names, paths, messages) as it can be shown anywhere: in one line, and doing nothing."""

import re

ACTING = re.compile("[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufeff]")
"""Control characters (an ESC begins commands to the terminal), line ends, what turns the writing direction of all
that follows, and halves of characters. Python makes such halves of bytes in a file's name that are no text."""


def printable(text: str, keep: str = "") -> str:
    r"""The text; each character that acts rather than shows as `\x1b` or `\u202e`, bytes that are no text as `\xff`.

    keep: characters that stay as they are, for instance line ends.
    """
    return ACTING.sub(lambda found: found[0] if found[0] in keep else _escaped(found[0]), text)


def _escaped(character: str) -> str:
    code = ord(character)
    if 0xDC80 <= code <= 0xDCFF:  # Python's stand-in for a byte (`surrogateescape`).
        code -= 0xDC00
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"
