"""What a trained encoder is to keep when it goes on learning: it teaches the one that it is to become.

The teacher sees clean pictures, the pupil the same ones as a poor camera gives them, and the pupil is pulled to where
the teacher puts the clean one (distillation: Hinton, Vinyals and Dean, arXiv 1503.02531). Embeddings are compared as
the program compares them, from the mean of all.
"""

import torch
from torch import Tensor, nn
from torch.nn.functional import cosine_similarity, cross_entropy, normalize

from core.encoder.checkpoint import Checkpoint
from core.encoder.encoder import Encoder
from core.lab.dataset.face_set import FaceSet
from core.lab.evaluation.calibration import centre_of
from core.lab.evaluation.people import embed_faces

SCALE = 32.0
"""Of the cosines before the softmax, as for ArcFace."""
MARGIN = 0.2
"""Taken from the right person's cosine (CosFace: Wang et al., arXiv 1801.09414)."""


class Teacher(nn.Module):
    """The loss of a pupil's embeddings against those of a checkpoint, fixed, of the same faces when clean.

    Two parts: 1 − cosine to the same picture's, and a softmax over everybody in the training, each with the mean of
    the teacher's embeddings, which asks what a gallery asks: whose face is the closest?
    """

    targets: Tensor
    people: Tensor
    centre: Tensor

    def __init__(self, checkpoint: Checkpoint, faces: FaceSet, labels: Tensor) -> None:
        """faces: clean. labels: n, whose each is, 0 to people − 1."""
        super().__init__()
        known = embed_faces(faces, Encoder(checkpoint))
        self.register_buffer("centre", torch.from_numpy(centre_of(known)), persistent=False)
        targets = self._direction(torch.from_numpy(known.embeddings))
        people = torch.zeros(int(labels.max()) + 1, targets.shape[1]).index_add_(0, labels, targets)
        self.register_buffer("targets", targets, persistent=False)
        self.register_buffer("people", normalize(people), persistent=False)

    def forward(self, embeddings: Tensor, rows: Tensor, labels: Tensor) -> Tensor:
        """N×128, of any length; which faces of the training they are, and whose → one number."""
        seen = self._direction(embeddings)
        cosines = seen @ self.people.T
        right = torch.nn.functional.one_hot(labels, len(self.people)).to(cosines.dtype)
        recognised = cross_entropy(SCALE * (cosines - MARGIN * right), labels)
        pulled = 1 - cosine_similarity(seen, self.targets[rows]).mean()
        return pulled + recognised / SCALE

    def _direction(self, embeddings: Tensor) -> Tensor:
        return normalize(normalize(embeddings.float()) - self.centre)
