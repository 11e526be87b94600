"""A network in training: its loss, optimiser and history, and how one epoch goes."""

import time
from collections.abc import Callable, Iterator, Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from core.encoder.architectures import build, side_of
from core.encoder.checkpoint import Checkpoint, arrays
from core.encoder.encoder import Encoder, network_input
from core.encoder.network import freeze_norms
from core.errors import PhotoError
from core.lab.dataset.face_set import FaceSet
from core.lab.evaluation.people import embed_faces
from core.lab.training.augmentation import AUGMENTATIONS, augment, draw_changes
from core.lab.training.invented import with_invented
from core.lab.training.losses import build_loss
from core.lab.training.optimizer import build_optimizer, optimizer_tensors, restore
from core.lab.training.options import TrainingOptions, rate_at
from core.lab.training.processes import Processes
from core.lab.training.sampler import BatchSampler, shard
from core.lab.training.state import TrainingState, identity
from core.lab.training.teacher import Teacher
from core.lab.training.validation import validate
from core.lab.training.variants import Variants
from core.lab.training.weight_average import WeightAverage

Figures = dict[str, float]
"""Numbers that describe an epoch, by name: epoch, loss, rate, eer, one_shot, seconds."""
Progress = Callable[[int, int, Figures], None]
"""Called with (steps done, steps in all, newest figures) after each step; may raise KeyboardInterrupt to end the
training early."""

SMOOTHED = 5
"""Epochs over which validation errors are averaged before choosing the best epoch."""


class Learner:
    """One process's share of a training."""

    def __init__(
        self,
        faces: FaceSet,
        validation: FaceSet,
        options: TrainingOptions,
        start: Checkpoint | str,
        processes: Processes,
        degraded: Sequence[FaceSet] = (),
    ) -> None:
        """start: a checkpoint, or the name of an architecture to train from scratch. degraded: the same pictures as
        `faces`, degraded, in any number of variants.

        Raises PhotoError when the faces don't fill a batch that can be split over the processes, ValueError when
        `options.keep` is set for an untrained network.
        """
        self.faces, self.validation, self.options, self.processes = faces, validation, options, processes
        self.start, self.degraded = start, tuple(degraded)
        learned = with_invented(faces, options.invent, options.seed)
        self._variants = Variants(learned, degraded, options.seed)
        names, labels = np.unique(learned.names, return_inverse=True)
        self._labels = torch.from_numpy(labels)
        try:
            self._sampler = BatchSampler(labels, options.people, options.pictures, options.seed)
            shard(np.arange(self._sampler.size), 0, processes.count)
        except ValueError as error:
            raise PhotoError(f"{faces.folder} can't be trained on: {error}.") from error
        torch.manual_seed(options.seed)
        self.architecture = start if isinstance(start, str) else start.architecture
        self._branch = (build(start) if isinstance(start, str) else start.branch()).to(processes.device)
        self._branch.requires_grad_(True)
        if options.freeze_norm:
            freeze_norms(self._branch)
        self._loss = build_loss(options.loss, options.margin, len(names)).to(processes.device)
        self._teacher = self._build_teacher(learned)
        self._network = processes.shared(self._branch)
        self._optimizer = build_optimizer([self._branch, self._loss], options)
        self.identity = identity(faces, validation, options, start, self.degraded)
        self.history: list[Figures] = []
        """Figures of each epoch; the first is epoch 0, before the first step."""
        self._average = WeightAverage(self._branch, options.average)
        self.best = self.weights()

    def weights(self) -> dict[str, Tensor]:
        """A copy of the current averaged weights."""
        return {name: tensor.detach().cpu().clone() for name, tensor in self._average.weights.items()}

    def state(self) -> TrainingState:
        """Everything that is needed to resume."""
        loss, optimizer = self._loss.state_dict(), optimizer_tensors(self._optimizer)
        history, now = tuple(self.history), self._branch.state_dict()
        return TrainingState(self.identity, history, now, self.weights(), self.best, loss, optimizer)

    def restore(self, state: TrainingState) -> None:
        """Resumes from a saved state."""
        self._branch.load_state_dict(state.weights)
        done = (len(state.history) - 1) * len(self._sampler)
        self._average = WeightAverage(self._branch, self.options.average, state.average, done)
        self._loss.load_state_dict(state.loss)
        restore(self._optimizer, state.optimizer)
        self.history, self.best = list(state.history), state.best

    def begin(self) -> None:
        """Validates the network before its first step, unless that has been done."""
        if not self.history:
            self.history.append({"epoch": 0.0, **self._validated()})

    def epochs(self) -> Iterator[int]:
        """Numbers of the epochs still to come, from 1, until patience runs out."""
        patience = self.options.patience or self.options.epochs
        while len(self.history) <= self.options.epochs and len(self.history) - 1 - self.best_epoch < patience:
            yield len(self.history)

    @property
    def best_epoch(self) -> int:
        """The epoch whose validation errors, averaged over the last `SMOOTHED` epochs, are the fewest.

        A single epoch's errors on a few people are mostly chance. Epoch 0, before training, is chosen only if there is
        no other.
        """
        errors = [figures["eer"] + 1 - figures["one_shot"] for figures in self.history[1:]]
        if not errors:
            return 0
        means = [float(np.mean(errors[max(0, end - SMOOTHED) : end])) for end in range(1, len(errors) + 1)]
        return 1 + int(np.argmin(means))

    def learn(self, epoch: int, progress: Progress | None = None) -> Figures:
        """Trains for one epoch, validates, and returns the figures added to the history."""
        began = time.monotonic()
        done, steps = (epoch - 1) * len(self._sampler), self.options.epochs * len(self._sampler)
        losses = []
        newest = {name: self.history[-1][name] for name in ("eer", "one_shot")}
        self._prepare()
        for step, rows in enumerate(self._sampler.batches(epoch)):
            rate = self._set_rate(rate_at(done + step, steps, self.options.rate))
            losses.append(self._step(rows, epoch, step))
            if progress and self.processes.first:
                progress(done + step + 1, steps, {"epoch": epoch, "loss": losses[-1], **newest})
        figures = {"epoch": float(epoch), "loss": float(np.mean(losses)), "rate": rate, **self._validated()}
        self.history.append(figures | {"seconds": time.monotonic() - began})
        if self.best_epoch == epoch:
            self.best = self.weights()
        return self.history[-1]

    def _prepare(self) -> None:
        self._network.train()
        if self.options.freeze_norm:
            freeze_norms(self._branch)

    def _build_teacher(self, learned: FaceSet) -> Teacher | None:
        if not self.options.keep:
            return None
        if isinstance(self.start, str):
            raise ValueError("keep needs a checkpoint to start from, and an untrained network knows nothing yet")
        return Teacher(self.start, learned, self._labels).to(self.processes.device)

    def _set_rate(self, rate: float) -> float:
        for group in self._optimizer.param_groups:
            group["lr"] = rate
        return rate

    def _step(self, rows: NDArray[np.int64], epoch: int, step: int) -> float:
        """Trains on one batch and returns its loss, the same in every process."""
        # Seeded by the step's number, so that its random numbers don't depend on what ran before, or in how many
        # processes.
        torch.manual_seed(int(np.random.SeedSequence([self.options.seed, epoch, step]).generate_state(1)[0]))
        embeddings = self.processes.gather(self._embed(self._variants.shown(rows, epoch, step)))
        labels = self._labels[rows].to(embeddings.device)
        loss = self._loss(embeddings, labels)
        if self._teacher:
            chosen = torch.from_numpy(rows).to(embeddings.device)
            loss = loss + self.options.keep * self._teacher(embeddings, chosen, labels)
        self._optimizer.zero_grad()
        loss.backward()
        self._optimizer.step()
        self._average.add(self._branch)
        return float(loss.detach())

    def _embed(self, crops: NDArray[np.uint8]) -> Tensor:
        """Embeds this process's share of a batch's crops, n×128."""
        part = shard(np.arange(len(crops)), self.processes.rank, self.processes.count)
        faces = torch.from_numpy(network_input(crops[part], side_of(self.architecture)))
        if self.options.freeze_norm:
            # With frozen norms, channels last makes the convolutions faster; in other networks, slower.
            faces = faces.contiguous(memory_format=torch.channels_last)
        faces = faces.to(self.processes.device)
        most = AUGMENTATIONS[self.options.augment]
        if most:
            first = self.processes.rank * len(part)
            changes = draw_changes(len(crops), torch.default_generator, most)
            faces = augment(faces, changes.of(slice(first, first + len(part))))
        with torch.autocast("cuda", torch.bfloat16, enabled=faces.is_cuda):
            embeddings: Tensor = self._network(faces)
        return embeddings.float()

    def _validated(self) -> Figures:
        """Validation figures, computed by the first process and shared, so that all stop at the same epoch."""
        figures = [0.0, 0.0]
        if self.processes.first:
            encoder = Encoder(Checkpoint(self.architecture, arrays(self.weights())))
            result = validate(embed_faces(self.validation, encoder))
            figures = [result.eer, result.one_shot]
        eer, one_shot = self.processes.from_first(figures)
        return {"eer": eer, "one_shot": one_shot}
