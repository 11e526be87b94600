"""The impostor curve: how often the faces of two different people reach a given similarity.

It belongs to one encoder and one metric, and is all that a threshold is derived from.
"""

import json
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.errors import ModelError
from core.matching.metric import Metric
from core.system.input import check_input, unreadable
from core.system.whole_file import write_whole

FORMAT = 2


@dataclass(frozen=True, slots=True, eq=False)
class ImpostorCurve:
    """False-match rate as a function of similarity, and what it was measured on."""

    encoder: str
    """Identity of the encoder it was measured with."""
    metric: Metric
    """Metric it was measured with; a threshold read from this curve holds for no other."""
    similarities: NDArray[np.float64]
    """n similarities, rising."""
    rates: NDArray[np.float64]
    """n rates: the share of non-mated pairs at or above each similarity, falling from 1 towards 0."""
    counted_to: float
    """Lowest rate that was counted; below it, the curve is a fitted tail."""
    source: str
    """Name of the set of pictures it was measured on."""
    people: int
    pictures: int
    pairs: int
    """Non-mated pairs of pictures."""

    def __post_init__(self) -> None:
        falling = bool(np.all(np.diff(self.similarities) > 0) and np.all(np.diff(self.rates) < 0))
        if len(self.rates) != len(self.similarities) or len(self.rates) < 2 or not falling or self.rates[-1] <= 0:
            raise ValueError("a curve's rates must fall as its similarities rise, and stay above 0")

    def false_match_rate(self, similarity: float) -> float:
        """Share of non-mated pairs at or above a similarity, 0 to 1: the FMR of verification.

        Beyond the end of the curve, log rate is extrapolated linearly.
        """
        return float(self.false_match_rates(np.array([similarity]))[0])

    def false_match_rates(self, similarities: NDArray[np.floating]) -> NDArray[np.float64]:
        """`false_match_rate` of many similarities, in the same shape."""
        logs = np.interp(similarities, self.similarities, np.log(self.rates))
        logs -= self._last_slope * np.maximum(similarities - self.similarities[-1], 0)
        return np.asarray(np.exp(logs))

    def similarity_at(self, false_match_rate: float) -> float:
        """The similarity that this share of non-mated pairs reaches; inverse of `false_match_rate`.

        Above 1 if the rate is so low that no face can be similar enough.
        """
        if false_match_rate < self.rates[-1]:
            beyond = math.log(self.rates[-1] / false_match_rate) / self._last_slope
            return float(self.similarities[-1] + beyond)
        return float(np.interp(-math.log(false_match_rate), -np.log(self.rates), self.similarities))

    @property
    def _last_slope(self) -> float:
        """Fall of log rate per unit of similarity at the end of the curve.

        Taken over the last ten points, because rates and similarities are rounded.
        """
        first = max(len(self.rates) - 10, 0)
        fall = math.log(self.rates[first] / self.rates[-1])
        return fall / float(self.similarities[-1] - self.similarities[first])

    def require(self, encoder: str) -> None:
        """Raises ModelError when the curve was measured with another encoder."""
        if encoder != self.encoder:
            raise ModelError(
                f"The impostor curve was measured with {self.encoder}, not with {encoder}: "
                "make one for this encoder with `firstsight calibrate`."
            )

    def to_json(self) -> str:
        """The curve as JSON, as stored in a file or in a checkpoint."""
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
            "metric": self.metric.record(),
        }
        return json.dumps(record, indent=1) + "\n"

    @classmethod
    def from_json(cls, text: str) -> "ImpostorCurve":
        """Reads what `to_json` wrote. Raises ValueError when the text is not a curve or has another format."""
        try:
            record: dict[str, Any] = json.loads(text)
            if record["format"] != FORMAT:
                raise ValueError(f"format {record['format']}")
            return cls(
                encoder=str(record["encoder"]),
                metric=Metric.from_record(record["metric"]),
                similarities=np.array(record["similarities"], np.float64),
                rates=np.array(record["rates"], np.float64),
                counted_to=float(record["counted_to"]),
                source=str(record["source"]),
                people=int(record["people"]),
                pictures=int(record["pictures"]),
                pairs=int(record["pairs"]),
            )
        except (KeyError, TypeError, AttributeError) as error:
            raise ValueError(f"not a curve: {error}") from error

    def save(self, path: Path) -> None:
        """Writes the curve as JSON, whole or not at all. Raises OutputError."""
        write_whole(path, self.to_json().encode())

    @classmethod
    def load(cls, path: Path) -> "ImpostorCurve":
        """Reads a file. Raises ModelError when it is missing, unreadable, damaged or has an unknown format."""
        missing = f"The impostor curve {path} is missing: make one with `firstsight calibrate`."
        check_input(path, "an impostor curve", ModelError, missing)
        try:
            return cls.from_json(path.read_text(encoding="utf-8"))
        except OSError as error:
            raise ModelError(unreadable(str(path), error)) from error
        except (ValueError, RecursionError) as error:
            raise ModelError(f"{path} is not an impostor curve: make one with `firstsight calibrate`.") from error
