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
from core.matching.threshold import threshold_for

GALLERY_SIZES = (1, 5, 20, 100, 400)
"""Numbers of people enrolled, besides all there are."""
DRAWN_PEOPLE = 4000
"""People enrolled in all the random galleries of one size together."""
LEAST_DRAWS = 20
"""Fewest random galleries of one size."""
RESAMPLES = 400
"""Bootstrap samples for a confidence interval."""


@dataclass(frozen=True, slots=True)
class GalleryResult:
    """Error rates for galleries of one size, averaged over random galleries."""

    people: int
    """People enrolled in each gallery."""
    draws: int
    """Random galleries tried."""
    threshold: float
    """Similarity needed to be named."""
    fpir: float
    """Share of strangers who were named, 0 to 1."""
    fpir_interval: tuple[float, float]
    """95 % bootstrap interval of `fpir`, over strangers and galleries."""
    tpir: float
    """Share of the enrolled people's other pictures that got the right name, 0 to 1."""


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
    rank1: float
    """Share of probes for which the right person is the closest of all enrolled, 0 to 1."""
    tpir_at_exact_rate: float
    """TPIR with everybody enrolled, at the threshold that names exactly `rate` of these strangers."""
    sweep: tuple[GalleryResult, ...]
    """Results by size of the gallery, smallest first; the last has everybody enrolled."""


@dataclass(frozen=True, slots=True, eq=False)
class _Scores:
    """Similarities to the p people enrolled."""

    strangers: NDArray[np.float32]
    """Similarity of each stranger to each person enrolled, s×p."""
    probes: NDArray[np.float32]
    """Similarity of each probe to each person enrolled, q×p."""
    own: NDArray[np.intp]
    """Column of the person whom each probe shows (q)."""


def identification(
    faces: LabelledFaces,
    curve: ImpostorCurve,
    rate: float = 0.01,
    *,
    seen: NDArray[np.float32] | None = None,
    seed: int = 0,
) -> IdentificationResult:
    """Enrolls the first picture (by file name) of everyone who has several, and looks up their other pictures.

    People with a single picture are the strangers. Thresholds come from the curve alone, never from these faces.

    rate: share of strangers that may be named, 0 to 1. seen: n×128, other embeddings of the same pictures to look up,
    for instance of degraded ones; the enrolled pictures stay as they are. A row of NaN is a face that wasn't detected:
    it is not named, and counts as missed if the person is enrolled. Raises PhotoError when nobody has several pictures,
    or nobody a single one.
    """
    scores = _score(faces, curve, faces.embeddings if seen is None else seen)
    people = scores.probes.shape[1]
    random = np.random.default_rng(seed)
    sizes = [size for size in GALLERY_SIZES if size < people] + [people]
    exact = float(np.quantile(scores.strangers.max(axis=1), 1 - rate, method="higher"))
    own = _own_similarity(scores)
    first = np.isfinite(own) & (own >= scores.probes.max(axis=1))
    return IdentificationResult(
        rate=rate,
        people=people,
        probes=len(scores.own),
        strangers=len(scores.strangers),
        rank1=float(first.mean()),
        tpir_at_exact_rate=float((first & (own > exact)).mean()),
        sweep=tuple(_of_size(scores, size, threshold_for(curve, rate, size).similarity, random) for size in sizes),
    )


def _score(faces: LabelledFaces, curve: ImpostorCurve, seen: NDArray[np.float32]) -> _Scores:
    projected, looked_up = curve.metric.project(faces.embeddings), curve.metric.project(seen)
    _, first, person, pictures = np.unique(faces.names, return_index=True, return_inverse=True, return_counts=True)
    several = pictures > 1
    if not several.any() or several.all():
        raise PhotoError(
            f"{faces.folder} can't be evaluated: it needs people with two or more pictures, to enroll and look up, and "
            "people with a single picture, as strangers."
        )
    enrolled = projected[first[several]]
    is_probe = several[person]
    is_probe[first] = False
    strangers, probes = looked_up[first[~several]], looked_up[is_probe]
    place = np.cumsum(several) - 1
    return _Scores(
        _similarity(strangers, enrolled, curve), _similarity(probes, enrolled, curve), place[person[is_probe]]
    )


def _similarity(seen: NDArray[np.float32], enrolled: NDArray[np.float32], curve: ImpostorCurve) -> NDArray[np.float32]:
    similarity = curve.metric.similarity(seen, enrolled)
    return np.where(np.isnan(similarity), np.float32(-np.inf), similarity)


def _own_similarity(scores: _Scores) -> NDArray[np.float32]:
    return scores.probes[np.arange(len(scores.own)), scores.own]


def _of_size(scores: _Scores, size: int, threshold: float, random: np.random.Generator) -> GalleryResult:
    people = scores.probes.shape[1]
    draws = 1 if size == people else max(LEAST_DRAWS, DRAWN_PEOPLE // size)
    own = _own_similarity(scores)
    named = np.zeros((draws, len(scores.strangers)), bool)
    found = looked_up = 0
    for draw in range(draws):
        gallery = random.choice(people, size, replace=False) if size < people else np.arange(people)
        named[draw] = scores.strangers[:, gallery].max(axis=1) >= threshold
        mine = np.isin(scores.own, gallery)
        closest = scores.probes[np.ix_(mine, gallery)].max(axis=1)
        found += int(((own[mine] >= threshold) & (own[mine] >= closest)).sum())
        looked_up += int(mine.sum())
    return GalleryResult(
        people=size,
        draws=draws,
        threshold=threshold,
        fpir=float(named.mean()),
        fpir_interval=_interval(named, random),
        tpir=found / looked_up,
    )


def _interval(named: NDArray[np.bool_], random: np.random.Generator) -> tuple[float, float]:
    """95 % percentile bootstrap interval (Efron 1979) of the mean, resampling galleries and strangers."""
    draws, strangers = named.shape
    means = np.empty(RESAMPLES)
    for sample in range(RESAMPLES):
        of_draws = np.bincount(random.integers(draws, size=draws), minlength=draws)
        of_strangers = np.bincount(random.integers(strangers, size=strangers), minlength=strangers)
        means[sample] = of_draws @ (named @ of_strangers) / named.size
    low, high = np.quantile(means, (0.025, 0.975))
    return float(low), float(high)
