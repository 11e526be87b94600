"""Options of a training, with their defaults."""

import math
from dataclasses import dataclass

from core.lab.training.augmentation import AUGMENTATIONS
from core.lab.training.losses import LOSSES

OPTIMIZERS = ("adamw", "sgd")
METRICS = ("cosine", "learned")
ENOUGH_FACES = 40_000
"""Faces to show in a training, all epochs together. On `orl-dev` from scratch, a third of that made 3 in 100 more
mistakes; beyond about this number, results on unseen people get worse again."""
LEAST_EPOCHS, MOST_EPOCHS = 10, 300
"""Bounds of the default number of epochs."""
FEW_PEOPLE, INVENTED = 100, 3
"""With fewer people than the first, training from scratch adds by default as many synthetic people per real one as the
second."""


@dataclass(frozen=True, slots=True)
class TrainingOptions:
    """Options of one training. Raises ValueError when one is out of range."""

    loss: str = "contrastive"
    """One of `LOSSES`, or "none" to train by the teacher alone (`keep`)."""
    margin: float | None = None
    """Margin of the loss; None for the loss's default."""
    epochs: int = MOST_EPOCHS
    """Most epochs; `patience` may end the training earlier."""
    optimizer: str = "adamw"
    """One of `OPTIMIZERS` (AdamW: Loshchilov and Hutter, arXiv 1711.05101)."""
    rate: float = 1e-3
    """Peak learning rate: it rises linearly over the first twentieth of the steps, then falls to 0 as a cosine."""
    weight_decay: float = 0.05
    people: int = 16
    """P, the people in a batch."""
    pictures: int = 4
    """K, the pictures of each person in a batch."""
    average: float = 0.98
    """Decay of the running mean of the weights, which is what is validated and saved (Polyak and Juditsky 1992): the
    share of the mean that each step keeps. 0 uses the weights of the last step."""
    seed: int = 0
    patience: int | None = None
    """Epochs without improvement after which to stop; None to never stop early."""
    augment: str = "full"
    """One of `AUGMENTATIONS`: how each face is changed at random whenever it is shown."""
    invent: int = 0
    """Synthetic people added per real one (`with_invented`)."""
    freeze_norm: bool = False
    """Whether batch norm and PReLU slopes stay fixed: for fine-tuning on few people, or in small batches."""
    keep: float = 0.0
    """Weight of the loss of the `Teacher`, which is the checkpoint that training starts from."""
    metric: str = "cosine"
    """One of `METRICS`, how the trained encoder's embeddings are compared; "learned" is the metric that `learn_metric`
    learns from pairs of the training people."""
    blend: float = 1.0
    """Position between the initial weights (0) and the trained ones (1) to save. In between, what was known is kept,
    and most of what was learned is still gained (Wortsman et al., arXiv 2109.01903)."""

    def __post_init__(self) -> None:
        rules = {
            f"loss must be one of {', '.join(LOSSES)}, or none together with keep": self.loss in LOSSES
            or (self.loss == "none" and self.keep > 0),
            f"optimizer must be one of {', '.join(OPTIMIZERS)}": self.optimizer in OPTIMIZERS,
            f"metric must be one of {', '.join(METRICS)}": self.metric in METRICS,
            f"augment must be one of {', '.join(AUGMENTATIONS)}": self.augment in AUGMENTATIONS,
            "margin must be above 0": self.margin is None or (math.isfinite(self.margin) and self.margin > 0),
            "rate must be above 0": math.isfinite(self.rate) and self.rate > 0,
            "epochs must be 1 or more": self.epochs >= 1,
            "patience must be 1 or more": self.patience is None or self.patience >= 1,
            "people and pictures must be 2 or more": self.people >= 2 and self.pictures >= 2,
            "weight decay must be 0 or more": math.isfinite(self.weight_decay) and self.weight_decay >= 0,
            "average must be 0 or more and below 1": 0 <= self.average < 1,
            "invent must be 0 or more": self.invent >= 0,
            "keep must be 0 or more": math.isfinite(self.keep) and self.keep >= 0,
            "blend must be above 0 and at most 1": 0 < self.blend <= 1,
            "seed must be 0 or more": self.seed >= 0,
        }
        for rule, is_met in rules.items():
            if not is_met:
                raise ValueError(rule)


def epochs_for(faces: int) -> int:
    """Default number of epochs for a set of that many faces: enough to show `ENOUGH_FACES`, 10 to 300."""
    return min(max(round(ENOUGH_FACES / faces), LEAST_EPOCHS), MOST_EPOCHS)


def rate_at(step: int, steps: int, highest: float) -> float:
    """Learning rate at a step, counted from 0: a linear rise to `highest`, then a cosine to 0 (arXiv 1608.03983)."""
    rise = max(1, steps // 20)
    if step < rise:
        return highest * (step + 1) / rise
    return highest * 0.5 * (1 + math.cos(math.pi * (step - rise) / max(1, steps - rise)))
