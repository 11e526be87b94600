"""Compares encoders under conditions, all on the same probes, pairs and random draws."""

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
    """Results of one encoder under one condition."""

    encoder: str
    condition: str
    open_set: IdentificationResult | None
    pairs: Measured | None
    """Verification and one-shot results; None if they weren't requested."""
    by_euclid: dict[str, Any] | None
    """The same one-shot trials with Euclidean distance, if the encoder's metric is a learned one."""

    def record(self, first: "Outcome | None" = None) -> dict[str, Any]:
        """As a record for JSON. first: another outcome under the same condition, to compare one-shot accuracy with."""
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
    """The settings shared by all encoders and conditions."""

    folder: Path
    faces: FaceSet
    rate: float
    """Share of strangers that may be named, 0 to 1."""
    met: int
    """Strangers met before, of whom the program has learned what people here have in common."""
    ways: int | None
    """People to choose from in one-shot classification; None leaves it out."""
    seed: int
    pairs: PairRows | None
    """Pairs of all faces; None leaves out verification and one-shot classification."""

    @property
    def is_open_set(self) -> bool:
        """Whether to measure open-set identification. If the folder has no strangers, or nobody to look up, it is left
        out, provided that `ways` asks for one-shot classification."""
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
        """Evaluates one encoder under one condition.

        label: (encoder, condition). curve: the encoder's. enrolled: clean embeddings of all n faces. seen: the same
        faces under the condition, n×128; rows of NaN are faces that weren't detected. heading: name in a report.
        """
        found = None
        if self.is_open_set:
            found = identification(enrolled, curve, self.rate, seen=seen, met=self.met, seed=self.seed)
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
    """Records for JSON, each outcome compared with the first one under the same condition."""
    first: dict[str, Outcome] = {}
    for one in outcomes:
        first.setdefault(one.condition, one)
    return [one.record(first[one.condition] if first[one.condition] is not one else None) for one in outcomes]
