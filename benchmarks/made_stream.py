"""Synthetic video with known faces at known positions: people from LFW, eight at a time, move over 1280×720 pixels."""

import math
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from core.lab.dataset.people_folder import list_people
from core.pictures.reading import read_picture
from core.types import Box, Image

PART = "8/8"
"""Part of LFW's people; no shipped encoder was trained on them."""
FPS, WIDTH, HEIGHT = 30, 1280, 720
SCENES, SCENE_FRAMES, AT_ONCE, STRANGERS = 2, 60, 8, 3
"""Scenes in a video, frames in a scene, faces in a scene, and how many of those are strangers."""
Cast = list[tuple[str, Path]]
"""(name, picture) of everybody in a scene; strangers have an empty name."""


@dataclass(frozen=True, slots=True)
class Appearance:
    """One face in one frame."""

    name: str | None
    """Name of the person; None for a stranger."""
    middle: tuple[float, float]
    """Centre of the face, (x, y) in pixels."""


@dataclass(frozen=True, slots=True, eq=False)
class Stream:
    """A video, the people to enroll, and who appears in each frame."""

    video: Path
    photos: dict[str, Path]
    """The one photo that each person is enrolled from, by name."""
    truth: list[list[Appearance]]
    """Appearances in each frame; empty if they aren't known."""


def unpacked(archive: Path, folder: Path) -> Path:
    """The folder of LFW's people, unpacked from the archive into `folder` unless it is there already."""
    people = folder / "lfw-dev"
    if not people.is_dir():
        with tarfile.open(archive) as tar:
            tar.extractall(folder, filter="data")
    return people


def make(people: Path, folder: Path, *, at_once: int = AT_ONCE, scenes: int = SCENES) -> Stream:
    """Writes `folder/stream-N.mp4`, N being `at_once`: scenes with hard cuts between them, each with other people, of
    whom three in eight aren't enrolled."""
    pictures = list_people(people, PART)
    known = {name: files for name, files in pictures.items() if len(files) > 1}
    strangers = iter([name for name, files in pictures.items() if len(files) == 1])
    shown = iter(list(known))
    casts = []
    for _ in range(scenes):
        few = int(at_once * STRANGERS / AT_ONCE)
        cast = [(name, known[name][1]) for _, name in zip(range(at_once - few), shown, strict=False)]
        cast += [("", pictures[name][0]) for _, name in zip(range(few), strangers, strict=False)]
        casts.append(cast)
    video = folder / f"stream-{at_once}.mp4"
    return Stream(video, {name: files[0] for name, files in known.items()}, write(video, casts))


def write(video: Path, casts: list[Cast]) -> list[list[Appearance]]:
    """Writes a video with one scene per cast, and returns the appearances in each frame."""
    writer = cv2.VideoWriter(str(video), cv2.VideoWriter.fourcc(*"mp4v"), FPS, (WIDTH, HEIGHT))
    truth = []
    for number, cast in enumerate(casts):
        for image, faces in _scene(cast, number):
            writer.write(image)
            truth.append(faces)
    writer.release()
    return truth


def _scene(cast: Cast, number: int) -> Iterator[tuple[Image, list[Appearance]]]:
    random = np.random.default_rng(number)
    cards = [(name, _card(read_picture(file)), random.uniform(0, 2 * math.pi)) for name, file in cast]
    wall = np.full((HEIGHT, WIDTH, 3), random.integers(40, 150, 3), np.float32)
    wall += cv2.resize(random.normal(0, 25, (9, 16, 3)).astype(np.float32), (WIDTH, HEIGHT))
    columns = math.ceil(math.sqrt(len(cast) * 2))
    rows = math.ceil(len(cast) / columns)
    for frame in range(SCENE_FRAMES):
        scene, faces = wall.copy(), []
        for place, (name, card, phase) in enumerate(cards):
            angle = 2 * math.pi * frame / FPS / 4 + phase
            cell = (WIDTH / columns, HEIGHT / rows)
            x = cell[0] * (place % columns + 0.5 + 0.18 * math.sin(angle))
            y = cell[1] * (place // columns + 0.5 + 0.12 * math.sin(1.3 * angle))
            size = min(cell) / 250 * (0.95 + 0.2 * math.sin(0.7 * angle))
            _paint(scene, card, (x, y), size, 8 * math.sin(0.9 * angle))
            faces.append(Appearance(name or None, (x, y)))
        yield scene.clip(0, 255).astype(np.uint8), faces


def _card(picture: Image) -> NDArray[np.float32]:
    """The picture with an alpha channel that shows an oval, 250×250×4."""
    oval = np.zeros(picture.shape[:2], np.float32)
    cv2.ellipse(oval, (125, 125), (80, 105), 0, 0, 360, 1.0, -1)
    return np.dstack([picture, cv2.GaussianBlur(oval, (0, 0), 4)]).astype(np.float32)


def _paint(
    scene: NDArray[np.float32], card: NDArray[np.float32], middle: tuple[float, float], size: float, roll: float
) -> None:
    """Paints the card onto the scene, centred at `middle`, scaled by `size` and rotated by `roll` degrees."""
    half = math.ceil(125 * size * 1.2)
    left, top = round(middle[0]) - half, round(middle[1]) - half
    turn = cv2.getRotationMatrix2D((125, 125), roll, size)
    turn[:, 2] += np.array([middle[0] - left - 125, middle[1] - top - 125])
    warped = cv2.warpAffine(card, turn, (2 * half, 2 * half), flags=cv2.INTER_AREA)
    x0, y0, x1, y1 = max(left, 0), max(top, 0), min(left + 2 * half, WIDTH), min(top + 2 * half, HEIGHT)
    part, warped = scene[y0:y1, x0:x1], warped[y0 - top : y1 - top, x0 - left : x1 - left]
    part += (warped[..., :3] - part) * warped[..., 3:]


def inside(box: Box, middle: tuple[float, float]) -> bool:
    """Whether a box contains the centre of a face."""
    x, y, width, height = box
    return x <= middle[0] <= x + width and y <= middle[1] <= y + height
