"""A face is good enough, or every reason why not is given with its remedy."""

import tarfile
from pathlib import Path

import cv2
import numpy as np
import pytest

from core.faces.alignment import MARGIN, REFERENCE_LANDMARKS, align, middle
from core.faces.detector import FaceDetector
from core.faces.photo_search import faces_in_photo
from core.faces.quality import assess
from core.lab.dataset.labelled_face import labelled_face
from core.lab.degradation.hidden import HIDINGS
from core.pictures.reading import decode_picture, read_picture
from core.types import Face, Image, Problem, Quality


@pytest.fixture(scope="module")
def detector() -> FaceDetector:
    return FaceDetector()


@pytest.fixture(scope="module")
def photo(portraits: Path) -> Image:
    return read_picture(portraits / "eileen_collins.png")


def judged(image: Image, detector: FaceDetector) -> Quality:
    face = faces_in_photo(detector, image)[0]
    return assess(image, face, middle(align(image, face.landmarks[None]))[0])


def test_both_portraits_are_good_enough(portraits: Path, detector: FaceDetector) -> None:
    for file in ("eileen_collins.png", "grace_hopper.jpg"):
        quality = judged(read_picture(portraits / file), detector)
        assert quality.problems == ()
        assert quality.score > 0.7
        assert abs(quality.yaw) < 15
        assert quality.inside == 1


def test_ordinary_photos_are_good_enough(lfw: Path, detector: FaceDetector) -> None:
    poor = 0
    for file in sorted(lfw.glob("*/*_0001.jpg"))[:100]:
        image = read_picture(file)
        face = labelled_face(image, file, detector)
        poor += bool(assess(image, face, middle(align(image, face.landmarks[None]))[0]).problems)
    # Two of them wear dark glasses and four are lit from the side.
    assert poor <= 8


def test_a_small_face_is_too_small(photo: Image, detector: FaceDetector) -> None:
    small = cv2.resize(photo, None, fx=0.25, fy=0.25, interpolation=cv2.INTER_AREA)
    assert Problem.TOO_SMALL in judged(np.asarray(small, np.uint8), detector).problems


def test_a_blurred_face_is_blurred(photo: Image, detector: FaceDetector) -> None:
    blurred = cv2.GaussianBlur(photo, (0, 0), 5)
    assert Problem.BLURRED in judged(np.asarray(blurred, np.uint8), detector).problems


def test_dark_and_bright_faces_are_told_apart(photo: Image, detector: FaceDetector) -> None:
    face = faces_in_photo(detector, photo)[0]
    for changed, problem in (
        ((photo * 0.15).astype(np.uint8), Problem.TOO_DARK),
        (np.asarray(cv2.convertScaleAbs(photo, alpha=1.6, beta=110), np.uint8), Problem.TOO_BRIGHT),
    ):
        aligned = middle(align(changed, face.landmarks[None]))[0]
        assert problem in assess(changed, face, aligned).problems


def test_a_profile_is_turned_away(shared: Path, detector: FaceDetector) -> None:
    capture = cv2.VideoCapture(str(shared / "data" / "live" / "short_hamilton_clip.mp4"))
    capture.set(cv2.CAP_PROP_POS_FRAMES, 30)
    _, frame = capture.read()
    assert Problem.TURNED_AWAY in judged(np.asarray(frame, np.uint8), detector).problems


def test_a_face_at_the_edge_is_cut_off(photo: Image, detector: FaceDetector) -> None:
    face = faces_in_photo(detector, photo)[0]
    x, y, width, height = face.box
    left = int(x + width * 0.35)
    cut = photo[:, left:]
    moved = Face((x - left, y, width, height), face.score, face.landmarks - np.array([left, 0], np.float32))
    assert Problem.CUT_OFF in assess(cut, moved, middle(align(cut, moved.landmarks[None]))[0]).problems


def test_every_problem_has_a_remedy() -> None:
    for problem in Problem:
        assert problem.remedy.endswith(".")


@pytest.mark.parametrize(
    ("hiding", "problem", "share"),
    [
        ("mask", Problem.COVERED, 0.85),
        ("dark glasses", Problem.COVERED, 0.9),
        ("half", Problem.COVERED, 0.85),
        ("side light", Problem.HALF_LIT, 0.5),
        ("noise", Problem.NOISY, 0.95),
        ("sepia", Problem.NOISY, 0.95),
    ],
)
def test_what_hides_a_face_is_seen(crops: Image, hiding: str, problem: Problem, share: float) -> None:
    """On pictures of people, each with a newly drawn covering or disturbance."""
    rng = np.random.default_rng(1)
    found = [problem in assessed(HIDINGS[hiding](crop, rng)).problems for crop in crops]
    assert np.mean(found) >= share
    assert np.mean([bool(assessed(crop).problems) for crop in crops]) <= 0.08


def test_real_light_from_the_side_is_seen_and_even_light_is_not(shared: Path, detector: FaceDetector) -> None:
    shadows: dict[str, list[float]] = {"leftlight": [], "rightlight": [], "happy": []}
    with tarfile.open(shared / "data" / "populations.tar") as archive:
        for member in archive:
            kind = Path(member.name).stem.rpartition("_")[2]
            if "yale" in member.name and kind in shadows and len(shadows[kind]) < 8:
                file = archive.extractfile(member)
                assert file is not None
                image = np.pad(decode_picture(file.read()), ((40, 40), (40, 40), (0, 0)), "edge")
                face = faces_in_photo(detector, image)[0]
                aligned = middle(align(image, face.landmarks[None]))[0]
                shadows[kind].append(float(Problem.HALF_LIT in assess(image, face, aligned).problems))
    assert np.mean(shadows["leftlight"] + shadows["rightlight"]) >= 0.8
    assert np.mean(shadows["happy"]) == 0


@pytest.fixture(scope="module")
def crops(lfw: Path, detector: FaceDetector) -> Image:
    """60 aligned faces."""
    found = []
    for file in sorted(lfw.glob("*/*_0001.jpg"))[:60]:
        image = read_picture(file)
        found.append(align(image, labelled_face(image, file, detector).landmarks[None])[0])
    return np.stack(found)


def assessed(crop: Image) -> Quality:
    landmarks = (REFERENCE_LANDMARKS + MARGIN).astype(np.float32)
    return assess(crop, Face((28, 20, 112, 128), 0.9, landmarks), middle(crop))
