"""Training in several processes, started by `torchrun`: each passes a part of every batch through its own copy.

The result is that of a single process: the loss sees the embeddings of the whole batch, batch norm uses the statistics
of the whole batch, and dropout is drawn for the whole batch.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, distributed, nn
from torch.nn.parallel import DistributedDataParallel


@dataclass(frozen=True, slots=True)
class Processes:
    """This process among all those of a training, and its device."""

    rank: int
    """Index of this process, from 0."""
    count: int
    """Number of processes."""
    device: torch.device

    @property
    def first(self) -> bool:
        """Whether this is the process that validates, writes files and reports."""
        return self.rank == 0

    def gather(self, part: Tensor) -> Tensor:
        """Concatenates the n×… parts of all processes, in order of rank, to (count·n)×…; differentiable."""
        return part if self.count == 1 else _Gathered.apply(part, self)  # type: ignore[no-untyped-call]

    def from_first(self, numbers: list[float]) -> list[float]:
        """Returns the first process's numbers in all processes."""
        if self.count == 1:
            return numbers
        shared = torch.tensor(numbers, dtype=torch.float64, device=self.device)
        distributed.broadcast(shared, 0)
        return shared.tolist()

    def told_by_first(self, said: Any) -> Any:
        """Returns the first process's object, of any type that can be pickled, in all processes."""
        if self.count == 1:
            return said
        box = [said]
        distributed.broadcast_object_list(box, 0)
        return box[0]

    def wait(self) -> None:
        """Waits until all processes have called this."""
        if self.count > 1:
            distributed.barrier()

    def shared(self, branch: nn.Module) -> nn.Module:
        """Wraps the branch so that gradients are averaged over all processes, and batch norm and dropout cover the
        whole batch.

        The branch itself is changed; its parameters and their names stay.
        """
        if self.count == 1:
            return branch
        for parent in list(branch.modules()):
            for name, child in list(parent.named_children()):
                if isinstance(child, nn.BatchNorm1d | nn.BatchNorm2d):
                    setattr(parent, name, _BatchNorm(child, self))
                elif isinstance(child, nn.Dropout):
                    setattr(parent, name, _Dropout(child.p, self))
        return DistributedDataParallel(branch, forward_sync_buffers=False)


@contextmanager
def joined() -> Iterator[Processes]:
    """Joins the processes that `torchrun` started, by RANK and WORLD_SIZE; if these aren't set, there is one process.

    They communicate through NCCL if there are GPUs, one per process, else through Gloo.
    """
    rank, count = int(os.environ.get("RANK", "0")), int(os.environ.get("WORLD_SIZE", "1"))
    on_cards = torch.cuda.is_available()
    device = torch.device("cuda", int(os.environ.get("LOCAL_RANK", "0"))) if on_cards else torch.device("cpu")
    if on_cards:
        torch.cuda.set_device(device)
    starts = count > 1 and not distributed.is_initialized()
    if starts:
        distributed.init_process_group("nccl" if on_cards else "gloo")
    try:
        yield Processes(rank, count, device)
        if starts:
            # No process may leave while another still communicates: Gloo would abort that one.
            distributed.barrier()
    finally:
        if starts:
            distributed.destroy_process_group()


class _Gathered(torch.autograd.Function):
    """Forward: concatenates all processes' parts. Backward: sums all processes' gradients with respect to one's own."""

    @staticmethod
    def forward(ctx: Any, part: Tensor, processes: Processes) -> Tensor:
        ctx.processes, ctx.size = processes, len(part)
        parts = [torch.empty_like(part) for _ in range(processes.count)]
        distributed.all_gather(parts, part.contiguous())
        return torch.cat(parts)

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor, None]:
        gradient = gradient.contiguous()
        distributed.all_reduce(gradient)
        # Each process computes the whole loss, so the sum is `count` times its gradient; DDP's averaging undoes that.
        return gradient[ctx.processes.rank * ctx.size :][: ctx.size], None


class _BatchNorm(nn.modules.batchnorm._BatchNorm):
    """Batch norm over the parts of all processes, which are of equal size. Torch's `SyncBatchNorm` needs a GPU."""

    def __init__(self, norm: nn.BatchNorm1d | nn.BatchNorm2d, processes: Processes) -> None:
        super().__init__(norm.num_features, norm.eps, norm.momentum)
        self._processes = processes
        self.weight, self.bias = norm.weight, norm.bias
        self.running_mean, self.running_var = norm.running_mean, norm.running_var
        self.num_batches_tracked = norm.num_batches_tracked
        self.train(norm.training)

    def _check_input_dim(self, input: Tensor) -> None:
        pass

    def forward(self, input: Tensor) -> Tensor:
        """Normalises N×C or N×C×H×W per channel."""
        if not self.training:
            return super().forward(input)
        others = [dimension for dimension in range(input.ndim) if dimension != 1]
        means = self._processes.gather(input.mean(others)[None])
        variances = self._processes.gather(input.var(others, correction=0)[None])
        mean = means.mean(0)
        variance = variances.mean(0) + means.var(0, correction=0)
        self._remember(mean, variance, self._processes.count * input.numel() // input.shape[1])
        shape = [1, -1] + [1] * (input.ndim - 2)
        scaled = (input - mean.view(shape)) * torch.rsqrt(variance + self.eps).view(shape)
        return scaled * self.weight.view(shape) + self.bias.view(shape)

    @torch.no_grad()
    def _remember(self, mean: Tensor, variance: Tensor, values: int) -> None:
        assert self.running_mean is not None
        assert self.running_var is not None
        assert self.num_batches_tracked is not None
        part = self.momentum or 0.1
        self.running_mean.lerp_(mean, part)
        self.running_var.lerp_(variance * values / (values - 1), part)
        self.num_batches_tracked.add_(1)


class _Dropout(nn.Module):
    """Dropout with the mask that a single process would draw for the whole batch: all have the same random state."""

    def __init__(self, share: float, processes: Processes) -> None:
        super().__init__()
        self._share, self._processes = share, processes

    def forward(self, values: Tensor) -> Tensor:
        """Sets a random share of the values, N×…, to 0, and scales the rest."""
        if not self.training:
            return values
        size = len(values)
        everyones = torch.ones(size * self._processes.count, *values.shape[1:], device=values.device)
        return values * nn.functional.dropout(everyones, self._share)[self._processes.rank * size :][:size]
