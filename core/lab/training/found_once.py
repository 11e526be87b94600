"""Faces for a training on several processes: found by the first, read by all from the same file."""

from collections.abc import Callable
from dataclasses import replace

from core.errors import FirstsightError
from core.lab.dataset.face_set import FaceSet
from core.lab.dataset.unnamed_crops import Address
from core.lab.training.processes import Processes


def found_once(processes: Processes, find: Callable[[], FaceSet]) -> FaceSet:
    """What `find` gives, in all processes. It is called by the first, and by those on another computer, which can't
    read the first one's file. What it raises for the user is raised in all."""
    if processes.count == 1:
        return find()
    faces = _found_and_told(processes, find) if processes.first else _read(processes, find)
    # Until all have opened the file, the first must not let go of it.
    processes.wait()
    return faces


def _found_and_told(processes: Processes, find: Callable[[], FaceSet]) -> FaceSet:
    try:
        faces = find()
    except FirstsightError as error:
        processes.told_by_first(error)
        raise
    without_crops = replace(faces, crops=faces.crops[:0].copy(), file=None)
    processes.told_by_first((without_crops, Address.of(faces.file) if faces.file else None))
    return faces


def _read(processes: Processes, find: Callable[[], FaceSet]) -> FaceSet:
    told = processes.told_by_first(None)
    if isinstance(told, FirstsightError):
        raise told
    faces, address = told
    crops = address.crops(len(faces)) if address else None
    return find() if crops is None else replace(faces, crops=crops)
