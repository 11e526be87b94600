"""Who the panel beside the map is about: an enrolled photo, or a live face, which is followed."""

from typing import TYPE_CHECKING

import numpy as np

from core.types import RecognizedFace
from gui.metric.gathering import Enrolled, LiveFace
from gui.metric.live_faces import Chosen
from gui.metric.reason import Reason, of_live, of_template

if TYPE_CHECKING:
    from core.recognizer import Recognizer


class Subject:
    """Nobody at first; then whoever is chosen, or else the first live face."""

    def __init__(self) -> None:
        self.chosen: Chosen | None = None
        self._face: RecognizedFace | None = None

    def follow(self, recognizer: "Recognizer", enrolled: Enrolled, faces: dict[int, LiveFace]) -> None:
        """Follows the chosen live face from one track to the next; if nobody is chosen, chooses a live face."""
        if self.chosen and (not self.chosen.live or self.chosen.number in faces):
            return
        same = self._like(recognizer, enrolled, list(faces.values()))
        if same:
            self.chosen = Chosen(True, same[0])

    def reason(self, recognizer: "Recognizer", enrolled: Enrolled, faces: dict[int, LiveFace]) -> Reason | None:
        """Why the subject is named; None if nobody is chosen, or the photo chosen is no longer enrolled."""
        if self.chosen and self.chosen.live:
            there = faces.get(self.chosen.number)
            self._face = there.face if there else self._face
            return of_live(recognizer, enrolled, self._face, gone=there is None) if self._face else None
        row = enrolled.row(self.chosen.number) if self.chosen else None
        if row is None:
            self.chosen = None
            return None
        return of_template(recognizer, enrolled, row)

    def _like(self, recognizer: "Recognizer", enrolled: Enrolled, faces: list[LiveFace]) -> list[int]:
        """Keys of the faces similar enough to be the one followed, most similar first; all if none was followed."""
        if self._face is None or self.chosen is None or not faces:
            return [face.key for face in faces]
        metric = enrolled.metric
        others = metric.project(np.stack([face.face.embedding for face in faces]))
        similarities = metric.similarity(metric.project(self._face.embedding[None]), others)[0]
        order = np.argsort(-similarities).tolist()
        return [faces[n].key for n in order if similarities[n] >= recognizer.threshold.similarity]
