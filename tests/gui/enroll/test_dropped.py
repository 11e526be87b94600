"""What is dropped or pasted is taken in the best form offered."""

import base64
import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication, QImage
from PySide6.QtWidgets import QMessageBox
from pytestqt.qtbot import QtBot

from core.errors import PhotoError
from core.pictures.endings import PICTURES, RAW_PHOTOS, VIDEOS
from core.pictures.reading import encode_png
from core.types import Image
from gui.enroll.dropped import content, is_source, may_hold_something, photos, to_import
from gui.look.pictures import to_qimage
from gui.shell.main_window import MainWindow

WAIT = 30_000
WEB = "https://example.org/face.jpg"


@pytest.fixture
def picture() -> Image:
    return np.random.default_rng(0).integers(0, 256, (40, 30, 3), np.uint8)


def offered(**forms: object) -> QMimeData:
    data = QMimeData()
    if "urls" in forms:
        data.setUrls([QUrl(url) for url in forms["urls"]])  # type: ignore[attr-defined]
    if "image" in forms:
        data.setImageData(forms["image"])
    if "html" in forms:
        data.setHtml(str(forms["html"]))
    if "text" in forms:
        data.setText(str(forms["text"]))
    for kind, value in forms.items():
        if "/" in kind:
            data.setData(kind, value)  # type: ignore[arg-type]
    return data


def test_a_picture_dragged_from_a_browser_is_taken_with_its_pixels(picture: Image) -> None:
    html = f'<meta charset="utf-8"><img alt="face" src="{WEB}">'
    for data in (
        offered(urls=[WEB], image=to_qimage(picture), html=html),
        offered(image=to_qimage(picture), html=html),
        offered(urls=[WEB], html=html, **{"image/png": encode_png(picture)}),
        offered(text=WEB, **{"image/png": encode_png(picture)}),
    ):
        assert may_hold_something(data)
        taken = content(data)
        assert isinstance(taken, np.ndarray)
        assert np.array_equal(taken, picture)


def test_a_picture_within_a_data_url_is_taken(picture: Image) -> None:
    address = "data:image/png;base64," + base64.b64encode(encode_png(picture)).decode()
    quoted = "data:image/png," + "".join(f"%{byte:02X}" for byte in encode_png(picture))
    for data in (
        offered(urls=[address]),
        offered(text=address),
        offered(html=f"<p><IMG width=30 src='{address}'></p>"),
        offered(urls=[quoted]),
    ):
        assert may_hold_something(data)
        taken = content(data)
        assert isinstance(taken, np.ndarray)
        assert np.array_equal(taken, picture)


@pytest.mark.parametrize("forms", [{"urls": [WEB]}, {"html": f'<img src="{WEB}">'}, {"text": WEB}], ids=str)
def test_what_is_only_on_the_web_is_not_fetched(forms: dict[str, object]) -> None:
    with pytest.raises(PhotoError, match=r"on the web.*save it first"):
        content(offered(**forms))


@pytest.mark.parametrize("address", ["data:image/png;base64,%%%", "data:image/png;base64,aGVsbG8=", "data:,x", "data:"])
def test_an_address_without_a_picture_is_one_sentence(address: str) -> None:
    with pytest.raises(PhotoError, match=r"^The picture .*\.$"):
        content(offered(urls=[address]))


def test_a_file_is_preferred_to_its_picture(picture: Image, tmp_path: Path) -> None:
    file = tmp_path / "a b#c%20d.png"
    data = offered(urls=[QUrl.fromLocalFile(str(file)).toString(QUrl.ComponentFormattingOption.FullyEncoded)])
    assert content(data) == file
    data.setImageData(to_qimage(picture))
    assert content(data) == file


@pytest.mark.skipif(os.name != "posix", reason="needs file names of bytes")
def test_a_file_name_may_be_invalid_utf8(tmp_path: Path) -> None:
    data = QMimeData()
    data.setData("text/uri-list", b"file://" + os.fsencode(tmp_path) + b"/caf%E9%FF.jpg\r\n")
    assert content(data) == tmp_path / os.fsdecode(b"caf\xe9\xff.jpg")


def test_without_a_picture_or_file_nothing_is_taken() -> None:
    for data in (offered(text="hello"), offered(html="<b>hello</b>"), QMimeData(), offered(image=QImage())):
        assert content(data) is None
    assert not may_hold_something(offered(text="hello"))


@pytest.mark.parametrize("ending", [".ts", ".MTS", ".m2ts", ".3gp", ".flv", ".ogv", ".vob", ".mp4", ".webm"])
def test_videos_are_sources(ending: str) -> None:
    assert is_source(Path(f"clip{ending}"))


def test_pictures_are_no_sources() -> None:
    assert not PICTURES & VIDEOS
    assert not RAW_PHOTOS & VIDEOS
    assert not is_source(Path("photo.jfif"))


def test_one_file_is_one_photo(tmp_path: Path) -> None:
    # Qt gives the address of a single file as a text as well.
    assert photos(offered(urls=[QUrl.fromLocalFile(str(tmp_path / "1.jpg")).toString()])) == [tmp_path / "1.jpg"]


def test_folders_tables_and_many_photos_are_imported(tmp_path: Path) -> None:
    three = [Path(f"/photos/{number}.jpg") for number in range(3)]
    for files, wanted in (
        (three, three),
        (three[:2], []),
        ([*three[:2], Path("/clip.mp4")], []),
        ([tmp_path], [tmp_path]),
        ([Path("/people.CSV")], [Path("/people.CSV")]),
        ([tmp_path / ("a" * 300)], []),
    ):
        assert to_import(offered(urls=[QUrl.fromLocalFile(str(file)).toString() for file in files])) == wanted


def test_the_window_says_what_it_cannot_take(qtbot: QtBot, open_window: Callable[..., MainWindow]) -> None:
    window = open_window()
    data = offered(urls=[WEB])
    place, buttons, keys = QPointF(50, 50), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    window.dragEnterEvent(QDragEnterEvent(place.toPoint(), Qt.DropAction.CopyAction, data, buttons, keys))
    window.dropEvent(QDropEvent(place, Qt.DropAction.CopyAction, data, buttons, keys))
    (box,) = window.findChildren(QMessageBox)
    assert "save it first" in box.text()
    box.close()
    nothing = offered(text="hello")
    window.dropEvent(QDropEvent(place, Qt.DropAction.CopyAction, nothing, buttons, keys))
    assert "no picture in what you dropped" in window.status.currentMessage()
    QGuiApplication.clipboard().setText("hello")
    window.paste()
    assert "no picture on the clipboard" in window.status.currentMessage()
