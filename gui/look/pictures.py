"""Converts between the core's arrays and Qt's pictures. They share no memory, so either may be freed first."""

import cv2
import numpy as np
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QImage, QPainter, QPainterPath, QPixmap

from core.faces.alignment import middle
from core.pictures.pyramid import Pyramid
from core.types import Image


def to_qimage(image: Image) -> QImage:
    """H×W×3 uint8 BGR → QImage."""
    height, width = image.shape[:2]
    contiguous = np.ascontiguousarray(image)
    return QImage(contiguous.data, width, height, 3 * width, QImage.Format.Format_BGR888).copy()


def painted(image: Image, width: int, height: int, *, mirrored: bool) -> QImage:
    """H×W×3 uint8 BGR → QImage of width × height pixels, in the format that paints fastest."""
    level, _ = Pyramid(image).at_least(max(width / image.shape[1], height / image.shape[0]))
    small = cv2.resize(level, (width, height), interpolation=cv2.INTER_LINEAR)
    if mirrored:
        small = cv2.flip(small, 1)
    picture = QImage(width, height, QImage.Format.Format_RGB32)
    rows = np.frombuffer(picture.bits(), np.uint8).reshape(height, picture.bytesPerLine() // 4, 4)
    cv2.cvtColor(small, cv2.COLOR_BGR2BGRA, dst=rows[:, :width])
    return picture


def from_qimage(picture: QImage) -> Image:
    """Any QImage → H×W×3 uint8 BGR; transparency over white."""
    flat = QImage(picture.size(), QImage.Format.Format_RGB888)
    flat.fill(Qt.GlobalColor.white)
    painter = QPainter(flat)
    painter.drawImage(0, 0, picture)
    painter.end()
    rows = np.frombuffer(flat.constBits(), np.uint8).reshape(flat.height(), flat.bytesPerLine())
    rgb = rows[:, : 3 * flat.width()].reshape(flat.height(), flat.width(), 3)
    return np.asarray(cv2.cvtColor(rgb, cv2.COLOR_RGB2BGR), dtype=np.uint8)


def rounded(crop: Image, side: int, ratio: float, radius: float | None = None) -> QPixmap:
    """The face in the middle of a crop, as a square pixmap with round corners.

    side, radius: device-independent pixels; radius is side / 6 by default. ratio: the screen's pixel ratio.
    """
    return QPixmap.fromImage(rounded_image(crop, side, ratio, radius))


def rounded_image(crop: Image, side: int, ratio: float, radius: float | None = None) -> QImage:
    """Same as `rounded`, but returns a QImage, which any thread may create."""
    pixels = max(round(side * ratio), 1)
    scaled = to_qimage(middle(crop)).scaled(
        pixels, pixels, Qt.AspectRatioMode.KeepAspectRatioByExpanding, Qt.TransformationMode.SmoothTransformation
    )
    picture = QImage(pixels, pixels, QImage.Format.Format_ARGB32_Premultiplied)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    path = QPainterPath()
    corner = (side / 6 if radius is None else radius) * ratio
    path.addRoundedRect(QRectF(0, 0, pixels, pixels), corner, corner)
    painter.setClipPath(path)
    painter.drawImage(0, 0, scaled)
    painter.end()
    picture.setDevicePixelRatio(ratio)
    return picture
