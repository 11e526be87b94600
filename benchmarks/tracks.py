"""The promise in the live view: of many strangers, each seen for two seconds, how many are ever given a name?

This doesn't measure speed, but what a fast live view must not cost. The people aren't those of the curve: no shipped
encoder was trained on parts 4/8 and 8/8 of LFW's people, and each part is measured with the curve of the other.
"""

import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from scipy.stats import binomtest

from benchmarks import made_stream
from benchmarks.made_stream import AT_ONCE, FPS, SCENE_FRAMES, Cast, Stream, inside
from core.capture.video import VideoFile
from core.encoder.encoder import Encoder
from core.gallery import Gallery
from core.lab.dataset.loading import load_faces
from core.lab.dataset.people_folder import list_people
from core.lab.evaluation.calibration import calibrate
from core.lab.evaluation.people import embed_faces
from core.matching.curve import ImpostorCurve
from core.recognizer import Recognizer
from core.system.paths import home
from core.types import Frame

PARTS = (("4/8", "8/8"), ("8/8", "4/8"))
"""(part of the people for the curve, part of the people who are seen), one pair per run."""


@dataclass(frozen=True, slots=True)
class Row:
    """Results for one part of the people, each in view for two seconds with seven others."""

    seen: str
    """The part of LFW's people who are seen."""
    enrolled: int
    strangers: int
    named: str
    """Strangers who have a name in any frame, at a rate of 1 %, with the 95 % interval."""
    known: int
    """Enrolled people who are seen, each by another picture."""
    rightly: int
    """Enrolled people who have their own name in any frame."""
    wrongly: int
    """Enrolled people who have another's name in any frame."""
    rightly_frames: str
    """Share of enrolled people's frames in which they have their own name."""


def measure(model: Path, rounds: int) -> list[dict[str, Any]]:
    """Measures each of `PARTS`."""
    del rounds
    encoder = Encoder()
    with tempfile.TemporaryDirectory() as folder:
        people = made_stream.unpacked(model.parent.parent / "data" / "lfw-dev.tar", Path(folder))
        rows = []
        for of_curve, seen in PARTS:
            faces = embed_faces(load_faces(people, part=of_curve), encoder)
            curve = calibrate(faces, encoder.id, encoder.curve.metric)
            rows.append(asdict(_watched(people, Path(folder), seen, encoder, curve)))
    return rows


def _watched(people: Path, folder: Path, part: str, encoder: Encoder, curve: ImpostorCurve) -> Row:
    pictures = list_people(people, part)
    photos = {name: files[0] for name, files in pictures.items() if len(files) > 1}
    known = [(name, pictures[name][1]) for name in photos]
    strangers = [("", files[0]) for name, files in pictures.items() if name not in photos]
    casts = [row[n : n + AT_ONCE] for row in (known, strangers) for n in range(0, len(row), AT_ONCE)]
    video = folder / "tracks.mp4"
    stream = Stream(video, photos, made_stream.write(video, casts))
    named = _names(stream, encoder, curve, casts)
    of_strangers = [names for who, names in named if not who]
    of_known = [(who, names) for who, names in named if who]
    count = sum(bool(set(names) - {None}) for names in of_strangers)
    interval = binomtest(count, len(of_strangers)).proportion_ci()
    right = [names.count(who) for who, names in of_known]
    return Row(
        part,
        len(photos),
        len(of_strangers),
        f"{count}: {count / len(of_strangers):.1%} ({interval.low:.1%} to {interval.high:.1%})",
        len(of_known),
        sum(bool(frames) for frames in right),
        sum(bool(set(names) - {None, who}) for who, names in of_known),
        f"{sum(right) / len(right) / SCENE_FRAMES:.1%}",
    )


def _names(
    stream: Stream, encoder: Encoder, curve: ImpostorCurve, casts: list[Cast]
) -> list[tuple[str, list[str | None]]]:
    """For everybody in every scene, their true name and the names they were given, one for each frame in which their
    face was detected."""
    # This gallery has only the people of this part.
    recognizer = Recognizer(Gallery(Path(tempfile.mkdtemp(dir=home())) / "gallery.db"), encoder=encoder, curve=curve)
    for name, photo in stream.photos.items():
        recognizer.enroll(name, photo)
    follower, source = recognizer.follower(prompt=True), VideoFile(stream.video)
    named: list[list[list[str | None]]] = [[[] for _ in cast] for cast in casts]
    source.open()
    for number, appearances in enumerate(stream.truth):
        read = source.read()
        assert read
        frame = Frame(image=read[0], index=number, time=number / FPS, captured=0.0)
        for face in follower(frame).faces:
            for place, seen in enumerate(appearances):
                if inside(face.face.box, seen.middle):
                    named[number // SCENE_FRAMES][place].append(face.decision.name)
    source.close()
    pairs = [zip(cast, names, strict=True) for cast, names in zip(casts, named, strict=True)]
    return [(name, names) for scene in pairs for (name, _), names in scene]
