"""What a training can be told, with what it does when told nothing."""

import math
from dataclasses import dataclass

from core.lab.training.augmentation import AUGMENTATIONS
from core.lab.training.losses import LOSSES

OPTIMIZERS = ("adamw", "sgd")
METRICS = ("cosine", "learned")
ENOUGH_FACES = 40_000
"""Shown in a training. On `orl-dev` from nothing, a third of that left 3 in 100 more mistakes; from about here on,
people who were not learned are told apart worse again."""
LEAST_EPOCHS, MOST_EPOCHS = 10, 300
FEW_PEOPLE, INVENTED = 100, 3
"""Below so many people a training from nothing invents so many more of each."""


@dataclass(frozen=True, slots=True)
class TrainingOptions:
    """Of one training. Raises ValueError when something can't be."""

    loss: str = "contrastive"
    """One of `LOSSES`, or "none" where `keep` teaches alone."""
    margin: float | None = None
    """None: the loss's own."""
    epochs: int = MOST_EPOCHS
    """Most; fewer when `patience` runs out."""
    optimizer: str = "adamw"
    """One of `OPTIMIZERS` (AdamW: Loshchilov and Hutter, arXiv 1711.05101)."""
    rate: float = 1e-3
    """Learning rate at its highest: it rises over the first twentieth of the steps, then falls as a cosine to 0."""
    weight_decay: float = 0.05
    people: int = 16
    """P in a batch."""
    pictures: int = 4
    """K of each of them."""
    average: float = 0.98
    """The weights that are validated and kept are a running mean over the steps, of which so much remains at each step
    (Polyak and Juditsky 1992); 0 keeps those of the last step."""
    seed: int = 0
    patience: int | None = None
    """Epochs without a better one after which to stop; None: never."""
    augment: str = "full"
    """One of `AUGMENTATIONS`: what is changed in a face, anew each time."""
    invent: int = 0
    """People who don't exist that are made of each real one (`with_invented`)."""
    freeze_norm: bool = False
    """Whether batch norm and the slopes stay as they start: for fine-tuning on few people, or in small batches."""
    keep: float = 0.0
    """Weight of what the checkpoint that it starts from teaches (`Teacher`)."""
    metric: str = "cosine"
    """One of `METRICS`: how the trained encoder's embeddings are compared. "learned": by the metric that `learn_metric`
    makes of the training people's pairs."""
    blend: float = 1.0
    """How far to go from the weights it started from to the trained ones, 0 to 1. Part of the way keeps what was known
    and still gains most of what was learned (Wortsman et al., arXiv 2109.01903)."""

    def __post_init__(self) -> None:
        rules = {
            f"loss is one of {', '.join(LOSSES)}, or none beside keep": self.loss in LOSSES
            or (self.loss == "none" and self.keep > 0),
            f"optimizer is one of {', '.join(OPTIMIZERS)}": self.optimizer in OPTIMIZERS,
            f"metric is one of {', '.join(METRICS)}": self.metric in METRICS,
            f"augment is one of {', '.join(AUGMENTATIONS)}": self.augment in AUGMENTATIONS,
            "margin is above 0": self.margin is None or (math.isfinite(self.margin) and self.margin > 0),
            "rate is above 0": math.isfinite(self.rate) and self.rate > 0,
            "epochs is 1 or more": self.epochs >= 1,
            "patience is 1 or more": self.patience is None or self.patience >= 1,
            "people and pictures are 2 or more": self.people >= 2 and self.pictures >= 2,
            "weight decay is 0 or more": math.isfinite(self.weight_decay) and self.weight_decay >= 0,
            "average is 0 or more and below 1": 0 <= self.average < 1,
            "invent is 0 or more": self.invent >= 0,
            "keep is 0 or more": math.isfinite(self.keep) and self.keep >= 0,
            "blend is above 0 and at most 1": 0 < self.blend <= 1,
            "seed is 0 or more": self.seed >= 0,
        }
        for rule, kept in rules.items():
            if not kept:
                raise ValueError(f"of a training, {rule}")


def epochs_for(faces: int) -> int:
    """How many epochs of so many faces show enough of them."""
    return min(max(round(ENOUGH_FACES / faces), LEAST_EPOCHS), MOST_EPOCHS)


def rate_at(step: int, steps: int, highest: float) -> float:
    """The learning rate of a step, counted from 0: a straight rise, then a cosine (arXiv 1608.03983) to 0."""
    rise = max(1, steps // 20)
    if step < rise:
        return highest * (step + 1) / rise
    return highest * 0.5 * (1 + math.cos(math.pi * (step - rise) / max(1, steps - rise)))
