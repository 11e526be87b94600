"""Recognition loops as people write them around these libraries: each takes a picture and returns boxes with names."""

import contextlib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import cv2
import numpy as np

from benchmarks.peers import PEERS, Embed
from core.faces.boxes import OVERLAP
from core.faces.detector import SCORE, YUNET
from core.matching.vectors import unit
from core.pictures.reading import read_picture
from core.types import Box, Image

Named = list[tuple[Box, str | None]]
Loop = Callable[[Image], Named]
COSINE = 0.363
"""OpenCV's threshold for SFace: least cosine of a match."""
TOLERANCE = 0.6
"""dlib's threshold: greatest distance of a match."""


def around_yunet(embed: Embed, model: Path, photos: Mapping[str, Path]) -> Loop:
    """The loop of OpenCV's sample: `FaceDetectorYN` on the whole picture, `FaceRecognizerSF.alignCrop`, and `embed`, an
    encoder with SFace's weights. photos: one photo per person, by name."""
    yunet = cv2.FaceDetectorYN.create(str(YUNET), "", (320, 320), SCORE, OVERLAP)
    sface = cv2.FaceRecognizerSF.create(str(model), "")

    def rows(image: Image) -> np.ndarray:
        yunet.setInputSize((image.shape[1], image.shape[0]))
        found = yunet.detect(image)[1]
        return np.zeros((0, 15), np.float32) if found is None else found

    def embedded(image: Image, faces: np.ndarray) -> np.ndarray:
        return unit(embed(np.stack([sface.alignCrop(image, face) for face in faces])))

    names, templates = list(photos), []
    for photo in photos.values():
        image = read_picture(photo)
        templates.append(embedded(image, rows(image)[:1])[0])
    gallery = np.stack(templates)

    def loop(image: Image) -> Named:
        faces = rows(image)
        if not len(faces):
            return []
        similarities = embedded(image, faces) @ gallery.T
        best = similarities.argmax(axis=1)
        return [
            (tuple(face[:4].tolist()), names[row] if similarities[number, row] >= COSINE else None)
            for number, (face, row) in enumerate(zip(faces, best, strict=True))
        ]

    return loop


def dlib_webcam(photos: Mapping[str, Path]) -> Loop:
    """The loop of the `face_recognition` package's webcam example: HOG detector, at a quarter of the size, on every
    other frame."""
    import dlib
    import face_recognition_models as models

    detector = dlib.get_frontal_face_detector()
    landmarks = dlib.shape_predictor(models.pose_predictor_five_point_model_location())
    network = dlib.face_recognition_model_v1(models.face_recognition_model_location())

    def look(image: Image) -> tuple[list[Box], np.ndarray]:
        rgb = np.ascontiguousarray(image[..., ::-1])
        found = detector(rgb, 1)
        numbers = [network.compute_face_descriptor(rgb, landmarks(rgb, box)) for box in found]
        boxes = [(float(box.left()), float(box.top()), float(box.width()), float(box.height())) for box in found]
        return boxes, np.array(numbers).reshape(-1, 128)

    names, templates = [], []
    for name, photo in photos.items():
        _, numbers = look(read_picture(photo))
        if len(numbers):
            names.append(name)
            templates.append(numbers[0])
    gallery = np.array(templates)
    last: Named = []
    frame = 0

    def loop(image: Image) -> Named:
        nonlocal last, frame
        frame += 1
        if frame % 2:
            boxes, numbers = look(np.asarray(cv2.resize(image, None, fx=0.25, fy=0.25), np.uint8))
            last = []
            for (x, y, width, height), one in zip(boxes, numbers, strict=True):
                distances = np.linalg.norm(gallery - one, axis=1)
                name = names[distances.argmin()] if distances.min() <= TOLERANCE else None
                last.append(((4 * x, 4 * y, 4 * width, 4 * height), name))
        return last

    return loop


def available(model: Path, threads: int, photos: Mapping[str, Path]) -> Iterator[tuple[str, Loop]]:
    """The loops whose packages are installed, by name, with everybody in `photos` enrolled."""
    for name in ("OpenCV", "ONNX Runtime", "OpenVINO"):
        with contextlib.suppress(ImportError):
            yield f"YuNet and SFace by {name}", around_yunet(PEERS[name][1](model, threads), model, photos)
    with contextlib.suppress(ImportError):
        yield "dlib's webcam example", dlib_webcam(photos)
