"""Faces are aligned to the reference landmarks, whatever their position, size and tilt."""

from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.faces.alignment import REFERENCE_LANDMARKS, align, middle, similarity_transforms
from core.faces.detector import FaceDetector
from core.pictures.reading import read_picture


@given(
    angle=st.floats(-3, 3), scale=st.floats(0.05, 30), x=st.floats(-500, 5000), y=st.floats(-500, 5000)
)  # fmt: skip
def test_a_moved_reference_is_moved_back(angle: float, scale: float, x: float, y: float) -> None:
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]]) * scale
    landmarks = REFERENCE_LANDMARKS @ turn.T + (x, y)
    transform = similarity_transforms(landmarks[None])[0]
    back = landmarks @ transform[:, :2].T + transform[:, 2]
    assert np.abs(back - REFERENCE_LANDMARKS).max() < 1e-4


def test_alignment_is_opencvs(portraits: Path, shared: Path) -> None:
    image = read_picture(portraits / "eileen_collins.png")
    face = FaceDetector().detect(image)[0]
    sface = cv2.FaceRecognizerSF.create(str(shared / "models" / "face_recognition_sface_2021dec.onnx"), "")
    row = np.concatenate([face.box, face.landmarks.ravel(), [face.score]]).astype(np.float32)
    theirs = sface.alignCrop(image, row).astype(int)
    assert np.abs(theirs - middle(align(image, face.landmarks[None]))[0]).mean() < 1


def test_large_faces_are_shrunk_without_aliasing(portraits: Path) -> None:
    image = read_picture(portraits / "eileen_collins.png")
    landmarks = FaceDetector().detect(image)[0].landmarks[None]
    # Fine stripes, which plain sampling would alias into coarse ones.
    large = cv2.resize(image, None, fx=8, fy=8, interpolation=cv2.INTER_CUBIC).astype(int)
    large[::2] += 40
    large[1::2] -= 40
    noisy = np.clip(large, 0, 255).astype(np.uint8)
    difference = np.abs(align(noisy, landmarks * 8 + 3.5)[0].astype(int) - align(image, landmarks)[0])
    assert difference.mean() < 6


def test_many_faces_and_faces_beyond_the_border(portraits: Path) -> None:
    image = read_picture(portraits / "eileen_collins.png")
    landmarks = np.stack([REFERENCE_LANDMARKS, REFERENCE_LANDMARKS - 300, REFERENCE_LANDMARKS * 50]).astype(np.float32)
    faces = align(image, landmarks)
    assert faces.shape == (3, 168, 168, 3)
    # Entirely outside the picture: its corner pixel, repeated.
    assert (faces[1] == image[0, 0]).all()
    assert align(image, landmarks[:0]).shape == (0, 168, 168, 3)


def test_the_middle_of_a_crop_is_the_aligned_face(portraits: Path) -> None:
    image = read_picture(portraits / "eileen_collins.png")
    crops = align(image, FaceDetector().detect(image)[0].landmarks[None])
    faces = middle(crops)
    assert faces.shape == (1, 112, 112, 3)
    assert np.array_equal(middle(crops, 168), crops)
    # Crops in older galleries have no surroundings: the face stays where it was.
    assert np.array_equal(middle(middle(faces, 168)), faces)


@pytest.mark.parametrize("scale", [0.5, 1, 3])
def test_detection_is_in_the_pictures_own_pixels(portraits: Path, scale: float) -> None:
    image = read_picture(portraits / "grace_hopper.jpg")
    expected = FaceDetector().detect(image)[0]
    resized = cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    found = FaceDetector().detect(np.asarray(resized, np.uint8))[0]
    assert np.abs(found.landmarks / scale - expected.landmarks).max() < 6
