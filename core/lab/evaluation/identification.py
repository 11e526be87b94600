"""Open-set identification as users meet it: one photo per person is enrolled, everything else is looked up.

Rates as in ISO/IEC 19795-1 and NIST's FRTE: FPIR is the share of strangers who are named, TPIR the share of enrolled
people's other pictures that get the right name.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.errors import PhotoError
from core.lab.evaluation.people import LabelledFaces
from core.matching.curve import ImpostorCurve
from core.matching.index import Index
from core.matching.population import Sample
from core.matching.snapshot import Snapshot
from core.matching.threshold import threshold_for

GALLERY_SIZES = (1, 5, 20, 100, 400)
"""Numbers of people enrolled, besides all there are."""
DRAWN_PEOPLE = 4000
"""People enrolled in all the random galleries of one size together."""
DRAWS = 20, 400
"""Fewest and most random galleries of one size."""
MET = 30
"""Strangers seen before, by default: about as many as a program has met after a while."""
RESAMPLES = 400
"""Bootstrap samples for a confidence interval."""


@dataclass(frozen=True, slots=True)
class InACrowd:
    """What the threshold of a mixed crowd does, without a centre, in the same galleries."""

    threshold: float
    fpir: float
    tpir: float


@dataclass(frozen=True, slots=True)
class GalleryResult:
    """Error rates for galleries of one size, averaged over random galleries."""

    people: int
    """People enrolled in each gallery."""
    draws: int
    """Random galleries tried."""
    threshold: float
    """Similarity needed to be named, on average."""
    fpir: float
    """Share of strangers who were named, 0 to 1."""
    fpir_interval: tuple[float, float]
    """95 % bootstrap interval of `fpir`, over strangers and galleries."""
    tpir: float
    """Share of the enrolled people's other pictures that got the right name, 0 to 1."""
    before: InACrowd
    """The same by the impostor curve alone, as if nothing could be known of the population."""


@dataclass(frozen=True, slots=True)
class IdentificationResult:
    """Result of an open-set evaluation."""

    rate: float
    """Share of strangers that may be named, 0 to 1, as requested."""
    people: int
    """People enrolled, by one photo each."""
    probes: int
    """Other pictures of the enrolled people, which are looked up."""
    strangers: int
    """People who are looked up without being enrolled."""
    met: int
    """Strangers of each gallery who have been seen before, and are not looked up."""
    rank1: float
    """Share of probes for which the right person is the closest of all enrolled, 0 to 1."""
    tpir_at_exact_rate: float
    """TPIR with everybody enrolled, at the threshold that names exactly `rate` of these strangers."""
    sweep: tuple[GalleryResult, ...]
    """Results by size of the gallery, smallest first; the last has everybody enrolled."""


@dataclass(frozen=True, slots=True, eq=False)
class _Roles:
    """Who is enrolled and who is looked up, as rows of the faces."""

    enrolled: NDArray[np.intp]
    """First pictures of the p people enrolled."""
    strangers: NDArray[np.intp]
    """Pictures of the s strangers."""
    probes: NDArray[np.intp]
    """Other pictures of the people enrolled, q."""
    own: NDArray[np.intp]
    """Number of the person whom each probe shows, 0 to p−1 (q)."""


def identification(
    faces: LabelledFaces,
    curve: ImpostorCurve,
    rate: float = 0.01,
    *,
    seen: NDArray[np.float32] | None = None,
    met: int = MET,
    seed: int = 0,
) -> IdentificationResult:
    """Enrolls the first picture (by file name) of everyone who has several, and looks up their other pictures.

    People with a single picture are the strangers. Thresholds come from the curve, from who is enrolled, and from the
    strangers of each gallery who were met before.

    rate: share of strangers that may be named, 0 to 1. seen: n×128, other embeddings of the same pictures to look up,
    for instance of degraded ones; the enrolled pictures stay as they are. A row of NaN is a face that wasn't detected:
    it is not named, and counts as missed if the person is enrolled. met: strangers met before; at most half of them.
    Raises PhotoError when nobody has several pictures, or nobody a single one.
    """
    roles, looked_up = _roles(faces), faces.embeddings if seen is None else seen
    people, met = len(roles.enrolled), min(met, len(roles.strangers) // 2)
    random = np.random.default_rng(seed)
    sizes = [size for size in GALLERY_SIZES if size < people] + [people]
    galleries = _Galleries(faces.embeddings, looked_up, roles, curve, met)
    whole = galleries.draw(np.arange(people), random)
    exact = float(np.quantile(whole.strangers, 1 - rate, method="higher"))
    return IdentificationResult(
        rate=rate,
        people=people,
        probes=len(roles.probes),
        strangers=len(roles.strangers),
        met=met,
        rank1=float(np.isfinite(whole.own).mean()),
        tpir_at_exact_rate=float((whole.own > exact).mean()),
        sweep=tuple(_of_size(galleries, size, rate, random) for size in sizes),
    )


def _roles(faces: LabelledFaces) -> _Roles:
    _, first, person, pictures = np.unique(faces.names, return_index=True, return_inverse=True, return_counts=True)
    several = pictures > 1
    if not several.any() or several.all():
        raise PhotoError(
            f"{faces.folder} can't be evaluated: it needs people with two or more pictures, to enroll and look up, and "
            "people with a single picture, as strangers."
        )
    is_probe = several[person]
    is_probe[first] = False
    place = np.cumsum(several) - 1
    return _Roles(first[several], first[~several], np.flatnonzero(is_probe), place[person[is_probe]])


@dataclass(frozen=True, slots=True, eq=False)
class _Draw:
    """One gallery: greatest similarities of the strangers looked up, and those of probes to the right person."""

    index: Index
    looked_up: NDArray[np.bool_]
    """Which strangers are looked up: those not met before (s)."""
    strangers: NDArray[np.float32]
    """Of those looked up."""
    own: NDArray[np.float32]
    """−inf where somebody else is closer."""
    strangers_before: NDArray[np.float32]
    """Without a centre; so is `own_before`."""
    own_before: NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class _Galleries:
    """Draws galleries from a set of faces."""

    embeddings: NDArray[np.float32]
    seen: NDArray[np.float32]
    """Embeddings of the same pictures as they are looked up."""
    roles: _Roles
    curve: ImpostorCurve
    met: int

    def draw(self, people: NDArray[np.intp], random: np.random.Generator) -> _Draw:
        """Enrolls these people, of 0 to p−1, meets some strangers, and looks everybody else up."""
        roles, metric = self.roles, self.curve.metric
        met = random.permutation(len(roles.strangers))[: self.met]
        looked_up = np.ones(len(roles.strangers), bool)
        looked_up[met] = False
        faces = self.seen[roles.strangers[met]]
        faces = faces[np.isfinite(faces).all(axis=1)]
        sample = Sample.of(metric.directions(metric.project(faces))) if len(faces) and metric.is_cosine else None
        numbers = tuple(range(len(people)))
        names = ("",) * len(people)
        snapshot = Snapshot(self.embeddings[roles.enrolled[people]], numbers, numbers, names, names)
        index = Index(snapshot, metric, self.curve, sample)
        column = np.full(len(roles.enrolled), -1)
        column[people] = np.arange(len(people))
        mine = column[roles.own] >= 0
        strangers, probes = self.seen[roles.strangers[looked_up]], self.seen[roles.probes[mine]]
        own = column[roles.own[mine]]
        scores = []
        for centred in (True, False):
            scores.append(_similarities(index, strangers, centred=centred).max(axis=1))
            similarities = _similarities(index, probes, centred=centred)
            right = similarities[np.arange(len(own)), own]
            scores.append(np.where(right >= similarities.max(axis=1, initial=-2), right, np.float32(-np.inf)))
        return _Draw(index, looked_up, *scores)


def _similarities(index: Index, embeddings: NDArray[np.float32], *, centred: bool) -> NDArray[np.float32]:
    found = index.similarities(embeddings, centred=centred)
    return np.where(np.isnan(found), np.float32(-np.inf), found)


def _of_size(galleries: _Galleries, size: int, rate: float, random: np.random.Generator) -> GalleryResult:
    people = len(galleries.roles.enrolled)
    draws = 1 if size == people else int(np.clip(DRAWN_PEOPLE // size, *DRAWS))
    crowd = threshold_for(galleries.curve, rate, size).similarity
    strangers = len(galleries.roles.strangers)
    named, looked_up = np.zeros((2, draws, strangers), bool)
    needed = np.zeros(draws)
    found, found_before, named_before = [], [], []
    for number in range(draws):
        gallery = random.choice(people, size, replace=False) if size < people else np.arange(people)
        draw = galleries.draw(gallery, random)
        needed[number] = draw.index.threshold(rate).similarity
        looked_up[number] = draw.looked_up
        named[number, draw.looked_up] = draw.strangers >= needed[number]
        found.append(draw.own >= needed[number])
        named_before.append(draw.strangers_before >= crowd)
        found_before.append(draw.own_before >= crowd)
    return GalleryResult(
        people=size,
        draws=draws,
        threshold=float(needed.mean()),
        fpir=float(named.sum() / looked_up.sum()),
        fpir_interval=_interval(named, looked_up, random),
        tpir=float(np.concatenate(found).mean()),
        before=InACrowd(crowd, float(np.concatenate(named_before).mean()), float(np.concatenate(found_before).mean())),
    )


def _interval(
    named: NDArray[np.bool_], looked_up: NDArray[np.bool_], random: np.random.Generator
) -> tuple[float, float]:
    """95 % percentile bootstrap interval (Efron 1979) of the share named, resampling galleries and strangers."""
    draws, strangers = named.shape
    means = np.empty(RESAMPLES)
    for sample in range(RESAMPLES):
        of_draws = np.bincount(random.integers(draws, size=draws), minlength=draws)
        of_strangers = np.bincount(random.integers(strangers, size=strangers), minlength=strangers)
        hits, tries = of_draws @ (named @ of_strangers), of_draws @ (looked_up @ of_strangers)
        means[sample] = float(hits) / max(float(tries), 1.0)
    low, high = np.quantile(means, (0.025, 0.975))
    return float(low), float(high)
