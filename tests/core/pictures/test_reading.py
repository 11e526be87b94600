"""Every usual picture becomes upright BGR; anything else is refused in one clear sentence."""

import io
import struct
import subprocess
import sys
import zlib
from pathlib import Path

import numpy as np
import pillow_heif
import pytest
from PIL import Image as Pillow
from PIL import ImageCms
from PIL.PngImagePlugin import PngInfo

from core.errors import PhotoError
from core.pictures.reading import decode_picture, encode_png, read_picture

pillow_heif.register_heif_opener()


@pytest.fixture(scope="module")
def portrait(portraits: Path) -> Pillow.Image:
    return Pillow.open(portraits / "grace_hopper.jpg").convert("RGB").resize((256, 300))


def saved(picture: Pillow.Image, kind: str, **options: object) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, kind, **options)
    return buffer.getvalue()


def bgr(picture: Pillow.Image) -> np.ndarray:
    return np.asarray(picture)[..., ::-1].astype(int)


def difference(a: np.ndarray, b: np.ndarray) -> float:
    assert a.shape == b.shape
    return float(np.abs(a.astype(int) - b.astype(int)).mean())


def sentence_of(data: bytes) -> str:
    with pytest.raises(PhotoError) as caught:
        decode_picture(data, "photo.jpg")
    text = str(caught.value)
    assert text.startswith("photo.jpg")
    assert text.endswith(".")
    assert "\n" not in text
    return text


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "BMP", "TIFF", "AVIF", "HEIF", "GIF", "PPM"])
def test_usual_formats_give_the_same_picture_in_bgr(portrait: Pillow.Image, kind: str) -> None:
    image = decode_picture(saved(portrait, kind))
    assert image.dtype == np.uint8
    assert image.flags.c_contiguous
    assert difference(image, bgr(portrait)) < (12 if kind == "GIF" else 4)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF", "AVIF", "MPO"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_all_eight_orientations_come_out_upright(portrait: Pillow.Image, kind: str, orientation: int) -> None:
    undo = {
        2: Pillow.Transpose.FLIP_LEFT_RIGHT,
        3: Pillow.Transpose.ROTATE_180,
        4: Pillow.Transpose.FLIP_TOP_BOTTOM,
        5: Pillow.Transpose.TRANSPOSE,
        6: Pillow.Transpose.ROTATE_90,
        7: Pillow.Transpose.TRANSVERSE,
        8: Pillow.Transpose.ROTATE_270,
    }
    stored = portrait.transpose(undo[orientation]) if orientation in undo else portrait
    exif = Pillow.Exif()
    exif[0x0112] = orientation
    assert difference(decode_picture(saved(stored, kind, exif=exif)), bgr(portrait)) < 5


@pytest.mark.parametrize("orientation", [1, 3, 6, 8])
def test_a_phones_heic_is_upright_and_turned_only_once(portrait: Pillow.Image, orientation: int) -> None:
    """Phones store the rotation twice, in EXIF and in HEIF's `irot`; so does pillow-heif when it is given EXIF."""
    exif = Pillow.Exif()
    exif[0x0112] = orientation
    stored = portrait.rotate({1: 0, 3: 180, 6: 90, 8: 270}[orientation], expand=True)
    assert difference(decode_picture(saved(stored, "HEIF", exif=exif.tobytes(), quality=95)), bgr(portrait)) < 5


XMP = b'<x:xmpmeta><rdf:Description tiff:Orientation="6" xmlns:tiff="http://ns.adobe.com/tiff/1.0/"/></x:xmpmeta>'


def test_the_orientation_may_stand_in_xmp_only(portrait: Pillow.Image) -> None:
    stored = portrait.transpose(Pillow.Transpose.ROTATE_90)
    text = PngInfo()
    text.add_itxt("XML:com.adobe.xmp", XMP.decode())
    for kind, options in (
        ("JPEG", {"xmp": XMP}),
        ("WEBP", {"xmp": XMP}),
        ("TIFF", {"tiffinfo": {700: XMP}}),
        ("PNG", {"pnginfo": text}),
    ):
        assert difference(decode_picture(saved(stored, kind, **options)), bgr(portrait)) < 5


def test_lab_colours_are_converted(portrait: Pillow.Image) -> None:
    srgb, lab = ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB")
    stored = ImageCms.profileToProfile(portrait, srgb, lab, outputMode="LAB")
    assert stored is not None
    assert difference(decode_picture(saved(stored, "TIFF")), bgr(portrait)) < 2


@pytest.mark.parametrize("options", [{"big_tiff": True}, {"compression": "tiff_lzw"}, {"compression": "jpeg"}], ids=str)
def test_kinds_of_tiff(portrait: Pillow.Image, options: dict[str, object]) -> None:
    assert difference(decode_picture(saved(portrait, "TIFF", **options)), bgr(portrait)) < 3


def test_of_several_pictures_in_a_heic_the_primary_one_counts(portrait: Pillow.Image) -> None:
    file = pillow_heif.from_pillow(Pillow.new("RGB", (64, 64)))
    file.add_from_pillow(portrait)
    buffer = io.BytesIO()
    file.save(buffer, primary_index=1, quality=95)
    assert difference(decode_picture(buffer.getvalue()), bgr(portrait)) < 5


@pytest.mark.parametrize("kind", ["HEIF", "AVIF"])
def test_a_general_brand_does_not_hide_the_format(portrait: Pillow.Image, kind: str) -> None:
    data = saved(portrait, kind)
    assert difference(decode_picture(data[:8] + b"mif1" + data[12:]), bgr(portrait)) < 5


def test_sixteen_bits_are_scaled_not_clipped(portrait: Pillow.Image) -> None:
    grey = np.asarray(portrait.convert("L")).astype(np.uint16) * 257
    for kind in ("PNG", "TIFF"):
        image = decode_picture(saved(Pillow.fromarray(grey), kind))
        assert difference(image[..., 0], grey // 257) < 1


@pytest.mark.parametrize("mode", ["L", "1", "P", "LA", "CMYK", "YCbCr"])
def test_other_colour_modes_become_bgr(portrait: Pillow.Image, mode: str) -> None:
    kind = "JPEG" if mode in ("CMYK", "YCbCr") else "PNG"
    image = decode_picture(saved(portrait.convert(mode), kind))
    assert image.shape == (300, 256, 3)
    assert difference(image, bgr(portrait.convert(mode).convert("RGB"))) < 6


def test_transparency_is_laid_over_white(portrait: Pillow.Image) -> None:
    picture = portrait.convert("RGBA")
    picture.putalpha(Pillow.new("L", picture.size, 0))
    assert decode_picture(saved(picture, "PNG")).min() == 255


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG", "AVIF", "HEIF", "MPO"])
def test_of_an_animation_the_first_frame_counts(portrait: Pillow.Image, kind: str) -> None:
    black = Pillow.new("RGB", portrait.size)
    options = {} if kind == "MPO" else {"duration": 100}
    data = saved(portrait, kind, save_all=True, append_images=[black], **options)
    assert difference(decode_picture(data), bgr(portrait)) < 12


def test_a_photo_of_twenty_megapixels_is_read() -> None:
    assert decode_picture(saved(Pillow.new("RGB", (5472, 3648), "teal"), "JPEG")).shape == (3648, 5472, 3)


def test_png_round_trip_is_lossless(portrait: Pillow.Image) -> None:
    image = decode_picture(saved(portrait, "PNG"))
    assert np.array_equal(decode_picture(encode_png(image)), image)


def test_what_is_no_picture_gets_one_sentence(portrait: Pillow.Image) -> None:
    assert "empty" in sentence_of(b"")
    assert "not a picture" in sentence_of(b"Dear diary, this is no picture at all.")
    assert "not a picture" in sentence_of(bytes(range(256)) * 20)
    assert "not a picture" in sentence_of(b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\nshowpage\n")
    for kind in ("JPEG", "PNG", "WEBP", "HEIF", "AVIF", "TIFF"):
        data = saved(portrait, kind)
        assert sentence_of(data[: len(data) // 2])


def test_files_that_cannot_be_read_are_named(tmp_path: Path) -> None:
    with pytest.raises(PhotoError, match="no file"):
        read_picture(tmp_path / "none.jpg")
    with pytest.raises(PhotoError, match="folder"):
        read_picture(tmp_path)
    with pytest.raises(PhotoError, match="no file"):
        read_picture(Path("a\0b"))


def bomb(side: int = 12_000) -> bytes:
    """A grey PNG of side×side pixels in about 18 KB."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    pixels = zlib.compressobj(9)
    row = b"\0" * (side // 8 + 1)
    packed = b"".join(pixels.compress(row) for _ in range(side)) + pixels.flush()
    header = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", packed) + chunk(b"IEND", b"")


def test_a_decompression_bomb_is_refused_without_taking_memory(tmp_path: Path) -> None:
    file = tmp_path / "bomb.png"
    file.write_bytes(bomb())
    assert file.stat().st_size < 30_000
    code = (
        "import resource, sys; from pathlib import Path\n"
        "from core.pictures.reading import read_picture, decode_picture; from core.errors import PhotoError\n"
        "from PIL import Image; Image.init()\n"
        "before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "try:\n    read_picture(Path(sys.argv[1]))\n"
        "except PhotoError as error:\n    print(error)\n"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)\n"
    )
    done = subprocess.run([sys.executable, "-c", code, str(file)], capture_output=True, text=True, check=True)
    sentence, grown = done.stdout.splitlines()
    assert "12000×12000" in sentence
    assert int(grown) < 20_000 * (1024 if sys.platform == "darwin" else 1)
