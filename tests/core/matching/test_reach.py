"""The thresholds that can be reached at all."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from core.encoder.checkpoint import Checkpoint
from core.encoder.shipped import PUBLISHED, WEBCAM
from core.matching.curve import ImpostorCurve
from core.matching.metric import Metric
from core.matching.reach import MOST_PHOTOS, reach_of, told
from core.matching.threshold import threshold_for


def few_people() -> ImpostorCurve:
    """A curve as from a dozen people: counted to 0.05, and still 1e-4 at a similarity of 1."""
    return ImpostorCurve(
        "small:1", Metric.euclidean(), np.array([-1.0, 0.5, 1.0, 1.5]), np.array([1.0, 0.05, 1e-4, 1e-7]), 0.05,
        "orl", 12, 24, 264,
    )  # fmt: skip


def test_a_threshold_is_within_reach_up_to_the_size_told_and_not_beyond() -> None:
    curve = few_people()
    for each in reach_of(curve):
        assert each.photos is not None
        if each.photos:
            assert threshold_for(curve, each.rate, each.photos).similarity <= 1 + 1e-9
        assert threshold_for(curve, each.rate, each.photos + 1).similarity > 1
    assert [each.photos for each in reach_of(curve)] == [100, 10, 1]
    assert "at 1 in 100 among more than 100 photos, at 1 in 1,000 among more than 10 photos" in told(reach_of(curve))


def test_an_encoder_that_can_name_nobody_says_so() -> None:
    worse = replace(few_people(), rates=np.array([1.0, 0.5, 0.02, 1e-3]))
    assert [each.photos for each in reach_of(worse)] == [0, 0, 0]
    assert told(reach_of(worse)).startswith("Nobody can be named at any rate up to 1 in 100:")


@pytest.mark.parametrize("file", [PUBLISHED, WEBCAM], ids=["published", "webcam"])
def test_what_ships_reaches_everything(file: Path) -> None:
    curve = Checkpoint.load(file).curve
    assert curve is not None
    assert all(each.photos is None for each in reach_of(curve))
    assert threshold_for(curve, 1e-4, MOST_PHOTOS).similarity < 1
    assert told(reach_of(curve)) == ""
