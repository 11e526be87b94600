"""The pictures in the body of an answer: motion JPEG as cameras send it, or bare JPEGs one after the other."""

from collections.abc import Iterator

from core.capture.body import Body

MOST_BYTES = 32_000_000
"""Of one picture; a larger one is passed over without being kept."""
MOST_HEADERS = 50
BEGINS, ENDS_AND_BEGINS = b"\xff\xd8", b"\xff\xd9\xff\xd8"
"""Start of image, and end of image before the next."""


def parts(body: Body, boundary: str | None) -> Iterator[bytes]:
    """The content of each part (RFC 2046), empty for one that is too large.

    Cameras announce boundaries in quotes, with the dashes that belong before them, or another than they send; and
    lengths that are wrong, or none.
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
    """JPEGs without anything between them; empty for one that is too large. The last, or only, ends with the body."""
    while (content := body.until(ENDS_AND_BEGINS, MOST_BYTES)) is not None:
        if content:
            yield (b"" if content.startswith(BEGINS) else BEGINS) + content
        else:
            yield content


def _first_boundary(body: Body, announced: bytes) -> bytes | None:
    """The line that stands before each part: the one announced, or whichever comes first."""
    for _ in range(MOST_HEADERS):
        line = body.line()
        if line is None:
            return None
        line = line.strip()
        if line.startswith(b"--") or (announced and line == announced):
            return line
    return None


def _length(body: Body) -> int | None:
    """Passes over a part's headers: its announced length, 0 where there is none; None at the end."""
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
