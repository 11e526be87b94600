"""The state machine of a live session's source: only the current attempt counts, and final states stay."""

import pytest

from core.live.source_state import FINAL, LONGEST_PAUSE, SourceProgress, SourceState, Verdict


def test_a_source_that_works() -> None:
    progress = SourceProgress()
    assert progress.state is SourceState.OPENING
    assert progress.frame(0)
    assert progress.state is SourceState.RUNNING
    assert progress.finish(SourceState.ENDED, "It has ended.", 0)
    assert (progress.state, progress.message) == (SourceState.ENDED, "It has ended.")


def test_only_one_of_two_simultaneous_failures_counts() -> None:
    progress = SourceProgress()
    assert progress.failed(0, "One.") is not None
    assert progress.failed(0, "Other.") is None
    assert progress.message == "One; trying again."
    assert progress.attempt == 1


def test_an_abandoned_attempt_changes_nothing() -> None:
    progress = SourceProgress()
    progress.failed(0, "It hangs.")
    assert not progress.frame(0)
    progress.asked(0)
    assert progress.verdict(0.0) is Verdict.PATIENCE
    assert not progress.finish(SourceState.ENDED, "x", 0)
    assert progress.state is SourceState.RECONNECTING
    assert progress.frame(1)
    assert (progress.state, progress.message) == (SourceState.RUNNING, "")


def test_a_silent_source_is_stalled_then_given_up_and_may_come_back() -> None:
    progress = SourceProgress()
    progress.asked(0)
    assert progress.verdict(0.0) is Verdict.PATIENCE
    assert progress.verdict(-LONGEST_PAUSE) is Verdict.UNANSWERED
    progress.frame(0)
    assert progress.verdict(-1.0) is Verdict.STALLED
    progress.stalled("Silent.")
    assert progress.verdict(-1.0) is Verdict.SILENT
    progress.answered(0)
    assert progress.verdict(-1.0) is Verdict.PATIENCE
    assert progress.frame(0)
    assert (progress.state, progress.message) == (SourceState.RUNNING, "")


def test_a_source_that_is_asked_for_nothing_is_not_silent() -> None:
    progress = SourceProgress()
    progress.asked(0)
    progress.frame(0)
    progress.answered(0)
    assert progress.verdict(-1.0) is Verdict.PATIENCE


def test_pauses_grow_until_a_frame_comes() -> None:
    progress = SourceProgress()
    pauses = [progress.failed(attempt, "No.") for attempt in range(8)]
    assert pauses[:5] == [0.5, 1, 2, 4, 8]
    assert pauses[-1] == LONGEST_PAUSE
    progress.frame(8)
    assert progress.failed(8, "No.") == 0.5


@pytest.mark.parametrize("end", sorted(FINAL))
@pytest.mark.parametrize("later", sorted(FINAL))
def test_final_states_stay_unless_recognition_fails_after_the_end(end: SourceState, later: SourceState) -> None:
    progress = SourceProgress()
    progress.frame(0)
    assert progress.finish(end, "First.")
    attempt = progress.attempt
    assert progress.finish(later, "Second.") == ((end, later) == (SourceState.ENDED, SourceState.FAILED))
    assert not progress.frame(0)
    assert progress.failed(0, "x") is None
    assert progress.verdict(0.0) is Verdict.OVER
    assert progress.attempt >= attempt
    assert progress.state in FINAL
