"""Makes picture files for tests."""

import io
from pathlib import Path

import numpy as np
import pillow_heif
import pytest
from PIL import Image as Pillow

from core.errors import PhotoError
from core.pictures.reading import decode_picture

pillow_heif.register_heif_opener()

PORTRAIT = Path(__file__).resolve().parents[3] / "assets" / "portraits" / "grace_hopper.jpg"


def portrait() -> Pillow.Image:
    """256×304 RGB: a whole number of JPEG blocks at every subsampling."""
    return Pillow.open(PORTRAIT).convert("RGB").resize((256, 304))


def saved(picture: Pillow.Image, kind: str, **options: object) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, kind, **options)
    return buffer.getvalue()


def difference(image: np.ndarray, picture: Pillow.Image) -> float:
    """Mean absolute difference between what `decode_picture` returned and the expected picture."""
    wanted = np.asarray(picture.convert("RGB"))[..., ::-1].astype(int)
    assert image.shape == wanted.shape
    return float(np.abs(image.astype(int) - wanted).mean())


def sentence_of(data: bytes) -> str:
    """The error message for a picture that is refused."""
    with pytest.raises(PhotoError) as caught:
        decode_picture(data, "photo.jpg")
    text = str(caught.value)
    assert text.startswith("photo.jpg ")
    assert text.endswith(".")
    assert "\n" not in text
    return text
