"""Similarities as seen from a population's centre, each template leaving its own person out.

What all faces here have in common makes strangers look alike, so it is subtracted from both faces before their cosine.
The centre is the mean vote of everybody known, times how much of it to believe. For a person's templates it is the mean
of the *others'* votes: else each template would be a part of what is subtracted, and be found less.
"""

import numpy as np
from numpy.typing import NDArray

from core.matching.population import PART, Population
from core.matching.vectors import unit

Vectors = NDArray[np.float32]


class Votes:
    """The votes of P people by their T templates: see `core.matching.population.Sample`."""

    def __init__(self, templates: Vectors, persons: tuple[int, ...]) -> None:
        """templates: T×d, length 1. persons: for each, the id of its person."""
        _, owners = np.unique(np.array(persons, np.int64), return_inverse=True)
        self.owners: NDArray[np.intp] = owners
        """For each template, the number of its person, 0 to P−1."""
        people = int(owners.max()) + 1 if len(owners) else 0
        self.one_each = people == len(templates)
        """Whether everybody has one template."""
        order = np.argsort(owners, kind="stable")
        starts = np.searchsorted(owners[order], np.arange(people))
        sums = np.add.reduceat(templates[order], starts, axis=0) if people else templates
        self.lengths: NDArray[np.float32] = np.maximum(np.linalg.norm(sums, axis=1), 1e-6).astype(np.float32)
        """Length of the sum of each person's templates, P."""
        self.votes = np.asarray(sums / self.lengths[:, None], np.float32)
        """P×d."""


class Centred:
    """The templates as seen from their population's centre. Immutable."""

    def __init__(self, templates: Vectors, votes: Votes, population: Population) -> None:
        """templates: T×d, length 1. votes: of their people. population: its sample includes these votes."""
        self._templates, self._population = templates, population
        sample = population.sample
        self.others = max(sample.distinct - 1, 0.0)
        """Number of different people behind each template's centre."""
        self._votes = votes
        # The centre of person p is c = share · (total − vote of p).
        self._share = share = population.weight(self.others) / max(sample.people - 1, 1)
        self._total = total = sample.total.astype(np.float32)
        squares = share**2 * (float(total @ total) - 2 * votes.votes @ total + 1)
        self._squares = np.maximum(squares, 0).astype(np.float32)[votes.owners]
        """c·c, T."""
        parts = [slice(start, start + PART) for start in range(0, len(templates), PART)]
        own = [_products(templates[part], votes.votes[votes.owners[part]]) for part in parts]
        self._along = np.asarray(share * (templates @ total - np.concatenate([*own, np.zeros(0)])), np.float32)
        """c·t for each template t, T."""
        self._lengths = _lengths(self._along, self._squares)

    def similarity(self, probes: Vectors, products: Vectors) -> Vectors:
        """Cosines seen from each template's centre, n×T. probes: n×d, length 1; products: of probes and templates."""
        if not self._share:
            return products
        along = self._share * ((probes @ self._total)[:, None] - self._with_votes(products))
        lengths = _lengths(along, self._squares) * self._lengths
        return np.asarray((products - along - self._along + self._squares) / lengths, np.float32)

    def pairs(self, rows: NDArray[np.intp], columns: NDArray[np.intp]) -> Vectors:
        """Cosines of templates and templates, as if neither were enrolled: from the centre without both their people.

        rows: n, columns: m, both of 0 to T−1. Returns n×m.
        """
        sample, votes, templates = self._population.sample, self._votes, self._templates
        a, b = templates[rows], templates[columns]
        owner, other = votes.owners[rows], votes.owners[columns]
        products, together = a @ b.T, (owner[:, None] == other[None]).astype(np.float32)
        left_out = 2 - together
        weights = [self._population.weight(sample.distinct - out) / max(sample.people - out, 1) for out in (2, 1)]
        share = np.where(together, np.float32(weights[1]), np.float32(weights[0]))
        own, others = votes.votes[owner], votes.votes[other]
        # c = share · (total − vote of one − vote of the other), where one person's vote is left out once.
        along_a = share * ((a @ self._total - _products(a, own))[:, None] - (1 - together) * (a @ others.T))
        along_b = share * ((b @ self._total - _products(b, others))[None] - (1 - together) * (own @ b.T))
        squares = float(self._total @ self._total) + left_out
        squares -= 2 * ((own @ self._total)[:, None] + (1 - together) * (others @ self._total)[None])
        squares = share**2 * (squares + 2 * (1 - together) * (own @ others.T))
        lengths = _lengths(along_a, squares) * _lengths(along_b, squares)
        return np.asarray((products - along_a - along_b + squares) / lengths, np.float32)

    def _with_votes(self, products: Vectors) -> Vectors:
        """Products of each probe with the vote of each template's person, n×T."""
        votes = self._votes
        if votes.one_each:
            return products
        sums = [np.bincount(votes.owners, row) / votes.lengths for row in products]
        return np.stack(sums).astype(np.float32)[:, votes.owners]


def from_centre(vectors: Vectors, population: Population) -> Vectors:
    """Directions of n people who are not in the population's sample, from its centre, n×d of length 1 → n×d."""
    sample = population.sample
    centre = population.weight(sample.distinct) / max(sample.people, 1) * sample.total
    return unit(np.asarray(vectors - centre, np.float32))


def _products(a: Vectors, b: Vectors) -> Vectors:
    """Products of rows, n×d and n×d → n."""
    return np.asarray(np.einsum("ij,ij->i", a, b), np.float32)


def _lengths(along: Vectors, squares: Vectors) -> Vectors:
    """Lengths of x − c for vectors x of length 1, from c·x and c·c."""
    return np.asarray(np.sqrt(np.maximum(1 - 2 * along + squares, 1e-6)), np.float32)
