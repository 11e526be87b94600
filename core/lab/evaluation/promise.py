"""Whether the promise holds among people who are alike: strangers named and people found, by how many are known.

A trial draws a gallery at random from one set of people, and others of the set who have been seen before; everybody
else is a stranger. The threshold follows from what the program would know of that population. It is compared with the
threshold of a mixed crowd, as it was before the program learned of populations.
"""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.errors import PhotoError
from core.lab.evaluation.people import LabelledFaces
from core.lab.progress import Progress
from core.matching.curve import ImpostorCurve
from core.matching.index import Index
from core.matching.population import Sample
from core.matching.snapshot import Snapshot
from core.matching.threshold import threshold_for

ENROLLED = (1, 3, 10, 30)
"""Numbers of people enrolled, by one photo each."""
SEEN = (0, 3, 10, 30)
"""Numbers of other people seen before."""
FEWEST_STRANGERS = 5
"""Fewest people of a set who must be left as strangers."""
MOST_PICTURES = 5
"""Pictures of one stranger looked up, so that everybody counts about the same."""
RESAMPLES = 400
"""Bootstrap samples for an interval."""


@dataclass(frozen=True, slots=True)
class Rates:
    """What one way to set the threshold leads to."""

    named: float
    """Share of strangers' pictures that got a name, 0 to 1."""
    found: float | None
    """Share of the enrolled people's other pictures that got the right name; None if nobody has other pictures."""


@dataclass(frozen=True, slots=True)
class PromiseTrial:
    """Error rates over random galleries of one kind."""

    enrolled: int
    seen: int
    asked: float
    """Share of strangers that may be named."""
    draws: int
    threshold: float
    """Similarity needed, on average."""
    named: float
    """Share of strangers' pictures that got a name, 0 to 1."""
    named_interval: tuple[float, float]
    """95 % bootstrap interval of `named`, over strangers and galleries."""
    found: float | None
    """As for `Rates`."""
    before: Rates
    """By the threshold and the similarities of a mixed crowd."""
    found_at_same_rate: float | None
    """What a mixed crowd's similarities would find with the threshold that names exactly as many of these strangers."""


@dataclass(frozen=True, slots=True)
class PromiseResult:
    """The trials of one set of people."""

    set: str
    people: int
    trials: tuple[PromiseTrial, ...]


def promise(
    faces: LabelledFaces,
    curve: ImpostorCurve,
    rates: Sequence[float] = (0.01,),
    *,
    draws: int = 50,
    seed: int = 0,
    progress: Progress | None = None,
) -> PromiseResult:
    """Tries galleries of `ENROLLED` people with `SEEN` others known, as far as the set has people.

    rates: shares of strangers that may be named. draws: random galleries for each number. The first picture (by file
    name) of a person is enrolled. Raises PhotoError when the set has too few people.
    """
    kinds = [(n, s) for n in ENROLLED for s in SEEN if n + s + FEWEST_STRANGERS <= faces.people]
    if not kinds:
        raise PhotoError(
            f"{faces.folder} has {faces.people} people with a usable picture, and at least "
            f"{1 + FEWEST_STRANGERS} are needed: give a folder with more."
        )
    set_ = _Set(faces, curve)
    trials: list[PromiseTrial] = []
    for done, (enrolled, seen) in enumerate(kinds):
        if progress:
            progress(done, len(kinds))
        random = np.random.default_rng([seed, enrolled, seen])
        drawn = [set_.draw(enrolled, seen, random) for _ in range(draws)]
        trials += [_trial(drawn, enrolled, seen, rate, curve, random) for rate in rates]
    if progress:
        progress(len(kinds), len(kinds))
    return PromiseResult(faces.folder, faces.people, tuple(trials))


def by_group(faces: LabelledFaces, groups: dict[str, list[str]]) -> list[LabelledFaces]:
    """One set for each group that has people among these. groups: people's names, by name of the group."""
    sets = []
    for group, names in groups.items():
        kept = np.isin(faces.names, names)
        if kept.any():
            sets.append(LabelledFaces(f"{faces.folder}: {group}", faces.names[kept], faces.embeddings[kept]))
    return sets


def read_groups(file: Path) -> dict[str, list[str]]:
    """Reads a CSV file with the columns `person` and `group`. Raises PhotoError when it can't."""
    try:
        with file.open(newline="", encoding="utf-8-sig") as opened:
            rows = csv.DictReader(opened)
            if not {"person", "group"} <= set(rows.fieldnames or ()):
                raise PhotoError(f"{file} needs the columns person and group in its first line.")
            groups: dict[str, list[str]] = {}
            for row in rows:
                if row["person"] and row["group"]:
                    groups.setdefault(row["group"], []).append(row["person"])
    except (OSError, ValueError, csv.Error) as error:
        why = getattr(error, "strerror", None) or error
        raise PhotoError(f"The groups in {file} can't be read ({why}): give a CSV file.") from error
    return groups


@dataclass(frozen=True, slots=True, eq=False)
class _Scores:
    """Similarities of one draw: the greatest of each stranger's picture, and those of the enrolled's other pictures."""

    strangers: NDArray[np.float32]
    own: NDArray[np.float32]
    """Similarity to the right person; −inf where somebody else is closer."""


@dataclass(frozen=True, slots=True, eq=False)
class _Draw:
    index: Index
    who: NDArray[np.intp]
    """Number of the person whom each stranger's picture shows."""
    here: _Scores
    before: _Scores


class _Set:
    """A set of people, from which galleries are drawn."""

    def __init__(self, faces: LabelledFaces, curve: ImpostorCurve) -> None:
        self._faces, self._curve = faces, curve
        _, person = np.unique(faces.names, return_inverse=True)
        self._pictures = [np.flatnonzero(person == number) for number in range(faces.people)]

    def draw(self, enrolled: int, seen: int, random: np.random.Generator) -> _Draw:
        """Draws a gallery and looks everybody else up."""
        order = random.permutation(len(self._pictures))
        known, others, strangers = order[:enrolled], order[enrolled : enrolled + seen], order[enrolled + seen :]
        embeddings, curve = self._faces.embeddings, self._curve
        first = np.array([self._pictures[person][0] for person in known])
        index = Index(_snapshot(embeddings[first]), curve.metric, curve, self._sample(others, random))
        looked_up = [self._some(person, random) for person in strangers]
        rows = np.concatenate(looked_up)
        who = np.repeat(strangers, [len(pictures) for pictures in looked_up])
        probes = [(place, row) for place, person in enumerate(known) for row in self._pictures[person][1:]]
        own, mine = (np.array([probe[part] for probe in probes], np.intp) for part in (0, 1))
        here, before = (
            self._scores(index, embeddings[rows], embeddings[mine], own, centred=centred) for centred in (True, False)
        )
        return _Draw(index, who, here, before)

    def _sample(self, people: NDArray[np.intp], random: np.random.Generator) -> Sample | None:
        if not len(people) or not self._curve.metric.is_cosine:
            return None
        rows = [int(random.choice(self._pictures[person])) for person in people]
        metric = self._curve.metric
        return Sample.of(metric.directions(metric.project(self._faces.embeddings[rows])))

    def _some(self, person: int, random: np.random.Generator) -> NDArray[np.intp]:
        pictures = self._pictures[person]
        return pictures if len(pictures) <= MOST_PICTURES else random.choice(pictures, MOST_PICTURES, replace=False)

    def _scores(
        self,
        index: Index,
        strangers: NDArray[np.float32],
        probes: NDArray[np.float32],
        own: NDArray[np.intp],
        *,
        centred: bool,
    ) -> _Scores:
        named = index.similarities(strangers, centred=centred).max(axis=1)
        similarities = index.similarities(probes, centred=centred)
        right = similarities[np.arange(len(own)), own]
        right = np.where(right >= similarities.max(axis=1, initial=-2), right, np.float32(-np.inf))
        return _Scores(named, right)


def _snapshot(embeddings: NDArray[np.float32]) -> Snapshot:
    count = len(embeddings)
    numbers = tuple(range(count))
    return Snapshot(embeddings, numbers, numbers, ("",) * count, ("",) * count)


def _trial(
    drawn: list[_Draw], enrolled: int, seen: int, rate: float, curve: ImpostorCurve, random: np.random.Generator
) -> PromiseTrial:
    needed = [draw.index.threshold(rate).similarity for draw in drawn]
    crowd = threshold_for(curve, rate, enrolled).similarity
    named = [draw.here.strangers >= threshold for draw, threshold in zip(drawn, needed, strict=True)]
    share = float(np.concatenate(named).mean())
    all_before = np.concatenate([draw.before.strangers for draw in drawn])
    own = np.concatenate([draw.here.own >= threshold for draw, threshold in zip(drawn, needed, strict=True)])
    own_before = np.concatenate([draw.before.own for draw in drawn])
    exact = float(np.quantile(all_before, 1 - share, method="higher")) if share else float(all_before.max()) + 1e-6
    return PromiseTrial(
        enrolled=enrolled,
        seen=seen,
        asked=rate,
        draws=len(drawn),
        threshold=float(np.mean(needed)),
        named=share,
        named_interval=_interval(named, [draw.who for draw in drawn], random),
        found=float(own.mean()) if len(own) else None,
        before=Rates(
            float((all_before >= crowd).mean()), float((own_before >= crowd).mean()) if len(own_before) else None
        ),
        found_at_same_rate=float((own_before >= exact).mean()) if len(own_before) else None,
    )


def _interval(
    named: list[NDArray[np.bool_]], who: list[NDArray[np.intp]], random: np.random.Generator
) -> tuple[float, float]:
    """95 % percentile bootstrap interval (Efron 1979) of the mean, resampling galleries and strangers."""
    people = int(max(each.max() for each in who)) + 1
    count = np.stack([np.bincount(each, minlength=people) for each in who]).astype(float)
    hits = np.stack([np.bincount(w, n, people) for n, w in zip(named, who, strict=True)])
    means = np.empty(RESAMPLES)
    for sample in range(RESAMPLES):
        galleries = np.bincount(random.integers(len(who), size=len(who)), minlength=len(who))
        strangers = np.bincount(random.integers(people, size=people), minlength=people)
        means[sample] = (galleries @ hits @ strangers) / max(galleries @ count @ strangers, 1)
    low, high = np.quantile(means, (0.025, 0.975))
    return float(low), float(high)
