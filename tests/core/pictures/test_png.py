"""A PNG's other chunks can't prevent its pixels from being read."""

import os
import zlib

import pytest
from PIL import Image as Pillow
from PIL import ImageCms
from PIL.PngImagePlugin import PngInfo

from core.pictures.reading import decode_picture
from tests.core.pictures.made import difference, portrait, saved, sentence_of

XMP = '<x:xmpmeta><rdf:Description tiff:Orientation="6"/></x:xmpmeta>'


def chunk(kind: bytes, content: bytes) -> bytes:
    body = kind + content
    return len(content).to_bytes(4, "big") + body + zlib.crc32(body).to_bytes(4, "big")


def with_chunk(data: bytes, added: bytes) -> bytes:
    """Inserts a chunk after the header, which takes 33 bytes."""
    return data[:33] + added + data[33:]


LARGE = os.urandom(1000) * 3000
BESIDE = {
    "wrong checksum": chunk(b"tEXt", b"Comment\0hello")[:-1] + b"?",
    "wrong checksum of a profile": chunk(b"iCCP", b"icc\0\0" + zlib.compress(b"profile"))[:-4] + b"????",
    "large zTXt": chunk(b"zTXt", b"Comment\0\0" + zlib.compress(LARGE)),
    "large iTXt": chunk(b"iTXt", b"XML:com.adobe.xmp\0\1\0\0\0" + zlib.compress(LARGE)),
    "large iTXt as it is": chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + LARGE * 30),
    "large profile": chunk(b"iCCP", b"icc\0\0" + zlib.compress(LARGE)),
    "broken profile": chunk(b"iCCP", b"icc\0\0nonsense"),
    "broken text": chunk(b"zTXt", b"Raw profile type exif\0\0nonsense"),
    "broken EXIF": chunk(b"eXIf", b"nonsense"),
    "bomb": chunk(b"zTXt", b"Raw profile type exif\0\0" + zlib.compress(bytes(200_000_000), 9)),
    "unknown": chunk(b"abCd", b"?"),
}


@pytest.mark.parametrize("beside", BESIDE.values(), ids=BESIDE)
def test_nothing_beside_the_pixels_stops_them(beside: bytes) -> None:
    assert difference(decode_picture(with_chunk(saved(portrait(), "PNG"), beside)), portrait()) == 0


def test_what_ends_after_its_pixels_is_read() -> None:
    whole = saved(portrait(), "PNG")
    for lacking in (1, 4, 12, 15):
        assert difference(decode_picture(whole[:-lacking]), portrait()) == 0
    for lacking in (1000, len(whole) // 2):
        assert "cut short" in sentence_of(whole[:-lacking])


def test_wrong_pixels_are_no_picture() -> None:
    data = bytearray(saved(portrait(), "PNG"))
    data[len(data) // 2] ^= 1
    assert "damaged" in sentence_of(bytes(data))


@pytest.mark.parametrize("packed", [False, True])
def test_a_large_profile_still_gives_the_colours(packed: bool) -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    padded = len(profile) + 2_000_000 if packed else len(profile)
    profile = padded.to_bytes(4, "big") + profile[4:] + bytes(padded - len(profile))
    data = with_chunk(saved(portrait(), "PNG"), chunk(b"iCCP", b"icc\0\0" + zlib.compress(profile)))
    assert difference(decode_picture(data), portrait()) < 1


@pytest.mark.parametrize("zipped", [False, True])
def test_the_orientation_is_found_in_large_metadata(zipped: bool) -> None:
    info = PngInfo()
    info.add_itxt("XML:com.adobe.xmp", XMP + " " * 2_000_000, zip=zipped)
    stored = portrait().transpose(Pillow.Transpose.ROTATE_90)
    assert difference(decode_picture(saved(stored, "PNG", pnginfo=info)), portrait()) == 0


def test_transparency_of_a_palette_stays() -> None:
    picture = Pillow.new("P", (8, 8), 0)
    picture.putpalette([200, 0, 0, 0, 0, 200])
    assert decode_picture(saved(picture, "PNG", transparency=0)).min() == 255


def test_a_png_for_iphone_apps_is_named() -> None:
    data = saved(portrait(), "PNG")
    assert "a PNG for iPhone apps" in sentence_of(data[:8] + chunk(b"CgBI", b"\x50\0\x20\2") + data[8:])
