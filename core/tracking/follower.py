"""One live frame in, recognised faces out: detection, tracks, pooled evidence, names that don't flicker.

What costs is done when it tells something new. The whole picture is searched a few times a second; in between, faces
are found again where they were. A face is looked at (cut out, judged, embedded) when it is new or has changed, until
it is sure who it is or that it is nobody enrolled, and then now and then.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

from core.faces.boxes import OVERLAP, merged, overlap
from core.faces.detector import FaceDetector
from core.faces.upright import stands_upright
from core.matching.decision import decide
from core.matching.index import Index
from core.pictures.pyramid import Pyramid
from core.tracking.scene import CutDetector
from core.tracking.thumbnail import thumbnail
from core.tracking.tracker import Sight, Track, Tracker
from core.types import Box, Decision, Face, Frame, Image, Observation, Problem, Recognition, RecognizedFace, Threshold

SEARCH_EVERY, COARSE_SIDE = 0.15, 320
"""Seconds between two searches of the whole picture, shrunk to so many pixels: how late somebody near is seen."""
SEARCH_CLOSELY_EVERY = 0.5
"""The same at the detector's full size, which shows the small faces too, and takes four times as long."""
ENOUGH_LOOKS = 3
"""Looks whose pooled evidence may name a track at the rate asked for; before that a name must be sure, which is at a
tenth of it. A track is looked at often and each look is another chance to be wrong: the first looks, which have least
evidence, must be the surest."""
HOLD = 0.05
"""How far below the threshold the pooled similarity of a named track may fall before the name goes."""
SURE = 0.1
"""How far from the threshold the pooled similarity must be for more looks not to be needed soon."""
LOOK_AGAIN_SURE = (0.4, 0.8, 1.5)
"""Seconds until a track far from the threshold is looked at again: after its first look, its second, and so on."""
LOOK_AGAIN_UNSURE = (0.0, 0.0, 0.1, 0.2, 0.3, 0.5, 1.0)
"""The same of a track near the threshold: at first in every frame."""
NEARER = 1.5
"""How many times as large a face must have become to be worth another look at once."""
LOOKS_A_FRAME = 1
"""Of known faces at most so many are looked at in one frame, so that many don't hold it up; live, of all faces."""
HEAD_START = 0.5
"""Seconds by which a new face goes before one whose look is due: whoever comes is named soon, yet somebody who moves so
fast as to be new in each frame can't keep all others waiting."""


class Recognizing(Protocol):
    """What a follower needs: `core.recognizer.Recognizer` is one."""

    detector: FaceDetector

    def observe(
        self, image: Image, faces: Sequence[Face], mirrored: Sequence[bool], upright: Sequence[bool], /
    ) -> list[Observation]:
        """Each of the faces of H×W×3 uint8 BGR aligned, judged and embedded, in order."""

    def state(self) -> tuple[Index, Threshold]:
        """The look-up and the threshold that belong together now."""


class Follower:
    """Recognises the faces of successive frames of one source. Call it from one thread."""

    def __init__(self, recognizer: Recognizing, *, prompt: bool = False) -> None:
        """prompt: rather than that a frame waits for many looks, some of its new faces wait for the next frame."""
        self._recognizer = recognizer
        self._most = LOOKS_A_FRAME if prompt else None
        self._tracker = Tracker()
        self._cuts = CutDetector()
        self._searched = self._searched_closely = -SEARCH_CLOSELY_EVERY
        self._waiting: list[tuple[Box, float]] = []
        """Where new faces wait to be looked at, and since when."""

    def __call__(self, frame: Frame) -> Recognition:
        """Every face of the frame with its track, pooled embedding, decision and velocity."""
        picture = Pyramid(frame.image)
        cut = self._cuts.is_cut(picture)
        if cut:
            self._tracker.cut()
        faces = self._find(picture, frame.time, anew=cut)
        if not faces:
            self._tracker.update([], [], {}, frame.time)
            self._waiting = []
            return Recognition(frame)
        sights = [Sight(face, thumbnail(picture, face.box)) for face in faces]
        going_on = self._tracker.going_on(sights, frame.time)
        since = [self._since(face, frame.time) for face in faces]
        wanted = _wanted(faces, going_on, since, frame.time)[: self._most]
        # Successive looks at one face are at it and at its mirror image in turn.
        mirrored = [track.looks % 2 == 1 if (track := going_on[n]) else False for n in wanted]
        looked_at = [faces[n] for n in wanted]
        upright = [stands_upright(self._recognizer.detector, picture, face) for face in looked_at]
        seen = self._recognizer.observe(frame.image, looked_at, mirrored, upright)
        looks = dict(zip(wanted, seen, strict=True))
        tracks = self._tracker.update(sights, going_on, looks, frame.time)
        index, threshold = self._recognizer.state()
        for track in tracks:
            # Another gallery or rate makes another threshold.
            if track.looked == frame.time or track.decision is None or track.decision.threshold is not threshold:
                self._decide(track, index, threshold)
        left = (n for n in range(len(faces)) if going_on[n] is None and n not in looks)
        self._waiting = [(faces[n].box, since[n]) for n in left]
        return Recognition(frame, tuple(_recognized(track) for track in tracks))

    def _find(self, picture: Pyramid, time: float, *, anew: bool) -> list[Face]:
        """Faces where they were, and at times elsewhere: when that is due, or one of them isn't where expected."""
        detector = self._recognizer.detector
        expected = [track.expected_box(time) for track in self._tracker.fresh()]
        expected += [box for box, _ in self._waiting]
        faces = _there(detector.detect_again(picture, [] if anew else expected))
        if anew or not 0 <= time - self._searched_closely < SEARCH_CLOSELY_EVERY:
            self._searched = self._searched_closely = time
            return merged(faces, detector.detect(picture.image))
        if len(faces) < len(expected) or not 0 <= time - self._searched < SEARCH_EVERY:
            self._searched = time
            more = merged(faces, detector.detect(picture.image, longest_side=COARSE_SIDE))[len(faces) :]
            # What shows few pixels is looked at once more, enlarged: its landmarks decide how it is cut out.
            return merged(faces, _there(detector.detect_again(picture, [face.box for face in more])))
        return faces

    def _since(self, face: Face, time: float) -> float:
        """Since when a face has waited for a look; now, if it wasn't there before."""
        return min((since for box, since in self._waiting if overlap(box, face.box) >= OVERLAP), default=time)

    def _decide(self, track: Track, index: Index, threshold: Threshold) -> None:
        decision = _by_first_looks(track, decide(index, track.embedding, threshold))
        held = next((c for c in decision.candidates if c.person == track.person), None)
        if Problem.NOT_UPRIGHT in track.newest.quality.problems:
            decision = replace(decision, named=None, obstacle=Problem.NOT_UPRIGHT)
        elif held and decision.named is None and held.similarity >= threshold.similarity - HOLD:
            decision = replace(decision, named=held, held=held.similarity < threshold.similarity, stricter=0.0)
        track.person = decision.named.person if decision.named else None
        track.decision = decision
        track.due = track.looked + _pause(decision, track.looks)


def _by_first_looks(track: Track, decision: Decision) -> Decision:
    """Before enough looks are pooled, only a sure name is given; one that the track has already may stay."""
    closest = decision.named or next(iter(decision.candidates), None)
    if track.looks >= ENOUGH_LOOKS or closest is None or closest.person == track.person:
        return decision
    named = decision.named if closest.similarity >= decision.threshold.sure else None
    return replace(decision, named=named, stricter=decision.threshold.sure - decision.threshold.similarity)


def _pause(decision: Decision, looks: int) -> float:
    """Seconds until another look tells something new."""
    unsure = decision.margin is not None and abs(decision.margin) < SURE
    pauses = LOOK_AGAIN_UNSURE if unsure else LOOK_AGAIN_SURE
    return pauses[min(looks, len(pauses)) - 1]


def _there(faces: Sequence[Face | None]) -> list[Face]:
    return [face for face in faces if face]


def _wanted(faces: Sequence[Face], going_on: Sequence[Track | None], since: Sequence[float], time: float) -> list[int]:
    """The numbers of the faces to look at, those first that have waited longest: all new ones, and one of the others.

    since: when each face was first seen, if it is new.
    """
    new, due = [], []
    for number, (face, track) in enumerate(zip(faces, going_on, strict=True)):
        if track is None:
            new.append((since[number] - HEAD_START, -face.area, number))
        elif time >= track.due or face.area > NEARER * track.newest.face.area:
            due.append((min(track.due, time), -face.area, number))
    return [number for _, _, number in sorted(new + sorted(due)[:LOOKS_A_FRAME])]


def _recognized(track: Track) -> RecognizedFace:
    look, decision = track.newest, track.decision
    assert decision is not None
    x, y, width, height = track.velocity.tolist()
    return RecognizedFace(
        face=track.face,
        crop=look.crop,
        quality=look.quality,
        embedding=track.embedding,
        decision=decision,
        track=track.number,
        velocity=(x, y, width, height),
    )
