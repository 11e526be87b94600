"""All faces of one picture with their frames and labels."""

from collections.abc import Sequence
from typing import NamedTuple

from PySide6.QtCore import QRectF, QSizeF
from PySide6.QtGui import QPainter, QPixmap

from core.types import RecognizedFace
from gui.face_label import label_of, paint_frame, paint_label
from gui.label_places import Labelled, LabelPlaces

LARGEST_LETTERS = 30.0
"""Pixels: of labels on the screen."""


class LabelledFace(NamedTuple):
    """Where one face and its label are painted, in the picture's or the view's pixels."""

    face: RecognizedFace
    box: QRectF
    label: QPixmap
    place: QRectF
    """Of the label."""


def label_faces(
    faces: Sequence[tuple[RecognizedFace, QRectF]],
    bounds: QRectF,
    places: LabelPlaces,
    *,
    family: str,
    ratio: float = 1.0,
    largest: float = LARGEST_LETTERS,
) -> list[LabelledFace]:
    """Gives each face its label, and that its place inside bounds.

    family: of the font. ratio: the screen's pixel ratio. largest: letters, in pixels.
    """
    labels = [label_of(face, box, bounds, family, ratio, largest) for face, box in faces]
    wanted = [
        Labelled(face.track, box, QSizeF(label.deviceIndependentSize()))
        for (face, box), label in zip(faces, labels, strict=True)
    ]
    placed = places.place(wanted, bounds)
    return [LabelledFace(*face, label, place) for face, label, place in zip(faces, labels, placed, strict=True)]


def paint_faces(painter: QPainter, faces: Sequence[LabelledFace], hovered: RecognizedFace | None = None) -> None:
    """Frames first, so that none crosses a label; strangers before those who are known."""
    shown = sorted(faces, key=lambda one: one.face.decision.named is not None)
    for face, box, _label, _place in shown:
        paint_frame(painter, face, box, hovered=face is hovered)
    for face, box, label, place in shown:
        paint_label(painter, label, place, box, known=face.decision.named is not None)
