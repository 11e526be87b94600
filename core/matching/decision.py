"""Who is this? The closest person, if close enough."""

from collections import defaultdict

import numpy as np
from numpy.typing import NDArray

from core.matching.index import Index
from core.types import Candidate, Decision, Threshold, Voter

CANDIDATES = 5
"""Closest people reported with each decision."""


def decide(
    index: Index, embedding: NDArray[np.float32], threshold: Threshold, k: int = 1, *, weighted: bool = True
) -> Decision:
    """Looks up one raw embedding (128 numbers).

    The k nearest templates vote, and whoever wins is named if the closest of their templates reaches the threshold.
    With k = 1, and with one photo of each person whatever k is, that is the closest person.
    """
    lookup = index.look_up(embedding)
    voters = lookup.vote(k, weighted=weighted)
    winner = elected(voters)
    named = winner if winner and winner.similarity >= threshold.similarity else None
    return Decision(threshold, lookup.closest_people(CANDIDATES), named, voters)


def elected(voters: tuple[Voter, ...]) -> Candidate | None:
    """The person with the greatest sum of weights, by their nearest template; of equals, the one who has the nearest.

    voters: nearest first.
    """
    votes: dict[int, float] = defaultdict(float)
    for voter in voters:
        votes[voter.candidate.person] += voter.weight
    # The first of equals wins: a sum of the same weights in another order may differ in its last digit.
    best = max((round(vote, 9) for vote in votes.values()), default=0.0)
    return next((v.candidate for v in voters if round(votes[v.candidate.person], 9) == best), None)
