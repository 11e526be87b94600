"""Faces in photos are found at any size and rotation, and cropped upright."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from core.faces.detector import FaceDetector
from core.faces.photo_search import faces_in_photo, quarters_turned, turned_back
from core.faces.upright import stands_upright
from core.pictures.pyramid import Pyramid
from core.pictures.reading import read_picture
from core.recognizer import Recognizer
from core.types import Image


@pytest.fixture(scope="module")
def detector() -> FaceDetector:
    return FaceDetector()


@pytest.fixture(scope="module")
def portrait(portraits: Path) -> Image:
    return read_picture(portraits / "eileen_collins.png")


def turned(image: Image, degrees: float) -> Image:
    """Rotated clockwise, on a canvas with room for every corner."""
    side = round(1.5 * max(image.shape[:2]))
    rows, columns = image.shape[:2]
    transform = cv2.getRotationMatrix2D((columns / 2, rows / 2), -degrees, 1)
    transform[:, 2] += (side - columns) / 2, (side - rows) / 2
    return np.asarray(cv2.warpAffine(image, transform, (side, side), borderMode=cv2.BORDER_REPLICATE), np.uint8)


@pytest.mark.parametrize("degrees", [0, 25, 45, 90, 135, 180, 225, 270, -20])
def test_a_face_is_the_same_person_at_any_rotation(
    recognizer: Recognizer, portraits: Path, portrait: Image, degrees: int
) -> None:
    recognizer.enroll("Eileen Collins", portrait)
    recognizer.enroll("Grace Hopper", portraits / "grace_hopper.jpg")
    faces = recognizer.identify(turned(portrait, degrees))
    assert faces[0].decision.name == "Eileen Collins"
    assert faces[0].decision.similarity > 0.8
    assert faces[0].quality.problems == ()
    assert (faces[0].face.roll - degrees + 180) % 360 - 180 == pytest.approx(0, abs=20)


@pytest.mark.parametrize("quarters", [1, 2, 3])
def test_a_photo_saved_on_its_side_is_enrolled_upright(
    recognizer: Recognizer, portraits: Path, portrait: Image, quarters: int
) -> None:
    """Crops that aren't upright resemble each other by that alone, so that strangers were named."""
    recognizer.enroll("Eileen Collins", np.ascontiguousarray(np.rot90(portrait, quarters)))
    (upright,) = recognizer.identify(portrait)
    assert upright.decision.name == "Eileen Collins"
    hopper = read_picture(portraits / "grace_hopper.jpg")
    (stranger,) = recognizer.identify(np.ascontiguousarray(np.rot90(hopper, quarters)))
    assert stranger.decision.name is None
    image, faces = recognizer.identify_upright(np.ascontiguousarray(np.rot90(portrait, quarters)))
    assert image.shape == portrait.shape
    assert np.array_equal(image, portrait)
    assert np.abs(np.array(faces[0].face.box) - upright.face.box).max() < 12
    assert abs(faces[0].face.roll) < 15


def test_boxes_and_landmarks_are_turned_with_the_picture(detector: FaceDetector, portrait: Image) -> None:
    face = faces_in_photo(detector, portrait)[0]
    for quarters in range(4):
        picture = np.ascontiguousarray(np.rot90(portrait, quarters))
        there = turned_back(face, 4 - quarters, picture)
        assert np.allclose(turned_back(there, quarters, portrait).landmarks, face.landmarks)
        x, y = np.rint(there.landmarks[2]).astype(int)
        nose = np.rint(face.landmarks[2]).astype(int)
        assert np.array_equal(picture[y, x], portrait[nose[1], nose[0]])
        assert quarters_turned([there]) == (-quarters) % 4


def test_faces_of_every_size_are_found_in_one_large_photo(detector: FaceDetector, portrait: Image) -> None:
    """From 20 to 900 pixels, in a picture of 12 megapixels, which is searched at full size and at successive halves."""
    head = portrait[:330, 96:366]
    canvas = np.full((3024, 4032, 3), 96, np.uint8)
    places = []
    for width, x, y in ((60, 100, 100), (90, 400, 2500), (200, 700, 300), (700, 3000, 1700), (2500, 1200, 40)):
        scaled = cv2.resize(head, (width, round(width * 330 / 270)), interpolation=cv2.INTER_AREA)[: 3024 - y]
        canvas[y : y + scaled.shape[0], x : x + scaled.shape[1]] = scaled[:, : 4032 - x]
        places.append((x, y, width, scaled.shape[0]))
    found = faces_in_photo(detector, canvas)
    for x, y, width, height in places:
        if (x, y) == (3000, 1700):
            continue  # It covers part of the largest face.
        inside = [
            f for f in found if x < f.box[0] + f.box[2] / 2 < x + width and y < f.box[1] + f.box[3] / 2 < y + height
        ]
        assert inside, (x, y, width)


def test_a_face_that_fills_the_picture_is_found(detector: FaceDetector, portrait: Image) -> None:
    x, y, width, height = (round(v) for v in faces_in_photo(detector, portrait)[0].box)
    close = cv2.resize(portrait[y : y + height, x : x + width], (1000, 1200), interpolation=cv2.INTER_CUBIC)
    (face,) = faces_in_photo(detector, np.asarray(close, np.uint8))
    assert face.box[2] > 700


def test_a_picture_without_a_face_has_none_at_any_rotation(detector: FaceDetector) -> None:
    assert faces_in_photo(detector, np.full((700, 1500, 3), 120, np.uint8)) == []
    for size in ((1, 1), (1, 5000), (3, 3)):
        assert faces_in_photo(detector, np.zeros((*size, 3), np.uint8)) == []


def test_a_live_face_upside_down_or_on_its_side_is_not_upright(detector: FaceDetector, portrait: Image) -> None:
    for quarters in range(4):
        image = np.ascontiguousarray(np.rot90(portrait, quarters))
        (face,) = (face for face in detector.detect(image) if face.box[2] > 60)
        assert stands_upright(detector, Pyramid(image), face) == (quarters == 0)


def test_a_group_photo_of_twelve_megapixels(recognizer: Recognizer, shared: Path) -> None:
    recognizer.enroll("Barack Obama", shared / "data" / "live" / "obama.jpg")
    faces = recognizer.identify(shared / "faults" / "group_like_4032_64.jpg")
    named = [face for face in faces if face.decision.name]
    assert len(named) == 1
    assert named[0].decision.similarity > 0.6
