"""Trains an encoder on labelled, aligned faces, from scratch or from a checkpoint."""

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
    """Trains on `faces`, validates on the other people in `validation`, and saves and returns the checkpoint.

    It has the weights of the epoch that did best on the validation people. After each epoch the state is saved beside
    it (`OUT.resume`): a training that was stopped at any moment and is started again ends with the same weights as an
    uninterrupted one. A KeyboardInterrupt ends it with the best weights so far, and it can be resumed, too.

    out: the checkpoint's file; None writes nothing. start: a checkpoint to fine-tune, or the architecture to train from
    scratch. resume: whether to use a saved state. logs: a folder for TensorBoard. degraded: the pictures of `faces`,
    degraded by `load_faces`, in any number of variants, which are mixed with the clean ones.

    Under `torchrun`, all processes make the same call; the first returns the checkpoint, the others None. Raises
    PhotoError when there are too few faces, OutputError when a file can't be written, ModelError when one is damaged or
    belongs to another training.
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
    """The file that holds the state of a training until it has ended."""
    return out.with_name(out.name + ".resume")


def _learn(learner: Learner, kept: Path | None, log: Logs, progress: Progress | None) -> str:
    """Runs the remaining epochs, and returns why the training ended."""
    try:
        learner.begin()
        for epoch in learner.epochs():
            figures = learner.learn(epoch, progress)
            if learner.processes.first and kept:
                learner.state().save(kept)
            log.add(figures, epoch)
    except KeyboardInterrupt:
        # Before the first validation there is nothing to save.
        if not learner.history:
            raise
        return "interrupted"
    return "all epochs" if len(learner.history) > learner.options.epochs else "patience"
