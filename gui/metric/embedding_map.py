"""Maps of embeddings in two dimensions: by principal components, or by t-SNE, which keeps neighbours together.

A map only illustrates; nothing is decided on it. Of 200 people's second photos, 99 % land next to the same person's
first one by t-SNE, 5 % by principal components (LFW, SFace).
"""

from collections.abc import Callable
from enum import StrEnum
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

FEWEST_NEIGHBOURS = 10
"""Templates needed for t-SNE to mean something; with fewer, the map is by principal components."""
PERPLEXITY = 30.0
"""Perplexity of t-SNE, about the number of neighbours kept near each template; less with fewer than 91 templates."""
NEW_PERPLEXITY = 1.5
"""Perplexity for placing a new face: it goes to its nearest one or two templates, not into the middle of many."""
MOST_FITTED = 2000
"""Templates fitted together. Of more, this many are taken at even steps, and the others are placed among them."""
PLACED_AT_ONCE, BETWEEN = 250, 3
"""Other templates placed in one step, and nearest fitted ones that each is placed between."""
STEPS, TOLD_EVERY = 750, 10
"""Iterations that t-SNE takes, and iterations between two reports."""
FLAT = 1e-5
"""Root-mean-square spread along an axis below which the axis is left out."""


class Method(StrEnum):
    """How a map reduces the embeddings' dimensions to two."""

    NEIGHBOURS = "neighbours"
    """t-SNE (van der Maaten and Hinton 2008)."""
    DIRECTIONS = "directions"
    """Principal components (Pearson 1901)."""


class EmbeddingMap(Protocol):
    """Positions of templates in the plane, where new faces can be placed."""

    method: Method
    positions: NDArray[np.float32]
    """T×2: positions of the templates."""
    exact: bool
    """Whether distances from a new face to the templates equal the metric's."""

    def place(self, vectors: NDArray[np.float32]) -> NDArray[np.float32]:
        """Places new faces among the templates, which don't move. n×d, projected by the metric → n×2."""


class DirectionMap:
    """A map of the first two principal components.

    If all templates lie on one line, as one or two always do, the second axis shows the distance from that line, so
    every distance to a template is exact. If they all lie at one point, the first axis shows the distance from it.
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
        """Share of the templates' variance shown by the map, 0 to 1."""
        self.positions = self.place(vectors)

    def place(self, vectors: NDArray[np.float32]) -> NDArray[np.float32]:
        """n×d, projected by the metric → n×2, in the metric's unit."""
        moved = vectors - self._origin
        shown = moved @ self._axes.T
        away = np.linalg.norm(moved - shown @ self._axes, axis=1, keepdims=True)
        nothing = np.zeros_like(away)
        return np.asarray(np.hstack([shown, away, nothing])[:, :2], dtype=np.float32)


class NeighbourMap:
    """A map by t-SNE, using openTSNE (Poličar, Stražar and Zupan 2024), which can add points to a finished map."""

    method = Method.NEIGHBOURS
    exact = False

    def __init__(self, vectors: NDArray[np.float32], told: Callable[[float], None] | None = None) -> None:
        """vectors: T×d, projected by the metric; T at least `FEWEST_NEIGHBOURS`. Takes 0.3 s for 200, 5 s for 2,000.

        told: called often with the share done, 0 to 1; may raise to cancel. Raises ImportError if openTSNE is not
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
        # Otherwise it would also report the faces placed later.
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
        """n×d, projected by the metric → n×2, each on its own. Takes about 20 ms among 200 templates."""
        if not len(vectors):
            return np.zeros((0, 2), np.float32)
        if self._vectors is None:
            return self._among_fitted(vectors)
        # Some templates were placed, not fitted: a new face goes to its nearest of all templates.
        squares = (self._vectors**2).sum(1)
        nearest = np.argmin(squares - 2 * vectors @ self._vectors.T, axis=1)
        return np.asarray(self.positions[nearest], np.float32)

    def _among_fitted(self, vectors: NDArray[np.float32]) -> NDArray[np.float32]:
        rows = np.asarray(vectors, np.float64)
        return np.array(self._fitted.transform(rows, perplexity=min(NEW_PERPLEXITY, self._reach)), dtype=np.float32)


def map_of(vectors: NDArray[np.float32], method: Method, told: Callable[[float], None] | None = None) -> EmbeddingMap:
    """Makes the map asked for; by principal components if there are too few templates or openTSNE is not installed.

    vectors: T×d, projected by the metric; T at least 1. told: called with the share done, 0 to 1; may raise to cancel.
    """
    if method is Method.NEIGHBOURS and len(vectors) >= FEWEST_NEIGHBOURS:
        try:
            return NeighbourMap(vectors, told)
        except ImportError:
            pass
    return DirectionMap(vectors)


def _turned(directions: NDArray[np.float32]) -> NDArray[np.float32]:
    """k×d, each row's sign chosen to make its largest number positive: the same templates give the same map."""
    largest = np.argmax(np.abs(directions), axis=1, keepdims=True)
    return directions * np.sign(np.take_along_axis(directions, largest, axis=1))
