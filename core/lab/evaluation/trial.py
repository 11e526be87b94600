"""Encoders under conditions, all measured by the same probes, pairs and draws, so that they can be compared."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.lab.dataset.face_set import FaceSet
from core.lab.evaluation.identification import IdentificationResult, identification
from core.lab.evaluation.measured import Measured
from core.lab.evaluation.measuring import measure
from core.lab.evaluation.one_shot import by_euclid, difference
from core.lab.evaluation.pairs import PairRows, all_pairs
from core.lab.evaluation.people import LabelledFaces
from core.matching.curve import ImpostorCurve


@dataclass(frozen=True, slots=True, eq=False)
class Outcome:
    """Of one encoder under one condition."""

    encoder: str
    condition: str
    open_set: IdentificationResult | None
    pairs: Measured | None
    by_euclid: dict[str, Any] | None
    """The same one-shot trials by Euclid's distance, where the encoder's metric is a learned one."""

    def record(self, first: "Outcome | None" = None) -> dict[str, Any]:
        """For a JSON file. first: another outcome of the same condition, to say how much more often this one wins."""
        record = {"encoder": self.encoder, "condition": self.condition}
        record |= asdict(self.open_set) if self.open_set else {}
        if not self.pairs or not self.pairs.one_shot:
            return record
        won = self.pairs.one_shot[0]
        one_shot = won.record()
        if self.by_euclid:
            one_shot["by_euclid"] = self.by_euclid
        if first and first.pairs:
            one_shot["more_than_first"] = difference(first.pairs.one_shot[0], won).record()
        return record | {"eer": self.pairs.verification.eer, "one_shot": one_shot}


@dataclass(frozen=True, slots=True, eq=False)
class Trial:
    """What is the same for all encoders and conditions."""

    folder: Path
    faces: FaceSet
    rate: float
    """Of strangers named that is asked for, 0 to 1."""
    ways: int | None
    """People to choose from; None measures no one-shot classification."""
    seed: int
    pairs: PairRows | None
    """Of all faces; None measures none."""

    @property
    def is_open_set(self) -> bool:
        """Whether identification is measured: without strangers, or anybody to look up, there are only choices."""
        _, counts = np.unique(self.faces.names, return_counts=True)
        return bool((counts == 1).any() and (counts > 1).any()) or not self.ways

    def outcome(
        self,
        label: tuple[str, str],
        curve: ImpostorCurve,
        enrolled: LabelledFaces,
        seen: NDArray[np.float32],
        *,
        heading: str,
    ) -> Outcome:
        """label: encoder and condition. seen: n×128, what the condition leaves of the n faces enrolled; rows that are
        not numbers are faces that weren't found. heading: for a report.
        """
        found = identification(enrolled, curve, self.rate, seen=seen, seed=self.seed) if self.is_open_set else None
        if self.pairs is None:
            return Outcome(*label, found, None, None)
        there = np.flatnonzero(np.isfinite(seen).all(axis=1))
        kept = self.faces.of_rows(there)
        rows = self.pairs if len(there) == len(self.faces) else all_pairs(kept.names, seed=self.seed)
        measured = measure(
            heading, self.folder, kept, rows, seen[there], curve.metric, ways=self.ways, seed=self.seed,
            identification=found,
        )  # fmt: skip
        euclid = None
        if measured.one_shot and curve.metric.is_learned:
            euclid = by_euclid(seen[there], kept.names, measured.one_shot[0], seed=self.seed)
        return Outcome(*label, found, measured, euclid)


def records(outcomes: Sequence[Outcome]) -> list[dict[str, Any]]:
    """For a JSON file: each compared with the first of its condition."""
    first: dict[str, Outcome] = {}
    for one in outcomes:
        first.setdefault(one.condition, one)
    return [one.record(first[one.condition] if first[one.condition] is not one else None) for one in outcomes]
