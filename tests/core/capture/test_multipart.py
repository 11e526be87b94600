"""Parts of an answer, however it comes in pieces."""

from collections.abc import Iterator

from hypothesis import given
from hypothesis import strategies as st

from core.capture.body import LONGEST_LINE, Body
from core.capture.multipart import MOST_BYTES, parts, pictures
from tests.core.capture.servers import part

CONTENTS = st.lists(st.binary(min_size=1, max_size=200).filter(lambda data: b"--frame" not in data), max_size=5)
PIECES = st.integers(1, 64)


def body(data: bytes, piece: int) -> Body:
    pieces: Iterator[bytes] = (data[begins : begins + piece] for begins in range(0, len(data), piece))
    return Body(lambda: next(pieces, b""))


@given(CONTENTS, PIECES, st.booleans())
def test_parts_are_what_was_sent_whatever_the_pieces(contents: list[bytes], piece: int, announced: bool) -> None:
    sent = b"".join(part(content, length=-1 if announced else None) for content in contents) + b"--frame--\r\n"
    got = list(parts(body(sent, piece), "frame"))
    assert got == (contents if announced else [content + b"\r" for content in contents])


JPEGS = st.lists(st.binary(min_size=1, max_size=100).filter(lambda data: b"\xff" not in data), min_size=1, max_size=5)


@given(JPEGS, PIECES)
def test_pictures_are_what_was_sent_whatever_the_pieces(contents: list[bytes], piece: int) -> None:
    sent = [b"\xff\xd8" + content + b"\xff\xd9" for content in contents]
    got = list(pictures(body(b"".join(sent), piece)))
    assert [picture.removesuffix(b"\xff\xd9") for picture in got] == [one.removesuffix(b"\xff\xd9") for one in sent]


@given(st.binary(max_size=2000), PIECES)
def test_anything_at_all_comes_to_an_end(data: bytes, piece: int) -> None:
    assert len(list(parts(body(data, piece), "frame"))) <= len(data)
    assert len(list(parts(body(b"--frame\r\n" + data, piece), None))) <= len(data) + 1
    assert len(list(pictures(body(data, piece)))) <= len(data) + 1


def test_what_is_too_large_is_empty_and_the_next_is_read() -> None:
    sent = part(b"x" * (MOST_BYTES + 1)) + part(b"small") + b"--frame--"
    assert list(parts(body(sent, 1 << 20), "frame")) == [b"", b"small"]


def test_lines_have_an_end() -> None:
    endless = body(b"x" * (LONGEST_LINE + 1) + b"\nnext\n", 1000)
    assert endless.line() == b""
    assert endless.line() == b"next"
    assert endless.line() is None
