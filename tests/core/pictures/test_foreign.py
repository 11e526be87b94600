"""Intact files that aren't read are named for what they are, never called damaged."""

import contextlib
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image as Pillow
from PIL.TiffImagePlugin import AppendingTiffWriter, ImageFileDirectory_v2

from core.capture.demo import DemoScene
from core.errors import PhotoError
from core.pictures.endings import RAW_PHOTOS
from core.pictures.reading import PICTURES, decode_picture, read_picture
from tests.core.pictures.made import difference, portrait, saved, sentence_of

NAMED = {
    "a JPEG XL": [b"\xff\x0a\xfa\x1f\x41", b"\0\0\0\x0cJXL \r\n\x87\n"],
    "a Photoshop document": [b"8BPS\0\1" + bytes(20)],
    "a drawing (SVG)": [
        b'<?xml version="1.0"?>\n<!-- made -->\n<svg xmlns="http://www.w3.org/2000/svg"/>',
        b"<svg viewBox='0 0 9 9'></svg>",
    ],
    "a PDF": [b"%PDF-1.7\n"],
    "a web page": [b"\n<!doctype HTML><html></html>", b"<html><body></body></html>"],
    "an archive": [b"PK\3\4\x14\0\0\0"],
    "a raw photo": [b"\0\0\0\x18ftypcrx \0\0\0\1", b"FUJIFILMCCD-RAW 0201", b"IIU\0\x18\0\0\0", b"IIRO\x08\0\0\0"],
    "a video": [
        b"\0\0\0\x18ftypmp42\0\0\0\0",
        b"\x1aE\xdf\xa3\x01",
        b"RIFF\x10\0\0\0AVI LIST",
        b"FLV\1\5",
        b"OggS\0\2",
    ],
}


@pytest.mark.parametrize("name", NAMED)
def test_what_it_is_is_said(name: str) -> None:
    for data in NAMED[name]:
        line = sentence_of(data)
        assert line.startswith(f"photo.jpg is {name}")
        assert "not a picture that can be read" in line
        assert "damaged" not in line


@pytest.mark.parametrize("options", [{}, {"no_jp2": True}], ids=["jp2", "codestream"])
def test_jpeg_2000_is_named(options: dict[str, bool]) -> None:
    assert "a JPEG 2000" in sentence_of(saved(portrait(), "JPEG2000", **options))


@pytest.mark.parametrize("ending", [".mp4", ".avi", ".ts"])
def test_a_video_is_no_photo(ending: str, tmp_path: Path) -> None:
    file, scene = tmp_path / f"clip{ending}", DemoScene()
    scene.open()
    codec = "MJPG" if ending == ".avi" else "mp4v"
    writer = cv2.VideoWriter(str(file), cv2.VideoWriter.fourcc(*codec), 25, scene.frame(0).shape[1::-1])
    for number in range(5):
        writer.write(scene.frame(number))
    writer.release()
    with pytest.raises(PhotoError, match=r"is a video, not a picture.*watch"):
        read_picture(file)


def raw(**tags: object) -> bytes:
    """A camera's raw photo as a picture reader sees it: a TIFF whose first picture is small."""
    directory = ImageFileDirectory_v2()
    for tag, value in tags.items():
        directory[int(tag.removeprefix("tag"))] = value
    return saved(portrait().resize((160, 120)), "TIFF", tiffinfo=directory)


@pytest.mark.parametrize("data", [raw(tag50706=b"\1\4\0\0"), raw(tag254=1, tag330=8)], ids=["DNG", "NEF, ARW"])
def test_a_raw_photo_is_not_taken_for_its_small_copy(data: bytes) -> None:
    assert "is a raw photo from a camera, not a picture that can be read: export it as a JPEG" in sentence_of(data)


def test_a_raw_photo_is_known_by_its_ending_too(tmp_path: Path) -> None:
    for ending in (".NEF", ".cr2", ".dng"):
        file = tmp_path / f"photo{ending}"
        file.write_bytes(raw())
        with pytest.raises(PhotoError, match=r"is a raw photo"):
            read_picture(file)
    assert not RAW_PHOTOS & PICTURES


def test_a_tiff_that_begins_with_a_small_copy_gives_the_picture(tmp_path: Path) -> None:
    file = tmp_path / "photo.tif"
    small = ImageFileDirectory_v2()
    small[254] = 1
    with AppendingTiffWriter(str(file), True) as pages:
        portrait().resize((32, 38)).save(pages, "TIFF", tiffinfo=small)
        pages.newFrame()
        portrait().save(pages, "TIFF")
    assert difference(read_picture(file), portrait()) == 0


def test_pages_of_a_tiff_that_are_no_copies_stay_in_order() -> None:
    data = saved(portrait(), "TIFF", save_all=True, append_images=[Pillow.new("RGB", (600, 600))])
    assert difference(decode_picture(data), portrait()) == 0


def test_damaged_tiffs_are_told_of_once(capfd: pytest.CaptureFixture[str]) -> None:
    """libtiff would report them on standard error as well."""
    for compression in ("tiff_lzw", "tiff_adobe_deflate", "jpeg"):
        data = bytearray(saved(portrait(), "TIFF", compression=compression))
        data[100:400] = np.random.default_rng(0).integers(0, 256, 300, np.uint8).tobytes()
        with contextlib.suppress(PhotoError):
            decode_picture(bytes(data))
    assert capfd.readouterr().err == ""
