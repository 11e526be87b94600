"""Decides who a face is: the closest person, if close enough."""

from collections import defaultdict

import numpy as np
from numpy.typing import NDArray

from core.matching.index import Index
from core.types import Candidate, Decision, Threshold, Voter

CANDIDATES = 5
"""Number of closest people reported with each decision."""


def decide(
    index: Index, embedding: NDArray[np.float32], threshold: Threshold, k: int = 1, *, weighted: bool = True
) -> Decision:
    """Looks up one raw embedding (128 numbers) and decides.

    The k nearest templates vote; the winner is named if their closest template reaches the threshold. With k = 1, or
    with one photo per person, the winner is the closest person. Nobody is named of whom a counter-example is more
    similar than their own photos.
    """
    lookup = index.look_up(embedding)
    voters = lookup.allowed.vote(k, weighted=weighted)
    winner = elected(voters)
    named = winner if winner and winner.similarity >= threshold.similarity else None
    candidates = lookup.closest_people(CANDIDATES)
    rejected = tuple(candidate for candidate in candidates if candidate.person in lookup.rejected)
    return Decision(threshold, candidates, named, voters, rejected=rejected)


def elected(voters: tuple[Voter, ...]) -> Candidate | None:
    """The person whose votes weigh most, by their nearest template; in a tie, whoever has the nearest template.

    voters: nearest first. None if there are no voters.
    """
    votes: dict[int, float] = defaultdict(float)
    for voter in voters:
        votes[voter.candidate.person] += voter.weight
    # Rounded, to recognise ties: sums of the same weights in another order may differ in the last digit.
    best = max((round(vote, 9) for vote in votes.values()), default=0.0)
    return next((v.candidate for v in voters if round(votes[v.candidate.person], 9) == best), None)
