"""Trains an encoder, from nothing or from a checkpoint, on labelled aligned faces."""

from collections.abc import Sequence
from pathlib import Path

from core.encoder.checkpoint import Checkpoint
from core.lab.dataset.face_set import FaceSet
from core.lab.training.learner import Learner, Progress
from core.lab.training.logs import Logs
from core.lab.training.options import TrainingOptions
from core.lab.training.outcome import finished
from core.lab.training.processes import joined
from core.lab.training.state import TrainingState


def train(
    faces: FaceSet,
    validation: FaceSet,
    out: Path | None,
    options: TrainingOptions | None = None,
    *,
    start: Checkpoint | str = "small",
    resume: bool = True,
    logs: Path | None = None,
    degraded: Sequence[FaceSet] = (),
    progress: Progress | None = None,
) -> Checkpoint | None:
    """Trains on `faces`, validates on `validation`'s other people, writes the checkpoint `out` and gives it back.

    start: a checkpoint to go on from, or the architecture to train from nothing. degraded: poorer variants of the same
    pictures, as `load_faces` gives them, which each epoch mixes with the clean ones. The checkpoint has the weights of
    the epoch that did best on the validation people. After each epoch everything is kept beside it (`OUT.resume`): a
    training that was ended at any moment and is started again ends with the same weights as one that was not. A
    KeyboardInterrupt ends it with the best so far; it too can be gone on with. Without `out`, nothing is written.
    logs: a folder for TensorBoard.

    Within `torchrun` all processes call this alike; only the first gets the checkpoint, the others None.
    Raises PhotoError when there are too few faces, OutputError when a file can't be written, ModelError when one is
    damaged or belongs to another training.
    """
    kept = resume_file(out) if out else None
    with joined() as processes:
        learner = Learner(faces, validation, options or TrainingOptions(), start, processes, degraded)
        state = TrainingState.load(kept, learner.identity) if resume and kept else None
        if state:
            learner.restore(state)
        with Logs(logs if processes.first else None) as log:
            ended = _learn(learner, kept, log, progress)
        if not processes.first:
            return None
        checkpoint = finished(learner, ended)
        if out and kept:
            checkpoint.save(out)
            if ended != "interrupted":
                kept.unlink(missing_ok=True)
        return checkpoint


def resume_file(out: Path) -> Path:
    """Where a training keeps what it needs to go on, until it has ended."""
    return out.with_name(out.name + ".resume")


def _learn(learner: Learner, kept: Path | None, log: Logs, progress: Progress | None) -> str:
    """All epochs that are to come; returns why it ended."""
    try:
        learner.begin()
        for epoch in learner.epochs():
            figures = learner.learn(epoch, progress)
            if learner.processes.first and kept:
                learner.state().save(kept)
            log.add(figures, epoch)
    except KeyboardInterrupt:
        # Before the first validation there is nothing to keep.
        if not learner.history:
            raise
        return "interrupted"
    return "all epochs" if len(learner.history) > learner.options.epochs else "patience"
