"""The pictures in the body of a response: the multipart motion JPEG of cameras, or bare JPEGs in succession."""

from collections.abc import Iterator

from core.capture.body import Body

MOST_BYTES = 32_000_000
"""Largest picture; larger ones are skipped without being held in memory."""
MOST_HEADERS = 50
"""Most header lines of a part, and most lines before the first."""
BEGINS, ENDS_AND_BEGINS = b"\xff\xd8", b"\xff\xd9\xff\xd8"
"""Start of image, and end of image before the next."""


def parts(body: Body, boundary: str | None) -> Iterator[bytes]:
    """The content of each part (RFC 2046); empty for a part that is too large.

    Cameras deviate from the standard: they announce a boundary in quotes, with its leading dashes, or not the one they
    send, and the wrong length or none.
    """
    mark = _first_boundary(body, (boundary or "").strip("- ").encode("latin-1", "replace"))
    while mark is not None:
        length = _length(body)
        if length is None:
            return
        announced = 0 < length <= MOST_BYTES
        content = body.exactly(length) if announced else body.until(b"\n" + mark, MOST_BYTES)
        if content is None:
            return
        yield content
        if announced and body.until(mark, MOST_BYTES) is None:
            return
        rest = body.line()
        if rest is None or rest.startswith(b"--"):
            return


def pictures(body: Body) -> Iterator[bytes]:
    """JPEGs with nothing in between; empty for one that is too large. The last one ends with the body."""
    while (content := body.until(ENDS_AND_BEGINS, MOST_BYTES)) is not None:
        if content:
            yield (b"" if content.startswith(BEGINS) else BEGINS) + content
        else:
            yield content


def _first_boundary(body: Body, announced: bytes) -> bytes | None:
    """The line that separates the parts: the announced boundary, or the first line that looks like one."""
    for _ in range(MOST_HEADERS):
        line = body.line()
        if line is None:
            return None
        line = line.strip()
        if line.startswith(b"--") or (announced and line == announced):
            return line
    return None


def _length(body: Body) -> int | None:
    """Skips a part's headers. Returns the announced length, 0 if there is none; None at the end."""
    length = 0
    for _ in range(MOST_HEADERS):
        line = body.line()
        if line is None:
            return None
        if not line.strip():
            return length
        key, _, value = line.partition(b":")
        if key.strip().lower() == b"content-length" and value.strip().isdigit():
            length = int(value.strip()[:18])
    return length
