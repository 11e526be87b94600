"""Finds the faces that a training needs: those to learn from, and those of other people to validate on."""

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from core.cli.progress import progress
from core.cli.writing import say_what_is_kept

if TYPE_CHECKING:
    from core.lab.dataset.face_set import FaceSet
    from core.lab.dataset.loading import Degrading
    from core.lab.training.processes import Processes


@dataclass(frozen=True, slots=True, eq=False)
class TrainingFaces:
    """Faces of the people to learn from, and of others to validate on."""

    learned: "FaceSet"
    validation: "FaceSet"
    """With --degrade, includes one degraded variant of each picture."""
    degraded: "tuple[FaceSet, ...]"
    """Degraded variants of `learned`."""


def training_faces(
    folder: Path,
    part: str | None,
    degrade: str | None,
    variants: int,
    validate: int | None,
    seed: int,
    processes: "Processes",
    keep: bool,
) -> TrainingFaces:
    """Finds all faces, prints which pictures were left out, and holds some people out for validation."""
    from core.lab.dataset.face_set import join
    from core.lab.dataset.loading import load_faces
    from core.lab.dataset.split import split_people
    from core.lab.degradation.conditions import degrading
    from core.lab.training.found_once import found_once

    try:
        ways = [degrading(degrade, variant) for variant in range(variants)] if degrade else []
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error

    def found(heading: str, way: "Degrading | None" = None) -> "FaceSet":
        def find() -> "FaceSet":
            with progress(heading) as report:
                return load_faces(folder, part=part, degrading=way, keep=keep, progress=report)

        return found_once(processes, find)

    if processes.first:
        say_what_is_kept(keep)
    faces = found("Finding faces")
    if processes.first:
        for reason in faces.left_out:
            print(f"Left out: {reason}", file=sys.stderr)
    learned, validation = split_people(faces, max(2, faces.people // 5) if validate is None else validate, seed)
    degraded = []
    for number, way in enumerate(ways, 1):
        variant = found(f"Variant {number} of {variants}", way)
        degraded.append(variant.of_people(set(learned.names.tolist())))
        if number == 1:
            validation = join([validation, variant.of_people(set(validation.names.tolist()))])
    return TrainingFaces(learned, validation, tuple(degraded))
