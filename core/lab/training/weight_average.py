"""A running mean of a network's weights, which lies in the middle of where single training steps jump about."""

from torch import Tensor, nn, no_grad


class WeightAverage:
    """Exponential moving average of a branch's weights and statistics (after Polyak and Juditsky 1992)."""

    def __init__(
        self, branch: nn.Module, keep: float, weights: dict[str, Tensor] | None = None, steps: int = 0
    ) -> None:
        """keep: share of the mean that each step keeps, 0 to 1. weights, steps: the mean so far, and after how many
        steps, to resume."""
        self._keep, self._steps = keep, steps
        given = weights or branch.state_dict()
        self.weights = {name: given[name].detach().to(now.device).clone() for name, now in branch.state_dict().items()}

    @no_grad()
    def add(self, branch: nn.Module) -> None:
        """Adds the weights after one more step. Early on, the mean covers fewer steps."""
        self._steps += 1
        keep = min(self._keep, self._steps / (self._steps + 10))
        for name, now in branch.state_dict().items():
            if now.is_floating_point():
                self.weights[name].lerp_(now, 1 - keep)
            else:
                self.weights[name].copy_(now)
