"""The mean of a network's weights over the last steps: it lies in the middle of where single steps jump about."""

from torch import Tensor, nn, no_grad


class WeightAverage:
    """A running mean of all weights and statistics of a branch (Polyak and Juditsky 1992), exponentially forgetting."""

    def __init__(
        self, branch: nn.Module, keep: float, weights: dict[str, Tensor] | None = None, steps: int = 0
    ) -> None:
        """keep: share of the mean that stays at each step, 0 to 1. weights: the mean so far, of so many steps."""
        self._keep, self._steps = keep, steps
        given = weights or branch.state_dict()
        self.weights = {name: given[name].detach().to(now.device).clone() for name, now in branch.state_dict().items()}

    @no_grad()
    def add(self, branch: nn.Module) -> None:
        """Takes in the weights after one more step. The first ones are averaged over fewer steps."""
        self._steps += 1
        keep = min(self._keep, self._steps / (self._steps + 10))
        for name, now in branch.state_dict().items():
            if now.is_floating_point():
                self.weights[name].lerp_(now, 1 - keep)
            else:
                self.weights[name].copy_(now)
