"""The population from real frames: seen at a place, remembered as sums, and used there the next time."""

from collections.abc import Callable
from itertools import count
from pathlib import Path

import numpy as np
import pytest

from core.gallery import Gallery
from core.pictures.reading import read_picture
from core.recognizer import Recognizer
from core.tracking.visitors import FEWEST_SAVED
from core.types import Frame, Recognition

LOOKS = 5


def pass_by(follow: Callable[[Frame], Recognition], pictures: list[Path], begin: float = 0.0) -> None:
    """Each person is in view for a moment, then nobody is."""
    number = count()
    for turn, picture in enumerate(pictures):
        image = read_picture(picture)
        for look in range(LOOKS):
            follow(Frame(image, next(number), begin + 10 * turn + look / 4, 0.0))
        follow(Frame(np.zeros_like(image), next(number), begin + 10 * turn + 5, 0.0))


@pytest.fixture(scope="module")
def strangers(lfw: Path) -> list[Path]:
    return [min(person.iterdir()) for person in sorted(lfw.iterdir())[20 : 20 + 2 * FEWEST_SAVED]]


def test_who_passes_by_makes_the_population_known(
    recognizer: Recognizer, portraits: Path, strangers: list[Path]
) -> None:
    recognizer.enroll("Grace", portraits / "grace_hopper.jpg")
    alone = recognizer.threshold
    follow = recognizer.follower(place="desk")
    pass_by(follow, strangers)
    met = recognizer.threshold
    assert met.population is not None
    assert met.population.seen == pytest.approx(len(strangers), abs=2)
    assert met.similarity < alone.similarity
    # The same people again, and the one who is enrolled, change nothing.
    pass_by(follow, [*strangers[:4], portraits / "grace_hopper.jpg"], begin=1000)
    again = recognizer.threshold.population
    assert again is not None
    assert again.seen == met.population.seen


def test_a_place_is_remembered_and_a_video_is_not(
    recognizer: Recognizer, portraits: Path, strangers: list[Path], gallery: Gallery
) -> None:
    recognizer.enroll("Grace", portraits / "grace_hopper.jpg")
    pass_by(recognizer.follower(), strangers)
    assert recognizer.threshold.population is not None
    assert recognizer.threshold.population.seen >= FEWEST_SAVED
    recognizer.leave()
    assert gallery.count_seen() == 0
    pass_by(recognizer.follower(place="desk"), strangers)
    met = recognizer.threshold
    recognizer.leave()
    assert gallery.count_seen() >= FEWEST_SAVED

    later = Recognizer(gallery, encoder=recognizer.encoder, detector=recognizer.detector)
    assert later.threshold.similarity == pytest.approx(met.similarity, abs=0.02)
    later.follower(place="door")
    assert later.threshold.population is not None
    assert later.threshold.population.seen == 0
    later.follower(place="desk")
    assert later.threshold.similarity == pytest.approx(met.similarity, abs=0.02)
    assert later.forget_visitors() >= FEWEST_SAVED
    assert later.threshold.population.seen == 0
    assert gallery.count_seen() == 0


def test_few_visitors_are_not_saved(
    recognizer: Recognizer, portraits: Path, strangers: list[Path], gallery: Gallery
) -> None:
    recognizer.enroll("Grace", portraits / "grace_hopper.jpg")
    pass_by(recognizer.follower(place="desk"), strangers[: FEWEST_SAVED - 1])
    assert recognizer.unsaved_visitors == 0
    recognizer.leave()
    assert gallery.count_seen() == 0


def test_seeing_somebody_makes_no_gallery(strangers: list[Path], tmp_path: Path) -> None:
    file = tmp_path / "none.db"
    with Gallery(file, at_once=False) as gallery:
        recognizer = Recognizer(gallery)
        pass_by(recognizer.follower(place="desk"), strangers)
        recognizer.leave()
    assert not file.exists()


def test_the_same_picture_under_several_names_leaves_a_threshold(recognizer: Recognizer, portraits: Path) -> None:
    for number in range(7):
        recognizer.enroll(f"Somebody {number}", portraits / "grace_hopper.jpg")
    recognizer.enroll("Somebody 0", portraits / "eileen_collins.png")
    assert recognizer.threshold.similarity > 0.4
