"""What users say about a face decides about like faces: that it is a person's, or not."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from core.capture.demo import DemoScene
from core.errors import GalleryError
from core.matching.decision import decide
from core.matching.index import Index
from core.matching.reason import why_unnamed
from core.recognizer import Recognizer
from core.types import Frame
from tests.core.matching.test_matching import CURVE, PLAIN, gaussian, snapshot_of


@pytest.mark.parametrize("reference", [CURVE, None], ids=["centred", "plain"])
def test_nobody_is_named_of_whom_a_counter_example_is_closer(reference: object) -> None:
    enrolled = gaussian(12)
    snapshot = snapshot_of(enrolled, list(range(12)))
    impostor = enrolled[3] + 0.7 * gaussian(1, 5)[0]
    metric = CURVE.metric if reference else PLAIN
    before, after = (
        Index(one, metric, reference)  # type: ignore[arg-type]
        for one in (snapshot, snapshot.with_counter(impostor, 99, 3, "Person 3", "e"))
    )
    threshold = Index(snapshot, CURVE.metric, CURVE).threshold(0.01)
    again = impostor + 0.1 * gaussian(1, 6)[0]
    named = decide(before, again, threshold)
    assert named.name == "Person 3"
    refused = decide(after, again, threshold)
    assert refused.name is None
    assert [candidate.name for candidate in refused.rejected] == ["Person 3"]
    assert refused.candidates == named.candidates, "who is close is told all the same"
    for row in range(12):
        assert decide(after, enrolled[row], threshold).name == f"Person {row}", "their own photos still count"


def test_somebody_else_who_is_close_enough_is_named_instead() -> None:
    enrolled = gaussian(8)
    enrolled[1] = enrolled[0] + 0.5 * gaussian(1, 3)[0]
    face = enrolled[0] + 0.1 * gaussian(1, 4)[0]
    snapshot = snapshot_of(enrolled, list(range(8))).with_counter(face, 99, 0, "Person 0", "e")
    index = Index(snapshot, CURVE.metric, CURVE)
    assert decide(index, face, index.threshold(0.01)).name == "Person 1"


def test_a_rejected_face_is_not_named_so_again_live_or_in_photos(recognizer: Recognizer, portraits: Path) -> None:
    recognizer.enroll("Grace", portraits / "eileen_collins.png")
    scene = DemoScene()
    scene.open()
    follow = recognizer.follower()

    def named(frame: int) -> list[str]:
        faces = follow(Frame(scene.frame(frame), frame, frame / 30, 0.0)).faces
        return sorted(face.decision.name for face in faces if face.decision.name)

    assert [named(frame) for frame in range(12)][-1] == ["Grace"]
    faces = follow(Frame(scene.frame(12), 12, 12 / 30, 0.0)).faces
    (wrong,) = (face for face in faces if face.decision.name)
    kept = recognizer.reject("grace", wrong)
    assert [named(frame) for frame in range(13, 40)][3:] == [[]] * 24
    told = next(face for face in follow(Frame(scene.frame(40), 40, 40 / 30, 0.0)).faces if face.decision.rejected)
    assert why_unnamed(told) == "The closest is Grace, but this face is like one that is not Grace's."
    photos = recognizer.photos("Grace")
    assert [photo.counter for photo in photos] == [False, True]
    assert photos[1].template.id == kept.id
    with pytest.raises(GalleryError, match="like one that is not Grace's"):
        recognizer.confirm("Grace", wrong)
    recognizer.gallery.forget_template(kept.id)
    assert named(41) == ["Grace"] or named(42) == ["Grace"]


def test_a_confirmed_face_becomes_a_photo_if_it_resembles_nobody_else_more(
    recognizer: Recognizer, portraits: Path
) -> None:
    recognizer.enroll("Eileen", portraits / "eileen_collins.png")
    recognizer.enroll("Grace", portraits / "grace_hopper.jpg")
    (face,) = recognizer.identify(portraits / "grace_hopper.jpg")
    with pytest.raises(GalleryError, match="resembles Grace more than Eileen"):
        recognizer.confirm("Eileen", face)
    dark = replace(face, crop=(face.crop * 0.7).astype(np.uint8))
    assert recognizer.confirm("grace", dark).person.templates == 2


def test_photos_that_do_not_resemble_the_others_are_pointed_out(recognizer: Recognizer, portraits: Path) -> None:
    (photo,) = [recognizer.enroll("Grace", portraits / "grace_hopper.jpg")]
    (alone,) = recognizer.photos("Grace")
    assert (alone.likeness, alone.unlike) == (None, False)
    recognizer.enroll_face("Grace", replace(photo.face, crop=(photo.face.crop * 0.7).astype(np.uint8)))
    recognizer.enroll("Grace", portraits / "eileen_collins.png")
    told = recognizer.photos("Grace")
    assert [one.unlike for one in told] == [False, False, True]
    assert told[0].likeness == pytest.approx(told[1].likeness)
