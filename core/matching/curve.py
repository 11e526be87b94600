"""The impostor curve: how often two different people's faces are at least so similar.

It belongs to one encoder and one metric, and is the only thing a threshold is made from.
"""

import json
import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.errors import ModelError
from core.metric import CentredCosine
from core.paths import ASSETS

SHIPPED = ASSETS / "models" / "sface_2021dec.curve.json"
FORMAT = 1


@dataclass(frozen=True, slots=True, eq=False)
class ImpostorCurve:
    """False-match rate as a function of similarity, with where it comes from."""

    encoder: str
    """Identity of the encoder it was measured with."""
    metric: CentredCosine
    similarities: NDArray[np.float64]
    """n cosines, rising."""
    rates: NDArray[np.float64]
    """n: the share of non-mated pairs at or above each similarity, falling from 1 towards 0."""
    counted_to: float
    """The least rate that was counted; below it the curve is a fitted tail."""
    source: str
    """The set of pictures it was measured on."""
    people: int
    pictures: int
    pairs: int
    """Non-mated pairs of pictures."""

    def false_match_rate(self, similarity: float) -> float:
        """The share of pairs of different people that are at least so similar (verification's FMR, 0 to 1)."""
        return float(np.exp(np.interp(similarity, self.similarities, np.log(self.rates))))

    def similarity_at(self, false_match_rate: float) -> float:
        """The similarity that this share of pairs of different people reaches; inverse of `false_match_rate`."""
        return float(np.interp(-math.log(false_match_rate), -np.log(self.rates), self.similarities))

    def save(self, path: Path) -> None:
        """Writes the curve as JSON."""
        record = {
            "format": FORMAT,
            "encoder": self.encoder,
            "source": self.source,
            "people": self.people,
            "pictures": self.pictures,
            "pairs": self.pairs,
            "counted_to": self.counted_to,
            "similarities": [round(s, 5) for s in self.similarities.tolist()],
            "rates": [float(f"{r:.9g}") for r in self.rates.tolist()],
            "centre": [float(f"{c:.7g}") for c in self.metric.centre.tolist()],
        }
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")

    @classmethod
    def load(cls, path: Path = SHIPPED) -> "ImpostorCurve":
        """Reads a curve. Raises ModelError when it is missing, damaged or of an unknown format."""
        try:
            record = json.loads(path.read_text(encoding="utf-8"))
            if record["format"] != FORMAT:
                raise ValueError(f"format {record['format']}")
            curve = cls(
                encoder=str(record["encoder"]),
                metric=CentredCosine(np.array(record["centre"], np.float32)),
                similarities=np.array(record["similarities"], np.float64),
                rates=np.array(record["rates"], np.float64),
                counted_to=float(record["counted_to"]),
                source=str(record["source"]),
                people=int(record["people"]),
                pictures=int(record["pictures"]),
                pairs=int(record["pairs"]),
            )
            falling = bool(np.all(np.diff(curve.similarities) > 0) and np.all(np.diff(curve.rates) < 0))
            whole = curve.metric.centre.shape == (128,) and len(curve.rates) == len(curve.similarities) > 1
            if not whole or not falling or curve.rates[-1] <= 0:
                raise ValueError("not a falling curve")
        except OSError as error:
            raise ModelError(f"The impostor curve {path} is missing: make one with `firstsight calibrate`.") from error
        except (ValueError, KeyError, TypeError) as error:
            raise ModelError(f"{path} is no impostor curve: make one with `firstsight calibrate`.") from error
        return curve

    def require(self, encoder: str) -> None:
        """Raises ModelError when the curve was measured with another encoder."""
        if encoder != self.encoder:
            raise ModelError(
                f"The impostor curve was measured with {self.encoder}, not with {encoder}: "
                "make one for this encoder with `firstsight calibrate`."
            )
