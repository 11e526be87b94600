"""Makes untrusted text (names, paths, messages) safe to show: on one line, without control characters."""

import re

UNSAFE = re.compile("[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufeff]")
"""Control characters (ESC begins a terminal command), line ends, characters that change the writing direction, and lone
surrogates, which Python uses for bytes of a file name that are not valid text."""


def printable(text: str, keep: str = "") -> str:
    r"""The text with unsafe characters escaped, such as `\x1b` or `\u202e`, and undecodable bytes as `\xff`.

    keep: unsafe characters to leave, for example line ends.
    """
    return UNSAFE.sub(lambda found: found[0] if found[0] in keep else _escaped(found[0]), text)


def _escaped(character: str) -> str:
    code = ord(character)
    if 0xDC80 <= code <= 0xDCFF:  # Python's stand-in for a byte (`surrogateescape`).
        code -= 0xDC00
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"
