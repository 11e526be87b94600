"""Incomplete JPEGs are read if little enough is missing."""

import re

import pytest
from PIL import Image as Pillow

from core.pictures.jpeg import coding_of
from core.pictures.reading import decode_picture
from tests.core.pictures.made import difference, portrait, saved, sentence_of

KINDS: list[dict[str, object]] = [{}, {"progressive": True}, {"restart_marker_rows": 1}, {"subsampling": 0}]


@pytest.mark.parametrize("options", KINDS, ids=str)
@pytest.mark.parametrize("lacking", [1, 2, 3])
@pytest.mark.parametrize("mode", ["RGB", "L", "CMYK"])
def test_without_its_last_bytes_a_jpeg_is_read(options: dict[str, object], lacking: int, mode: str) -> None:
    picture = portrait().convert(mode)
    whole = saved(picture, "JPEG", **options)
    assert difference(decode_picture(whole[:-lacking]), Pillow.fromarray(decode_picture(whole)[..., ::-1])) < 0.5


@pytest.mark.parametrize("options", [KINDS[0], *KINDS[2:]], ids=str)
@pytest.mark.parametrize("mode", ["RGB", "L", "CMYK"])
@pytest.mark.parametrize("ending", [b"", b"\xff\xd9"], ids=["cut", "ended"])
def test_how_much_is_missing_decides(options: dict[str, object], mode: str, ending: bytes) -> None:
    whole = saved(portrait().convert(mode), "JPEG", quality=90, **options)
    assert decode_picture(whole[: len(whole) * 97 // 100] + ending).shape == (304, 256, 3)
    for share in (80, 50, 20):
        missing = re.search(
            r"(\d+)% of the picture is missing", sentence_of(whole[: len(whole) * share // 100] + ending)
        )
        assert missing
        assert int(missing[1]) == pytest.approx(100 - share, abs=12)


@pytest.mark.parametrize("ending", [b"", b"\xff\xd9"], ids=["cut", "ended"])
def test_of_a_progressive_jpeg_each_scan_must_have_begun(ending: bytes) -> None:
    whole = saved(portrait(), "JPEG", progressive=True)
    last_scan = whole.rfind(b"\xff\xda")
    assert difference(decode_picture(whole[: last_scan + 300] + ending), portrait()) < 5
    for cut in (last_scan, len(whole) // 2, len(whole) // 5):
        assert "cut short" in sentence_of(whole[:cut] + ending)


@pytest.mark.parametrize("options", KINDS, ids=str)
@pytest.mark.parametrize("grey", [127, 128])
def test_a_picture_that_is_grey_itself_lacks_nothing(options: dict[str, object], grey: int) -> None:
    canvas = Pillow.new("RGB", (512, 768), (grey, grey, grey))
    canvas.paste(portrait(), (0, 0))
    data = saved(canvas, "JPEG", **options)
    for whole in (data, data[:-2]):
        assert difference(decode_picture(whole), canvas) < 2
    assert decode_picture(saved(Pillow.new("L", (64, 64), grey), "JPEG", **options)).shape == (64, 64, 3)


def test_what_comes_after_the_picture_does_not_matter() -> None:
    """Phones append videos and depth maps."""
    whole = saved(portrait(), "JPEG")
    assert difference(decode_picture(whole + b"\0" * 1000 + whole[:5000]), portrait()) < 4


def test_kinds_of_jpeg_that_are_not_read_are_named() -> None:
    data = bytearray(saved(portrait(), "JPEG"))
    frame = data.find(b"\xff\xc0")
    data[frame + 4] = 12
    assert "a JPEG with 12 bits" in sentence_of(bytes(data))
    data[frame + 1], data[frame + 4] = 0xC3, 8
    assert "a lossless JPEG" in sentence_of(bytes(data))


def test_how_a_jpeg_is_coded_is_known_from_its_header() -> None:
    usual, progressive = (coding_of(saved(portrait(), "JPEG", progressive=it)) for it in (False, True))
    assert usual is not None
    assert progressive is not None
    assert (usual.bits, usual.lossless, usual.kept) == (8, False, 0)
    assert progressive.kept == 2 * 1.5  # Two bytes for each of one brightness and two quarters of colour.
    assert coding_of(b"\xff\xd8\xff\xe0") is None
