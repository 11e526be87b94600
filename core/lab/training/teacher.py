"""Distillation from the encoder that fine-tuning starts with, so that it keeps what it knew.

The teacher is that encoder, fixed, and sees clean pictures. The student sees the same pictures as a poor camera gives
them, and is pulled to where the teacher puts the clean ones (Hinton, Vinyals and Dean, arXiv 1503.02531). Embeddings
are compared by the centred cosine, as in recognition.
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
"""Factor of the cosines before the softmax, as for ArcFace."""
MARGIN = 0.2
"""Subtracted from the right person's cosine (CosFace: Wang et al., arXiv 1801.09414)."""


class Teacher(nn.Module):
    """Loss of a student's embeddings against a fixed checkpoint's embeddings of the same faces, clean.

    It has two parts: 1 − cosine to the teacher's embedding of the same picture, and a softmax over all people in the
    training, each represented by the mean of the teacher's embeddings. The latter asks what a gallery asks: whose face
    is the closest?
    """

    targets: Tensor
    people: Tensor
    centre: Tensor

    def __init__(self, checkpoint: Checkpoint, faces: FaceSet, labels: Tensor) -> None:
        """faces: the n clean training faces. labels: person in each (n), 0 to people − 1."""
        super().__init__()
        known = embed_faces(faces, Encoder(checkpoint))
        self.register_buffer("centre", torch.from_numpy(centre_of(known)), persistent=False)
        targets = self._direction(torch.from_numpy(known.embeddings))
        people = torch.zeros(int(labels.max()) + 1, targets.shape[1]).index_add_(0, labels, targets)
        self.register_buffer("targets", targets, persistent=False)
        self.register_buffer("people", normalize(people), persistent=False)

    def forward(self, embeddings: Tensor, rows: Tensor, labels: Tensor) -> Tensor:
        """The loss of a batch, a scalar. embeddings: the student's, N×128, of any length. rows: index of each in the
        training faces (N). labels: person in each (N)."""
        seen = self._direction(embeddings)
        cosines = seen @ self.people.T
        right = torch.nn.functional.one_hot(labels, len(self.people)).to(cosines.dtype)
        recognised = cross_entropy(SCALE * (cosines - MARGIN * right), labels)
        pulled = 1 - cosine_similarity(seen, self.targets[rows]).mean()
        return pulled + recognised / SCALE

    def _direction(self, embeddings: Tensor) -> Tensor:
        return normalize(normalize(embeddings.float()) - self.centre)
