"""The optimiser for training, and its state as tensors."""

from collections import defaultdict

import torch
from torch import Tensor, nn

from core.lab.training.options import TrainingOptions

MOMENTUM = 0.9
"""Momentum of SGD."""


def build_optimizer(modules: list[nn.Module], options: TrainingOptions) -> torch.optim.Optimizer:
    """The optimiser over all trainable parameters. Weight decay applies to matrices and kernels only: pulling a norm's
    scale or a PReLU's slope towards 0 makes no sense."""
    parameters = [parameter for module in modules for parameter in module.parameters() if parameter.requires_grad]
    groups = [
        {"params": [p for p in parameters if p.ndim > 1], "weight_decay": options.weight_decay},
        {"params": [p for p in parameters if p.ndim <= 1], "weight_decay": 0.0},
    ]
    groups = [group for group in groups if group["params"]]
    if options.optimizer == "sgd":
        return torch.optim.SGD(groups, lr=options.rate, momentum=MOMENTUM)
    return torch.optim.AdamW(groups, lr=options.rate)


def optimizer_tensors(optimizer: torch.optim.Optimizer) -> dict[str, Tensor]:
    """The optimiser's accumulated state, by `PARAMETER.NAME`; empty before its first step."""
    return {
        f"{parameter}.{name}": value
        for parameter, values in optimizer.state_dict()["state"].items()
        for name, value in values.items()
        if value is not None
    }


def restore(optimizer: torch.optim.Optimizer, tensors: dict[str, Tensor]) -> None:
    """Loads a state from `optimizer_tensors` into an optimiser of the same parameters."""
    state: dict[int, dict[str, Tensor]] = defaultdict(dict)
    for key, tensor in tensors.items():
        parameter, _, name = key.partition(".")
        state[int(parameter)][name] = tensor
    optimizer.load_state_dict({"state": dict(state), "param_groups": optimizer.state_dict()["param_groups"]})
