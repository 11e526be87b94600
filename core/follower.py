"""One live frame in, recognised faces out: detection, tracks, pooled evidence, names that don't flicker."""

from dataclasses import replace
from typing import TYPE_CHECKING

from core.matching.decision import decide
from core.matching.index import Index
from core.matching.threshold import threshold_for
from core.scene import CutDetector
from core.tracker import Observation, Track, Tracker
from core.types import Decision, Frame, Recognition, Threshold

if TYPE_CHECKING:
    from core.recognizer import Recognizer

ENOUGH_FRAMES = 3
"""Frames whose pooled evidence may name a track at the rate asked for."""
FIRST_LOOKS = 0.1
"""Before that, a track is named only at this share of the rate. A track is looked at often and each look is another
chance to be wrong: the first looks, which have least evidence, must be the surest."""
HOLD = 0.05
"""How far below the threshold the pooled similarity of a named track may fall before the name goes."""


class Follower:
    """Recognises the faces of successive frames of one source. Call it from one thread."""

    def __init__(self, recognizer: "Recognizer") -> None:
        self._recognizer = recognizer
        self._tracker = Tracker()
        self._cuts = CutDetector()

    def __call__(self, frame: Frame) -> Recognition:
        """Every face of the frame with its track, pooled embedding, decision and velocity."""
        if self._cuts.is_cut(frame.image):
            self._tracker.cut()
        faces = self._recognizer.look(frame.image)
        observations = [Observation(face.face, face.embedding, max(face.quality.score, 1e-3)) for face in faces]
        index, threshold = self._recognizer.state()
        followed = []
        for face, track in zip(faces, self._tracker.update(observations, frame.time), strict=True):
            decision = self._name(track, index, threshold)
            followed.append(
                replace(
                    face,
                    embedding=track.embedding,
                    decision=decision,
                    track=track.number,
                    velocity=(*track.velocity.tolist(),),
                )
            )
        return Recognition(frame, tuple(followed))

    def _name(self, track: Track, index: Index, threshold: Threshold) -> Decision:
        decision = decide(index, track.embedding, threshold)
        best = decision.candidates[0] if decision.candidates else None
        held = next((c for c in decision.candidates if c.person == track.name), None)
        if best is None or (held and held.similarity >= threshold.similarity - HOLD and decision.named is None):
            decision = replace(decision, named=held)
        elif decision.named and decision.named.person != track.name and track.frames < ENOUGH_FRAMES:
            needed = threshold_for(self._recognizer.curve, threshold.rate * FIRST_LOOKS, threshold.size)
            if decision.named.similarity < needed.similarity:
                decision = replace(decision, named=None)
        track.name = decision.named.person if decision.named else None
        return decision
