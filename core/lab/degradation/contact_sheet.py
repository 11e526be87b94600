"""A contact sheet of one face under every condition, at rising strength: shows what is trained and evaluated on."""

from dataclasses import dataclass

import cv2
import numpy as np
from PIL import Image as Pillow
from PIL import ImageDraw, ImageFont

from core.lab.degradation.conditions import CONDITIONS, FAMILIES
from core.lab.degradation.steps import Degradation
from core.types import ALIGNED_SIZE, Box, Image

PAPER, INK, FAINT = (250, 250, 248), (32, 33, 36), (112, 115, 120)
"""Colours of the sheet, RGB."""
SIDE = 128
"""Default side of a face on the sheet, in pixels."""
MARGIN = 0.2
"""Width of the border shown around the face's box, as a share of the box's longer side."""
DRAWS = 6
"""Random samples shown of each of `CONDITIONS`."""


@dataclass(frozen=True, slots=True)
class _Cell:
    face: Image
    caption: str


@dataclass(frozen=True, slots=True)
class _Layout:
    """Positions on the sheet in pixels, all derived from the side of a face."""

    side: int

    @property
    def gap(self) -> int:
        return self.side // 8

    @property
    def left(self) -> int:
        """Left edge of the first cell, which leaves room for the row's name."""
        return self.gap + self.side

    @property
    def row(self) -> int:
        """Distance from the top of one row to the top of the next."""
        return self.side + self.text * 2 + self.gap

    @property
    def text(self) -> int:
        """Font size of the captions."""
        return max(self.side // 9, 8)

    def place(self, row: int, column: int) -> tuple[int, int]:
        """Left and top of a cell. Row -1 is the head, with the unchanged picture."""
        return self.left + column * (self.side + self.gap), self.gap + (row + 1) * self.row


def contact_sheet(picture: Image, box: Box, rng: np.random.Generator, *, side: int = SIDE) -> Image:
    """A labelled grid of the face under every condition, H×W×3 uint8 BGR.

    picture: H×W×3 uint8 BGR. box: the face's box in it. side: side of each face on the sheet, in pixels. In a row of
    `FAMILIES`, all cells share the same random numbers, so that only the strength differs.
    """
    rows = {name: _draws(step, picture, box, rng, side) for name, step in CONDITIONS.items()}
    rows |= {name: _series(name, picture, box, rng, side) for name in FAMILIES}
    layout, columns = _Layout(side), max(map(len, rows.values()))
    size = (layout.place(0, columns)[0], layout.place(len(rows), 0)[1])
    sheet = Pillow.new("RGB", size, PAPER)
    _draw_head(sheet, layout, _portrait(picture, box, side), f"Here unchanged, {box[2]:.0f} px wide in its picture.")
    for row, (name, cells) in enumerate(rows.items()):
        _draw_row(sheet, layout, row, name, cells)
    return np.ascontiguousarray(np.asarray(sheet)[..., ::-1])


def _draws(step: Degradation, picture: Image, box: Box, rng: np.random.Generator, side: int) -> list[_Cell]:
    results = [step(picture, box, rng) for _ in range(DRAWS)]
    return [_Cell(_portrait(image, where, side), f"{where[2]:.0f} px wide") for image, where in results]


def _series(name: str, picture: Image, box: Box, rng: np.random.Generator, side: int) -> list[_Cell]:
    family, seed = FAMILIES[name], int(rng.integers(2**63))
    results = [(value, *family.make(value)(picture, box, np.random.default_rng(seed))) for value in family.values]
    return [_Cell(_portrait(image, where, side), family.caption.format(value)) for value, image, where in results]


def _portrait(image: Image, box: Box, side: int) -> Image:
    """The face with some margin, side×side×3; beyond the picture's border its edge pixels are repeated."""
    x, y, width, height = box
    scale = side / (max(width, height) * (1 + 2 * MARGIN))
    # Pixel centres lie at half a pixel, in the picture as in the portrait.
    shift = [side / 2 - scale * (start + length / 2 - 0.5) - 0.5 for start, length in ((x, width), (y, height))]
    if scale < 0.5:  # Plain sampling would alias.
        sigma = 0.4 / scale
        image = np.asarray(cv2.GaussianBlur(image, (0, 0), sigma), np.uint8)
    transform = np.array([[scale, 0, shift[0]], [0, scale, shift[1]]])
    portrait = cv2.warpAffine(image, transform, (side, side), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(portrait, np.uint8)


def _draw_head(sheet: Pillow.Image, layout: _Layout, face: Image, remark: str) -> None:
    left, top = layout.place(-1, 0)
    sheet.paste(_pillow(face), (left, top))
    draw = ImageDraw.Draw(sheet)
    left += layout.side + layout.gap
    draw.text((left, top), "One face, and what cameras make of it", INK, ImageFont.load_default(layout.text * 2))
    for line, text in enumerate((remark, f"Blur and motion are in pixels of a face {ALIGNED_SIZE} px wide.")):
        height = top + layout.text * (3 + line * 1.6)
        draw.text((left, height), text, FAINT, ImageFont.load_default(layout.text))


def _draw_row(sheet: Pillow.Image, layout: _Layout, row: int, name: str, cells: list[_Cell]) -> None:
    draw, font = ImageDraw.Draw(sheet), ImageFont.load_default(layout.text)
    left, top = layout.place(row, 0)
    draw.text((left - layout.gap, top + layout.side / 2), name, INK, ImageFont.load_default(layout.text + 3), "rm")
    for column, cell in enumerate(cells):
        left, top = layout.place(row, column)
        sheet.paste(_pillow(cell.face), (left, top))
        draw.text((left + layout.side / 2, top + layout.side + layout.text * 0.4), cell.caption, FAINT, font, "ma")


def _pillow(image: Image) -> Pillow.Image:
    return Pillow.fromarray(np.ascontiguousarray(image[..., ::-1]))
