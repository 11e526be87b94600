"""Lays out and paints the frames and labels of all faces in a picture."""

from collections.abc import Sequence
from typing import NamedTuple

from PySide6.QtCore import QRectF, QSizeF
from PySide6.QtGui import QPainter, QPixmap

from core.types import RecognizedFace
from gui.live.face_label import label_of, paint_frame, paint_lead
from gui.live.label_places import Labelled, LabelPlaces

LARGEST_FONT = 30.0
"""Greatest font size of labels on the screen, in pixels."""


class LabelledFace(NamedTuple):
    """Where one face and its label are painted, in the picture's or the view's pixels."""

    face: RecognizedFace
    box: QRectF
    label: QPixmap
    place: QRectF
    """Where the label is painted."""


def label_faces(
    faces: Sequence[tuple[RecognizedFace, QRectF]],
    bounds: QRectF,
    places: LabelPlaces,
    *,
    family: str,
    ratio: float = 1.0,
    largest: float = LARGEST_FONT,
) -> list[LabelledFace]:
    """Makes each face's label and places it inside `bounds`.

    faces: each with its box. family: font family. ratio: the screen's pixel ratio. largest: greatest font size in
    pixels.
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
    """Paints frames and lines first, so that none crosses a label; strangers before known people."""
    shown = sorted(faces, key=lambda one: one.face.decision.named is not None)
    for face, box, _label, _place in shown:
        paint_frame(painter, face, box, hovered=face is hovered)
    for face, box, _label, place in shown:
        paint_lead(painter, face, place, box)
    for _face, _box, label, place in shown:
        painter.drawPixmap(place.topLeft(), label)
