"""The optimiser of a training, and its state as tensors."""

from collections import defaultdict

import torch
from torch import Tensor, nn

from core.lab.training.options import TrainingOptions

MOMENTUM = 0.9
"""Of SGD."""


def build_optimizer(modules: list[nn.Module], options: TrainingOptions) -> torch.optim.Optimizer:
    """Over all parameters; only matrices and kernels decay: a norm's scale or a slope pulled to 0 means nothing."""
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
    """All that it has gathered, as `PARAMETER.NAME`; empty before its first step."""
    return {
        f"{parameter}.{name}": value
        for parameter, values in optimizer.state_dict()["state"].items()
        for name, value in values.items()
        if value is not None
    }


def restore(optimizer: torch.optim.Optimizer, tensors: dict[str, Tensor]) -> None:
    """Gives an optimiser of the same parameters what `optimizer_tensors` took."""
    state: dict[int, dict[str, Tensor]] = defaultdict(dict)
    for key, tensor in tensors.items():
        parameter, _, name = key.partition(".")
        state[int(parameter)][name] = tensor
    optimizer.load_state_dict({"state": dict(state), "param_groups": optimizer.state_dict()["param_groups"]})
