"""The state machine of a live session's source: only the current attempt counts, and nothing leaves the end."""

import pytest

from core.source_state import FINAL, LONGEST_PAUSE, SourceProgress, SourceState


def test_a_source_that_works() -> None:
    progress = SourceProgress()
    assert progress.state is SourceState.OPENING
    assert progress.frame(0)
    assert progress.state is SourceState.RUNNING
    assert progress.finish(SourceState.ENDED, "It has ended.", 0)
    assert (progress.state, progress.message) == (SourceState.ENDED, "It has ended.")


def test_of_two_failures_at_once_one_counts() -> None:
    progress = SourceProgress()
    assert progress.failed(0, "One.") is not None
    assert progress.failed(0, "Other.") is None
    assert progress.message == "One; trying again."
    assert progress.attempt == 1


def test_an_attempt_that_was_given_up_changes_nothing_any_more() -> None:
    progress = SourceProgress()
    progress.failed(0, "It hangs.")
    assert not progress.frame(0)
    assert not progress.stalled(0, "x")
    assert not progress.finish(SourceState.ENDED, "x", 0)
    assert progress.state is SourceState.RECONNECTING
    assert progress.frame(1)
    assert (progress.state, progress.message) == (SourceState.RUNNING, "")


def test_a_silent_source_is_stalled_once_and_may_come_back() -> None:
    progress = SourceProgress()
    assert not progress.stalled(0, "x")
    progress.frame(0)
    assert progress.stalled(0, "Silent.")
    assert not progress.stalled(0, "Silent.")
    assert progress.state is SourceState.STALLED
    assert progress.frame(0)
    assert progress.state is SourceState.RUNNING


def test_pauses_grow_until_a_frame_comes() -> None:
    progress = SourceProgress()
    pauses = [progress.failed(attempt, "No.") for attempt in range(8)]
    assert pauses[:5] == [0.5, 1, 2, 4, 8]
    assert pauses[-1] == LONGEST_PAUSE
    progress.frame(8)
    assert progress.failed(8, "No.") == 0.5


@pytest.mark.parametrize("end", sorted(FINAL))
@pytest.mark.parametrize("later", sorted(FINAL))
def test_nothing_leaves_an_end_but_a_failure_of_recognition(end: SourceState, later: SourceState) -> None:
    progress = SourceProgress()
    progress.frame(0)
    assert progress.finish(end, "First.")
    attempt = progress.attempt
    assert progress.finish(later, "Second.") == ((end, later) == (SourceState.ENDED, SourceState.FAILED))
    assert not progress.frame(0)
    assert progress.failed(0, "x") is None
    assert progress.attempt >= attempt
    assert progress.state in FINAL
