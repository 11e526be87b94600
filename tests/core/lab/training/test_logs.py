"""The logs of a training, as TensorBoard itself reads them."""

from pathlib import Path

import pytest

from core.errors import OutputError
from core.lab.training.logs import Logs
from tests.core.lab.test_unnamed_crops import no_room_beyond

pytest.importorskip("tensorboard")


def test_figures_are_read_by_tensorboard(tmp_path: Path) -> None:
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    for first in (1, 3):
        with Logs(tmp_path / "logs") as logs:
            for epoch in (first, first + 1):
                logs.add({"epoch": epoch, "loss": 1 / epoch, "eer": 0.1}, epoch)
        # A resumed training adds its own file; moved away here, since two in the same second have the same name.
        (made,) = (tmp_path / "logs").glob("events.out.tfevents.*")
        made.rename(tmp_path / f"{made.name}.{first}")
    for first in (1, 3):
        (file,) = tmp_path.glob(f"*.{first}")
        read = EventAccumulator(str(file)).Reload()
        assert read.Tags()["scalars"] == ["loss", "eer"]
        points = [(event.step, event.value) for event in read.Scalars("loss")]
        assert points == [(first, pytest.approx(1 / first)), (first + 1, pytest.approx(1 / (first + 1)))]


def test_a_full_disk_is_reported(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    with Logs(tmp_path) as logs, no_room_beyond(50), pytest.raises(OutputError, match="resumes the training"):
        logs.add({"loss": 0.5}, 1)
    assert capfd.readouterr().err == ""
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(OutputError, match="can't be written"):
        Logs(tmp_path / "file" / "logs")
