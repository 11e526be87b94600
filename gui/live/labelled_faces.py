"""All faces of one picture with their frames and labels."""

from collections.abc import Sequence
from typing import NamedTuple

from PySide6.QtCore import QRectF, QSizeF
from PySide6.QtGui import QPainter, QPixmap

from core.types import RecognizedFace
from gui.live.face_label import label_of, paint_frame, paint_lead
from gui.live.label_places import Labelled, LabelPlaces

LARGEST_LETTERS = 30.0
"""Pixels: of labels on the screen."""


class LabelledFace(NamedTuple):
    """Where one face and its label are painted, in the picture's or the view's pixels."""

    face: RecognizedFace
    box: QRectF
    label: QPixmap
    place: QRectF
    """Where the label stands."""


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
    whole, short = (
        [label_of(face, box, bounds, family, ratio, largest, short=short) for face, box in faces]
        for short in (False, True)
    )
    sizes = [[QSizeF(label.deviceIndependentSize()) for label in labels] for labels in (whole, short)]
    wanted = [Labelled(face.track, box, *both) for (face, box), *both in zip(faces, *sizes, strict=True)]
    placed = places.place(wanted, bounds)
    labels = [few if place.short else all_ for all_, few, place in zip(whole, short, placed, strict=True)]
    return [
        LabelledFace(*face, label, place.rectangle) for face, label, place in zip(faces, labels, placed, strict=True)
    ]


def paint_faces(painter: QPainter, faces: Sequence[LabelledFace], hovered: RecognizedFace | None = None) -> None:
    """Frames and lines first, so that none crosses a label; strangers before those who are known."""
    shown = sorted(faces, key=lambda one: one.face.decision.named is not None)
    for face, box, _label, _place in shown:
        paint_frame(painter, face, box, hovered=face is hovered)
    for face, box, _label, place in shown:
        paint_lead(painter, face, place, box)
    for _face, _box, label, place in shown:
        painter.drawPixmap(place.topLeft(), label)
