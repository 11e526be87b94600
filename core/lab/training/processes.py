"""Training in several processes, started by `torchrun`: each sends a part of every batch through its own copy.

What the parts share is made whole again where it matters, so that they give what one process gives: the loss sees the
embeddings of the whole batch, batch norm its statistics, and dropout is drawn for all of it.
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
    """Which of how many processes this is, and on what it computes."""

    rank: int
    count: int
    device: torch.device

    @property
    def first(self) -> bool:
        """Whether this is the one that validates, writes files and reports."""
        return self.rank == 0

    def gather(self, part: Tensor) -> Tensor:
        """n×… of each process, in order of rank → (count·n)×… in all of them. Gradients find their way back."""
        return part if self.count == 1 else _Gathered.apply(part, self)  # type: ignore[no-untyped-call]

    def from_first(self, numbers: list[float]) -> list[float]:
        """The first process's numbers, in all of them."""
        if self.count == 1:
            return numbers
        shared = torch.tensor(numbers, dtype=torch.float64, device=self.device)
        distributed.broadcast(shared, 0)
        return shared.tolist()

    def told_by_first(self, said: Any) -> Any:
        """What the first process says, in all of them: anything that can be pickled."""
        if self.count == 1:
            return said
        box = [said]
        distributed.broadcast_object_list(box, 0)
        return box[0]

    def wait(self) -> None:
        """Until all processes are here."""
        if self.count > 1:
            distributed.barrier()

    def shared(self, branch: nn.Module) -> nn.Module:
        """A branch whose gradients are averaged over all processes; its batch norm and dropout become the batch's.

        Changes the branch that is given; its parameters and their names stay.
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
    """Joins the processes that `torchrun` started, by RANK and WORLD_SIZE; without these, there is one.

    They talk through NCCL where there are graphics cards, one for each, else through Gloo.
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
            # Nobody leaves while another still talks: Gloo would abort it.
            distributed.barrier()
    finally:
        if starts:
            distributed.destroy_process_group()


class _Gathered(torch.autograd.Function):
    """Forward: every process's part. Backward: all that the processes' losses say of one's own part, summed."""

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
        # Each process computes the whole loss: the sum is `count` times its gradient, and DDP's average takes it back.
        return gradient[ctx.processes.rank * ctx.size :][: ctx.size], None


class _BatchNorm(nn.modules.batchnorm._BatchNorm):
    """Batch norm over all processes' parts, all of one size. Torch's `SyncBatchNorm` needs a graphics card."""

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
        """N×C or N×C×H×W → the same."""
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
    """Dropout as one process draws it for the whole batch; the processes' random numbers are the same."""

    def __init__(self, share: float, processes: Processes) -> None:
        super().__init__()
        self._share, self._processes = share, processes

    def forward(self, values: Tensor) -> Tensor:
        """N×… → the same, a share of it 0."""
        if not self.training:
            return values
        size = len(values)
        everyones = torch.ones(size * self._processes.count, *values.shape[1:], device=values.device)
        return values * nn.functional.dropout(everyones, self._share)[self._processes.rank * size :][:size]
