"""Loads faces once for a training in several processes: the first detects them, all read them from the same file."""

from collections.abc import Callable
from dataclasses import replace

from core.errors import FirstsightError
from core.lab.dataset.face_set import FaceSet
from core.lab.dataset.unnamed_crops import Address
from core.lab.training.processes import Processes


def found_once(processes: Processes, find: Callable[[], FaceSet]) -> FaceSet:
    """The result of `find`, in all processes.

    Only the first process calls it, and those on another computer, which can't read the first one's file. A
    FirstsightError that it raises in the first process is raised in all.
    """
    if processes.count == 1:
        return find()
    faces = _find_and_share(processes, find) if processes.first else _read(processes, find)
    # The first process must keep the file open until all have opened it.
    processes.wait()
    return faces


def _find_and_share(processes: Processes, find: Callable[[], FaceSet]) -> FaceSet:
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
