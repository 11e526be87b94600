"""Geometry of face boxes: (x, y, width, height) in pixels."""

from core.types import Box, Face

OVERLAP = 0.3
"""Intersection over union from which two boxes count as one face."""


def overlap(a: Box, b: Box) -> float:
    """Intersection over union of two boxes, 0 to 1."""
    shared = _shared(a, b)
    return shared / (a[2] * a[3] + b[2] * b[3] - shared) if shared else 0.0


def covered(a: Box, b: Box) -> float:
    """The share of `a` that lies inside `b`, 0 to 1."""
    return _shared(a, b) / max(a[2] * a[3], 1e-9)


def centre(box: Box) -> tuple[float, float]:
    """(x, y) of a box's centre."""
    x, y, width, height = box
    return x + width / 2, y + height / 2


def merged(found: list[Face], more: list[Face]) -> list[Face]:
    """All of `found`, plus the faces in `more` that aren't among them yet."""
    return found + [face for face in more if all(overlap(face.box, other.box) < OVERLAP for other in found)]


def _shared(a: Box, b: Box) -> float:
    (ax, ay, aw, ah), (bx, by, bw, bh) = a, b
    width = min(ax + aw, bx + bw) - max(ax, bx)
    height = min(ay + ah, by + bh) - max(ay, by)
    return width * height if width > 0 and height > 0 else 0.0
