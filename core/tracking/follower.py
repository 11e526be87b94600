"""One live frame in, recognised faces out: detection, tracking, pooled evidence, names that don't flicker.

Expensive steps run only when they can tell something new. The whole frame is searched a few times a second; in between,
known faces are detected again near their last positions. A *look* aligns, judges and embeds one face. A face gets one
when it is new or has changed, more until the decision is clear, and then one now and then.
"""

from collections.abc import Callable, Sequence
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

SEARCH_EVERY = 0.15
"""Seconds between searches of the whole frame, shrunk: the longest delay until a face nearby is noticed."""
COARSE_SIDE = 320
"""Longest side, in pixels, to which the frame is shrunk for these searches."""
SEARCH_CLOSELY_EVERY = 0.5
"""Seconds between searches at the detector's full size, which also finds small faces and takes four times as long."""
ENOUGH_LOOKS = 3
"""Number of looks from which a track is named at the accepted false-positive rate; before, at a tenth of it (a sure
name). Each look at a track is another chance to be wrong, and the first ones have the least evidence."""
HOLD = 0.05
"""How far below the threshold the pooled similarity of a named track may fall before it loses its name."""
SURE = 0.1
"""Margin, above or below the similarity needed for a name, at which encoding again can wait."""
LOOK_AGAIN_SURE = (0.4, 0.8, 1.5)
"""Seconds to the next look at a track far from the threshold: after its first look, its second, and so on."""
LOOK_AGAIN_UNSURE = (0.0, 0.0, 0.1, 0.2, 0.3, 0.5, 1.0)
"""Seconds to the next look at a track near the threshold: after its first look (0: next frame), and so on."""
NEARER = 1.5
"""Factor by which a face must have grown in area since the newest look to get another at once."""
LOOKS_A_FRAME = 1
"""Most known faces looked at in one frame, so that a crowd doesn't delay it; with `prompt`, most faces of any kind."""
HEAD_START = 0.5
"""Seconds by which a new face takes precedence over a track whose look is due. Newcomers are named soon, yet somebody
who moves so fast as to be new in every frame can't keep all others waiting."""


Note = Callable[[Sequence[Track], float], None]


class Recognizing(Protocol):
    """The part of `core.recognizer.Recognizer` that a follower needs."""

    detector: FaceDetector

    def observe(
        self, image: Image, faces: Sequence[Face], mirrored: Sequence[bool], upright: Sequence[bool], /
    ) -> list[Observation]:
        """Aligns, judges and embeds the given faces of a picture (H×W×3 uint8 BGR), in order."""

    def state(self) -> tuple[Index, Threshold]:
        """The index of the gallery's current snapshot, and the threshold that belongs to it."""


class Follower:
    """Recognises the faces of successive frames of one source. Call it from one thread."""

    def __init__(self, recognizer: Recognizing, *, prompt: bool = False, note: Note | None = None) -> None:
        """prompt: limit the looks per frame, for a live view; further new faces wait for the next frames.

        note: called with the tracks that a frame shows, once they are decided on, and the frame's time in seconds.
        """
        self._recognizer = recognizer
        self._note = note
        self._most = LOOKS_A_FRAME if prompt else None
        self._tracker = Tracker()
        self._cuts = CutDetector()
        self._searched = self._searched_closely = -SEARCH_CLOSELY_EVERY
        self._waiting: list[tuple[Box, float]] = []
        """Boxes of new faces that wait for their first look, and since when, in seconds."""

    def __call__(self, frame: Frame) -> Recognition:
        """Recognises the faces of one frame, each with its track, pooled embedding, decision and velocity.

        With `prompt`, new faces that still wait for their first look are left out.
        """
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
        wanted = _to_look_at(faces, going_on, since, frame.time)[: self._most]
        # Looks alternate between the face and its mirror image.
        mirrored = [track.looks % 2 == 1 if (track := going_on[n]) else False for n in wanted]
        looked_at = [faces[n] for n in wanted]
        upright = [stands_upright(self._recognizer.detector, picture, face) for face in looked_at]
        seen = self._recognizer.observe(frame.image, looked_at, mirrored, upright)
        looks = dict(zip(wanted, seen, strict=True))
        tracks = self._tracker.update(sights, going_on, looks, frame.time)
        index, threshold = self._recognizer.state()
        for track in tracks:
            # A change of the gallery or of the rate gives a new threshold.
            if track.looked == frame.time or track.decision is None or track.decision.threshold is not threshold:
                self._decide(track, index, threshold)
        if self._note:
            self._note(tracks, frame.time)
        left = (n for n in range(len(faces)) if going_on[n] is None and n not in looks)
        self._waiting = [(faces[n].box, since[n]) for n in left]
        return Recognition(frame, tuple(_recognized(track) for track in tracks))

    def _find(self, picture: Pyramid, time: float, *, anew: bool) -> list[Face]:
        """Detects the expected faces again, and searches the whole frame if that is due or one of them is missing.

        anew: expect no faces, and search at full size.
        """
        detector = self._recognizer.detector
        expected = [track.expected_box(time) for track in self._tracker.fresh()]
        expected += [box for box, _ in self._waiting]
        faces = _found(detector.detect_again(picture, [] if anew else expected))
        if anew or not 0 <= time - self._searched_closely < SEARCH_CLOSELY_EVERY:
            self._searched = self._searched_closely = time
            return merged(faces, detector.detect(picture.image))
        if len(faces) < len(expected) or not 0 <= time - self._searched < SEARCH_EVERY:
            self._searched = time
            more = merged(faces, detector.detect(picture.image, longest_side=COARSE_SIDE))[len(faces) :]
            # Faces found in few pixels are detected again, enlarged, for the precise landmarks that alignment needs.
            return merged(faces, _found(detector.detect_again(picture, [face.box for face in more])))
        return faces

    def _since(self, face: Face, time: float) -> float:
        """Time since which a face has waited for its first look; `time` if it wasn't waiting yet."""
        return min((since for box, since in self._waiting if overlap(box, face.box) >= OVERLAP), default=time)

    def _decide(self, track: Track, index: Index, threshold: Threshold) -> None:
        decision = _strict_at_first(track, decide(index, track.embedding, threshold))
        held = next((c for c in decision.candidates if c.person == track.person and c not in decision.rejected), None)
        if Problem.NOT_UPRIGHT in track.newest.quality.problems:
            decision = replace(decision, named=None, obstacle=Problem.NOT_UPRIGHT)
        elif held and decision.named is None and held.similarity >= threshold.similarity - HOLD:
            decision = replace(decision, named=held, held=held.similarity < threshold.similarity, stricter=0.0)
        track.person = decision.named.person if decision.named else None
        track.decision = decision
        track.due = track.looked + _pause(decision, track.looks)


def _strict_at_first(track: Track, decision: Decision) -> Decision:
    """Until enough looks are pooled, withdraws a new name that isn't sure; a name the track already has may stay."""
    closest = decision.named or next(iter(decision.candidates), None)
    if track.looks >= ENOUGH_LOOKS or closest is None or closest.person == track.person:
        return decision
    named = decision.named if closest.similarity >= decision.threshold.at_first else None
    return replace(decision, named=named, stricter=decision.threshold.at_first - decision.threshold.similarity)


def _pause(decision: Decision, looks: int) -> float:
    """Seconds to wait before the next look."""
    unsure = decision.margin is not None and abs(decision.margin) < SURE
    pauses = LOOK_AGAIN_UNSURE if unsure else LOOK_AGAIN_SURE
    return pauses[min(looks, len(pauses)) - 1]


def _found(faces: Sequence[Face | None]) -> list[Face]:
    return [face for face in faces if face]


def _to_look_at(
    faces: Sequence[Face], going_on: Sequence[Track | None], since: Sequence[float], time: float
) -> list[int]:
    """Indices of the faces to look at, longest waiting first: all new ones, and up to `LOOKS_A_FRAME` of the others.

    since: for each new face, when it was first seen, in seconds.
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
