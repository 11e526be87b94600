"""Exact nearest neighbours among the enrolled templates, by one matrix product, at the speed of memory.

With an impostor curve, similarities are seen from the centre of the population that the templates belong to
(`core/matching/population.py`).
"""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from core.matching.centring import Centred, Votes, from_centre
from core.matching.curve import ImpostorCurve
from core.matching.metric import Metric
from core.matching.population import Population, Sample
from core.matching.snapshot import Snapshot
from core.matching.threshold import threshold_for
from core.types import Candidate, Threshold, Voter

LEAST_DISTANCE = 1e-3
"""A template nearer than this, such as the probe's own photo, weighs as much as one at this distance."""
TIE = 1e-4
"""A counter-example counts as closer than a photo if it is less similar by at most this, as the same picture may be."""
PART = 65_536
"""Templates projected at a time."""
BLOCK = 256
"""Similarities per block when searching many for the largest: see `largest`."""


class Index:
    """One snapshot of the gallery, ready to be searched. Immutable; may be read from any thread without a lock."""

    def __init__(
        self,
        snapshot: Snapshot,
        metric: Metric,
        reference: ImpostorCurve | None = None,
        seen: Sample | None = None,
        before: "Index | None" = None,
    ) -> None:
        """reference: the crowd's impostor curve, for a metric that is a cosine; None compares templates as they are.
        seen: other people of the same population. before: an index of the same snapshot, to save work.
        """
        self.snapshot, self.seen = snapshot, seen
        self._metric, self._reference = metric, reference
        reuse = before if before and before.snapshot is snapshot and before._metric is metric else None
        self._templates: NDArray[np.float32] = reuse._templates if reuse else _projected(metric, snapshot.embeddings)
        self.population: Population | None = None
        """The population that the templates belong to; None without a reference."""
        self.curve = reference
        """The impostor curve to expect in this index; None without a reference."""
        self._centred: Centred | None = None
        if reference and metric.is_cosine:
            self._votes: Votes = reuse._votes if reuse else Votes(metric.directions(self._templates), snapshot.persons)
            enrolled = Sample.of(self._votes.votes)
            self.population = Population(reference, enrolled.joined(seen) if seen else enrolled)
            self._centred = Centred(metric.directions(self._templates), self._votes, self.population)
            self.curve = self.population.curve(self._centred.others)

    def __len__(self) -> int:
        """Number of templates."""
        return len(self.snapshot)

    def threshold(self, rate: float) -> Threshold:
        """The similarity from which a face is named here. rate: share of strangers that may be named, 0 to 1."""
        assert self.curve, "an index without an impostor curve has no threshold"
        return self._told(threshold_for(self.curve, rate, len(self)))

    @cached_property
    def plain_curve(self) -> ImpostorCurve | None:
        """The impostor curve to expect here without a centre; None without a reference."""
        return self.population.curve(0) if self.population else self.curve

    def compare(self, first: NDArray[np.float32], second: NDArray[np.float32], rate: float) -> "Compared":
        """Compares the raw embeddings of two faces (128 numbers each) as members of this population.

        rate: share of pairs of different people that may reach the threshold, 0 to 1.
        """
        metric, curve = self._metric, self.curve
        assert curve, "an index without an impostor curve has no threshold"
        a, b = (metric.project(embedding[None]) for embedding in (first, second))
        similarity = float(metric.similarity(a, b)[0, 0])
        if self.population:
            first, second = (from_centre(metric.directions(face), self.population)[0] for face in (a, b))
            similarity = min(float(first @ second) - float(metric.hidden_alike(a, b)[0, 0]), 1.0)
            curve = self.population.pair_curve
        return Compared(similarity, self._told(threshold_for(curve, rate, 1)), curve.false_match_rate(similarity))

    def _told(self, here: Threshold) -> Threshold:
        """The threshold with what is known of the population."""
        if self.population is None or self._reference is None:
            return here
        crowd = threshold_for(self._reference, here.rate, here.size)
        return replace(
            here,
            # What isn't known of a population is the same at each look, so looking again is no further risk of it.
            at_first=here.similarity + crowd.sure - crowd.similarity,
            population=self.population.familiarity(len(self._votes.votes)),
            in_a_crowd=crowd.similarity,
        )

    def similarities(self, embeddings: NDArray[np.float32], *, centred: bool = True) -> NDArray[np.float32]:
        """Similarities of n raw embeddings (n×128) to every template, n×T, at most 1.

        centred: seen from the population's centre, if there is one.
        """
        projected, metric = self._metric.project(embeddings), self._metric
        if self._centred is None or not centred:
            return metric.similarity(projected, self._templates)
        probes = metric.directions(projected)
        seen = self._centred.similarity(probes, probes @ metric.directions(self._templates).T)
        return np.asarray(np.minimum(seen - metric.hidden_alike(projected, self._templates), 1), np.float32)

    def look_up(self, embedding: NDArray[np.float32]) -> "Lookup":
        """Compares one raw embedding (128 numbers) with every template and every counter-example."""
        similarities = self.similarities(embedding[None])[0]
        return Lookup(self.snapshot, similarities, self._rejected(embedding, similarities))

    @cached_property
    def _counters(self) -> NDArray[np.float32]:
        """The counter-examples, projected."""
        assert self.snapshot.counters
        return self._metric.project(self.snapshot.counters.embeddings)

    def _rejected(self, embedding: NDArray[np.float32], similarities: NDArray[np.float32]) -> frozenset[int]:
        """The people of whom a counter-example is at least as similar as the closest of their own photos."""
        counters = self.snapshot.counters
        if counters is None:
            return frozenset()
        metric, face = self._metric, self._metric.project(embedding[None])
        if self.population:
            a, b = (from_centre(metric.directions(faces), self.population) for faces in (face, self._counters))
            found = a @ b.T - metric.hidden_alike(face, self._counters)
        else:
            found = metric.similarity(face, self._counters)
        of, rows = np.array(counters.persons), np.array(self.snapshot.persons)
        return frozenset(
            person
            for person in set(counters.persons)
            if found[0, of == person].max() + TIE >= similarities[rows == person].max(initial=-2)
        )

    def pairs(self, rows: NDArray[np.intp], columns: NDArray[np.intp], *, centred: bool = True) -> NDArray[np.float32]:
        """Similarities of templates to templates, as if neither were enrolled, n×m. rows, columns: 0 to T−1.

        centred: as for `similarities`.
        """
        a, b, metric = self._templates[rows], self._templates[columns], self._metric
        if self._centred is None or not centred:
            return metric.similarity(a, b)
        seen = self._centred.pairs(rows, columns) - metric.hidden_alike(a, b)
        return np.asarray(np.minimum(seen, 1), np.float32)

    def look_up_enrolled(self, row: int) -> "Lookup":
        """Compares one template with every template, as if it were not enrolled. row: 0 to T−1."""
        return Lookup(self.snapshot, self.pairs(np.array([row]), np.arange(len(self)))[0])

    def closest_people(self, embedding: NDArray[np.float32], count: int = 5) -> tuple[Candidate, ...]:
        """Short for `look_up(embedding).closest_people(count)`."""
        return self.look_up(embedding).closest_people(count)

    def neighbours(self, embedding: NDArray[np.float32], k: int) -> tuple[Candidate, ...]:
        """Short for `look_up(embedding).neighbours(k)`."""
        return self.look_up(embedding).neighbours(k)

    def vote(self, embedding: NDArray[np.float32], k: int, *, weighted: bool = True) -> tuple[Voter, ...]:
        """Short for `look_up(embedding).vote(k, weighted=weighted)`."""
        return self.look_up(embedding).vote(k, weighted=weighted)


@dataclass(frozen=True, slots=True)
class Compared:
    """Two faces compared."""

    similarity: float
    threshold: Threshold
    chance: float
    """Share of pairs of different people that are at least as similar, 0 to 1."""


class Lookup:
    """The similarities of one probe to every template, and what follows from them."""

    def __init__(
        self, snapshot: Snapshot, similarities: NDArray[np.float32], rejected: frozenset[int] = frozenset()
    ) -> None:
        """similarities: T numbers, at most 1, one per template. rejected: ids of people whose face this is not."""
        self._snapshot = snapshot
        self.similarities = similarities
        self.rejected = rejected

    @property
    def allowed(self) -> "Lookup":
        """The look-up without the people whose face this is not."""
        if not self.rejected:
            return self
        kept = [person not in self.rejected for person in self._snapshot.persons]
        return Lookup(self._snapshot, np.where(kept, self.similarities, np.float32(-2)))

    def closest_people(self, count: int = 5) -> tuple[Candidate, ...]:
        """The `count` closest people, each by their closest template, closest first."""
        wanted, rows = count, len(self.similarities)
        while True:
            # Reversed, so that each person's closest template is the last to be put in, and stays.
            closest = {candidate.person: candidate for candidate in reversed(self.neighbours(wanted))}
            if len(closest) >= count or wanted >= rows:
                return tuple(sorted(closest.values(), key=lambda candidate: -candidate.similarity)[:count])
            wanted *= 4

    def neighbours(self, k: int) -> tuple[Candidate, ...]:
        """The k nearest templates, nearest first; a person may appear several times."""
        return tuple(self._candidate(row) for row in largest(self.similarities, k))

    def likeness(self, person: int) -> float | None:
        """Similarity to the closest template of one person; None if the person has none."""
        rows = [row for row, owner in enumerate(self._snapshot.persons) if owner == person]
        return float(self.similarities[rows].max()) if rows else None

    def vote(self, k: int, *, weighted: bool = True) -> tuple[Voter, ...]:
        """The k nearest templates with the weights of their votes (Cover and Hart 1967), nearest first.

        weighted: a vote at distance D weighs 1/D, so that near neighbours count more (Dudani 1976); otherwise 1.
        """
        neighbours = self.neighbours(k)
        distances = np.sqrt(np.maximum(2 - 2 * np.array([n.similarity for n in neighbours]), LEAST_DISTANCE**2))
        weights = 1 / distances if weighted else np.ones(len(neighbours))
        return tuple(Voter(n, float(weight)) for n, weight in zip(neighbours, weights, strict=True))

    def _candidate(self, row: int) -> Candidate:
        return Candidate(
            person=self._snapshot.persons[row],
            name=self._snapshot.names[row],
            similarity=float(self.similarities[row]),
            template=self._snapshot.templates[row],
        )


def _projected(metric: Metric, embeddings: NDArray[np.float32]) -> NDArray[np.float32]:
    """Like `Metric.project`, but part by part, so that a million templates need no further copies in memory."""
    dimensions = metric.project(embeddings[:0]).shape[1]
    projected = np.empty((len(embeddings), dimensions), np.float32)
    for start in range(0, len(embeddings), PART):
        projected[start : start + PART] = metric.project(embeddings[start : start + PART])
    return projected


def largest(values: NDArray[np.float32], count: int) -> list[int]:
    """Positions of the largest values, largest first.

    The n largest values lie in the n blocks with the largest maxima, so that many values are scanned only once.
    """
    count = min(count, len(values))
    if count == 0:
        return []
    whole = len(values) // BLOCK
    if whole <= 2 * count:
        return _largest(values, count).tolist()  # type: ignore[no-any-return]
    maxima = values[: whole * BLOCK].reshape(whole, BLOCK).max(axis=1)
    starts = _largest(maxima, count)[:, None] * BLOCK
    places = np.concatenate([(starts + np.arange(BLOCK)).ravel(), np.arange(whole * BLOCK, len(values))])
    return places[_largest(values[places], count)].tolist()  # type: ignore[no-any-return]


def _largest(values: NDArray[np.float32], count: int) -> NDArray[np.intp]:
    top = np.argpartition(-values, count - 1)[:count]
    return top[np.lexsort((top, -values[top]))]
