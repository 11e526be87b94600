"""However a picture's bytes are damaged, it is read or refused in one sentence."""

import io
import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image as Pillow

from core.errors import PhotoError
from core.pictures.reading import decode_picture
from tests.core.pictures.made import portrait, saved, sentence_of

SMALL = portrait().resize((64, 76))
WHOLE = {
    "JPEG": saved(SMALL, "JPEG"),
    "progressive JPEG": saved(SMALL, "JPEG", progressive=True),
    "MPO": saved(SMALL, "MPO", save_all=True, append_images=[SMALL]),
    "PNG": saved(SMALL, "PNG"),
    "PNG of 16 bits": saved(Pillow.fromarray(np.asarray(SMALL.convert("L")).astype(np.uint16) * 257), "PNG"),
    "GIF": saved(SMALL, "GIF", save_all=True, append_images=[SMALL.rotate(90)]),
    "WEBP": saved(SMALL, "WEBP"),
    "BMP": saved(SMALL.convert("P"), "BMP"),
    "PPM": saved(SMALL, "PPM"),
    "TIFF": saved(SMALL, "TIFF"),
    "TIFF, LZW": saved(SMALL, "TIFF", compression="tiff_lzw"),
    "AVIF": saved(SMALL, "AVIF"),
    "HEIF": saved(SMALL, "HEIF"),
}


@pytest.mark.parametrize("whole", WHOLE.values(), ids=WHOLE)
@settings(max_examples=60)
@given(data=st.data())
def test_damage_is_one_sentence(whole: bytes, data: st.DataObject) -> None:
    damaged = bytearray(whole)
    headers = st.integers(0, min(len(whole), 400) - 1) | st.integers(0, len(whole) - 1)
    for place in data.draw(st.lists(headers, min_size=1, max_size=8)):
        damaged[place] = data.draw(st.integers(0, 255))
    length = data.draw(st.just(len(damaged)) | st.integers(1, len(damaged)))
    told = "photo.jpg is read."
    try:
        decode_picture(bytes(damaged[:length]), "photo.jpg")
    except PhotoError as error:
        told = str(error)
    assert re.fullmatch(r"photo\.jpg .+\.", told)


@pytest.mark.parametrize("kind", ["WEBP", "AVIF", "HEIF", "TIFF", "GIF", "BMP", "PPM", "PNG"])
@pytest.mark.parametrize("share", [0.95, 0.5, 0.1])
def test_what_is_cut_short_is_called_so(kind: str, share: float) -> None:
    whole = saved(portrait(), kind)
    assert "cut short" in sentence_of(whole[: int(len(whole) * share)])


def test_nothing_is_printed_of_damage(capfd: pytest.CaptureFixture[str]) -> None:
    for whole in WHOLE.values():
        for place in range(4, 200, 7):
            data = bytearray(whole)
            data[place] ^= 0x55
            for cut in (len(data), len(data) // 2):
                try:
                    decode_picture(bytes(data[:cut]))
                except PhotoError:
                    continue
    told = capfd.readouterr()
    assert (told.out, told.err) == ("", "")


def test_metadata_that_is_broken_does_not_matter() -> None:
    broken = b"Exif\0\0II*\0\xff\xff\xff\x7f"
    for kind in ("JPEG", "PNG", "WEBP"):
        assert decode_picture(saved(portrait(), kind, exif=broken)).shape == (304, 256, 3)
    assert Pillow.open(io.BytesIO(saved(portrait(), "JPEG", exif=broken))).info["exif"] == broken
