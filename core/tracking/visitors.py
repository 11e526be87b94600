"""People seen in a live view without being named, for what they say of the population: one vote each.

They are kept in memory while the source is watched, so that somebody who comes again doesn't vote again. Only sums over
several people leave it (`core.matching.population.Sample`).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from core.matching.centring import from_centre
from core.matching.metric import Metric
from core.matching.population import Population, Sample
from core.matching.vectors import unit
from core.tracking.tracker import Track
from core.types import Problem

LEAST_LOOKS = 2
"""Looks at a track before it votes: the first ones have the least evidence."""
CLEARLY_UNNAMED = 0.1
"""How far below the threshold a track must be to vote: closer, it may be somebody enrolled."""
SAME = 0.01
"""Share of different people whom this program may take for one when one track follows another."""
MOST = 300
"""Visitors kept; beyond, those seen longest ago are forgotten."""
FEWEST_SAVED = 5
"""Fewest people whose sum may be saved: with one, it would be that person's embedding."""
SPOILT = frozenset({Problem.CUT_OFF, Problem.COVERED, Problem.NOT_UPRIGHT})
"""Problems with which a face doesn't vote. Others, such as blur or a turned head, belong to the population."""


@dataclass(slots=True, eq=False)
class _Visitor:
    """One person, in one or several tracks."""

    votes: dict[int, NDArray[np.float32]]
    """By number of the track: its embedding, projected, d numbers of length 1."""
    seen: float
    """Time of the newest frame that showed the person, in seconds."""

    @property
    def vote(self) -> NDArray[np.float32]:
        """The direction of the mean of the tracks, d numbers."""
        return unit(np.sum(list(self.votes.values()), axis=0))


@dataclass(slots=True, eq=False)
class Visitors:
    """The visitors of one live view. For one thread."""

    metric: Metric
    """The metric in use, a cosine."""
    _visitors: list[_Visitor] = field(default_factory=list)
    _of_track: dict[int, _Visitor] = field(default_factory=dict)
    _forgotten: Sample | None = None
    """Sums of what visitors who are no longer kept have said."""
    _saved: Sample | None = None

    def __len__(self) -> int:
        """Number of visitors so far."""
        return len(self._visitors) + (self._forgotten.people if self._forgotten else 0)

    def note(self, tracks: Sequence[Track], time: float, population: Population) -> bool:
        """Takes in the tracks that a frame shows. Returns whether the number of visitors has changed.

        time: of the frame, in seconds. population: as known so far, to tell whether somebody has come again.
        """
        before = len(self)
        for track in tracks:
            if track.number in self._of_track:
                self._of_track[track.number].seen = time
        for track in tracks:
            if track.looked != time:
                continue
            if _may_be_enrolled(track):
                self._withdraw(track)
            elif track.looks >= LEAST_LOOKS and not SPOILT.intersection(track.newest.quality.problems):
                self._vote(track, time, population)
        return len(self) != before

    @property
    def sample(self) -> Sample:
        """What the visitors say of the population."""
        votes = [visitor.vote for visitor in self._visitors]
        sample = Sample.of(np.stack(votes)) if votes else Sample.nobody(self.metric.dimensions)
        return self._forgotten + sample if self._forgotten else sample

    @property
    def unsaved(self) -> Sample | None:
        """What has been added since `saved`; None while that is fewer than `FEWEST_SAVED` people."""
        added = self.sample - self._saved if self._saved else self.sample
        return added if added.people >= FEWEST_SAVED else None

    def saved(self, sample: Sample) -> None:
        """Notes that what `unsaved` returned has been saved."""
        self._saved = self._saved + sample if self._saved else sample

    def _vote(self, track: Track, time: float, population: Population) -> None:
        vote = self.metric.directions(self.metric.project(track.embedding[None]))[0]
        visitor = self._of_track.get(track.number) or self._met_before(vote, time, population)
        if visitor is None:
            visitor = _Visitor({}, time)
            self._visitors.append(visitor)
            self._forget_some()
        visitor.votes[track.number] = vote
        visitor.seen = time
        self._of_track[track.number] = visitor

    def _met_before(self, vote: NDArray[np.float32], time: float, population: Population) -> "_Visitor | None":
        """The visitor who has come again; None if this is somebody new. Nobody is in two places of one frame."""
        gone = [visitor for visitor in self._visitors if visitor.seen < time]
        if not gone:
            return None
        votes = from_centre(np.stack([visitor.vote for visitor in gone]), population)
        similarities = votes @ from_centre(vote[None], population)[0]
        best = int(similarities.argmax())
        needed = population.pair_curve.similarity_at(SAME)
        return gone[best] if similarities[best] >= needed else None

    def _withdraw(self, track: Track) -> None:
        visitor = self._of_track.pop(track.number, None)
        if visitor:
            visitor.votes.pop(track.number, None)
            if not visitor.votes:
                self._visitors.remove(visitor)

    def _forget_some(self) -> None:
        if len(self._visitors) <= MOST:
            return
        self._visitors.sort(key=lambda visitor: visitor.seen)
        leaving, self._visitors = self._visitors[: MOST // 2], self._visitors[MOST // 2 :]
        sample = Sample.of(np.stack([visitor.vote for visitor in leaving]))
        self._forgotten = self._forgotten + sample if self._forgotten else sample
        gone = {id(visitor) for visitor in leaving}
        self._of_track = {track: kept for track, kept in self._of_track.items() if id(kept) not in gone}


def _may_be_enrolled(track: Track) -> bool:
    margin = track.decision.margin if track.decision else None
    return track.person is not None or (margin is not None and margin > -CLEARLY_UNNAMED)
