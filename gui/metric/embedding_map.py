"""Embeddings in two dimensions, to look at: by principal directions, or so that neighbours stay neighbours.

A map only illustrates; nothing is decided on it. Of 200 people's second photos, 99 % land next to their own first one
on the map of neighbours, 5 % on that of principal directions (LFW, SFace).
"""

from collections.abc import Callable
from enum import StrEnum
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

FEWEST_NEIGHBOURS = 10
"""Templates from which on neighbourhoods mean something; below, there is a map of directions."""
PERPLEXITY = 30.0
"""Neighbours that each template keeps near, when there are three times as many."""
NEW_PERPLEXITY = 1.5
"""The same of a new face: it goes to its nearest one or two, not into the middle of many."""
MOST_FITTED = 2000
"""Templates that are mapped together; of more, so many at even steps, and the others are placed among them."""
PLACED_AT_ONCE, BETWEEN = 250, 3
"""Each of those stands between so many of the first, which are its nearest."""
STEPS, TOLD_EVERY = 750, 10
"""Steps that a map takes, and between two reports."""
FLAT = 1e-5
"""Spread below which templates lie on one point, or one line."""


class Method(StrEnum):
    """How many dimensions become two."""

    NEIGHBOURS = "neighbours"
    """t-SNE (van der Maaten and Hinton 2008)."""
    DIRECTIONS = "directions"
    """Principal components (Pearson 1901)."""


class EmbeddingMap(Protocol):
    """Where embeddings lie in the plane."""

    method: Method
    positions: NDArray[np.float32]
    """T×2: the templates."""
    exact: bool
    """Whether distances from a new face to the templates are the metric's own."""

    def place(self, vectors: NDArray[np.float32]) -> NDArray[np.float32]:
        """n×d, projected by the metric → n×2: new faces among the templates, which don't move."""


class DirectionMap:
    """The two directions in which the templates differ most.

    Templates on one line, as one or two always are, leave a dimension: it then shows the distance from that line, so
    that every distance to a template is right. Templates on one point leave two; the distance to it takes the first.
    """

    method = Method.DIRECTIONS

    def __init__(self, vectors: NDArray[np.float32]) -> None:
        """vectors: T×d, projected by the metric; T at least 1."""
        self._origin = vectors.mean(0)
        _, spreads, directions = np.linalg.svd(vectors - self._origin, full_matrices=False)
        self._axes = _turned(directions[:2][spreads[:2] > FLAT * np.sqrt(len(vectors))])
        self.exact = len(self._axes) < 2
        total = float(np.sum(spreads**2))
        self.held = float(np.sum(spreads[:2] ** 2)) / total if total > 0 else 1.0
        """Share of the templates' variance that the plane shows, 0 to 1."""
        self.positions = self.place(vectors)

    def place(self, vectors: NDArray[np.float32]) -> NDArray[np.float32]:
        """n×d → n×2, in the metric's own unit."""
        moved = vectors - self._origin
        shown = moved @ self._axes.T
        away = np.linalg.norm(moved - shown @ self._axes, axis=1, keepdims=True)
        nothing = np.zeros_like(away)
        return np.asarray(np.hstack([shown, away, nothing])[:, :2], dtype=np.float32)


class NeighbourMap:
    """t-SNE as openTSNE has it (Poličar, Stražar and Zupan 2024), which can add to a finished map."""

    method = Method.NEIGHBOURS
    exact = False

    def __init__(self, vectors: NDArray[np.float32], told: Callable[[float], None] | None = None) -> None:
        """vectors: T×d, projected by the metric; T at least `FEWEST_NEIGHBOURS`. Takes 0.3 s for 200, 5 s for 2,000.

        told: the share that is done, 0 to 1, often; may raise to cancel. Raises ImportError where openTSNE is not
        installed.
        """
        import openTSNE

        fitted = np.unique(np.linspace(0, len(vectors) - 1, min(len(vectors), MOST_FITTED)).astype(int))
        others = np.setdiff1d(np.arange(len(vectors)), fitted)
        self._reach = (len(fitted) - 1) / 3
        self._vectors = vectors if len(others) else None
        steps = 0

        def step(*_: object) -> None:
            nonlocal steps
            steps += TOLD_EVERY
            if told:
                told(steps / STEPS)

        self._fitted: Any = openTSNE.TSNE(
            perplexity=min(PERPLEXITY, self._reach),
            initialization="pca",
            n_jobs=1,
            random_state=0,
            callbacks=step,
            callbacks_every_iters=TOLD_EVERY,
        ).fit(np.asarray(vectors[fitted], np.float64))
        # Else it would also tell of every face that is placed later.
        self._fitted.gradient_descent_params["callbacks"] = None
        self.positions = np.empty((len(vectors), 2), np.float32)
        self.positions[fitted] = self._fitted
        for start in range(0, len(others), PLACED_AT_ONCE):
            rows = others[start : start + PLACED_AT_ONCE]
            self.positions[rows] = self._fitted.prepare_partial(
                np.asarray(vectors[rows], np.float64), k=BETWEEN, perplexity=min(NEW_PERPLEXITY, self._reach)
            )
            if told:
                told(1.0)

    def place(self, vectors: NDArray[np.float32]) -> NDArray[np.float32]:
        """n×d → n×2. Takes about 20 ms among 200, and doesn't depend on what else is placed."""
        if not len(vectors):
            return np.zeros((0, 2), np.float32)
        if self._vectors is None:
            return self._among_fitted(vectors)
        # Not all were mapped together: a new face goes to its nearest of all.
        squares = (self._vectors**2).sum(1)
        nearest = np.argmin(squares - 2 * vectors @ self._vectors.T, axis=1)
        return np.asarray(self.positions[nearest], np.float32)

    def _among_fitted(self, vectors: NDArray[np.float32]) -> NDArray[np.float32]:
        rows = np.asarray(vectors, np.float64)
        return np.array(self._fitted.transform(rows, perplexity=min(NEW_PERPLEXITY, self._reach)), dtype=np.float32)


def map_of(vectors: NDArray[np.float32], method: Method, told: Callable[[float], None] | None = None) -> EmbeddingMap:
    """The map asked for, else that of directions: with too few templates, or where openTSNE is not installed.

    vectors: T×d, projected by the metric; T at least 1. told: the share that is done, 0 to 1; may raise to cancel.
    """
    if method is Method.NEIGHBOURS and len(vectors) >= FEWEST_NEIGHBOURS:
        try:
            return NeighbourMap(vectors, told)
        except ImportError:
            pass
    return DirectionMap(vectors)


def _turned(directions: NDArray[np.float32]) -> NDArray[np.float32]:
    """Each of k×d so that its largest number is positive: the same templates give the same map."""
    largest = np.argmax(np.abs(directions), axis=1, keepdims=True)
    return directions * np.sign(np.take_along_axis(directions, largest, axis=1))
