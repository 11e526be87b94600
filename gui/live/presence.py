"""Says who is in view, for screen readers."""

from collections.abc import Iterable

from PySide6.QtCore import QCoreApplication, QLocale

from core.types import RecognizedFace

CALM = 1500
"""Milliseconds between two announcements: names come and go faster than one can listen."""


def who_is_there(faces: Iterable[RecognizedFace]) -> str:
    """A sentence such as `Ada, Bob, and one unknown person.`"""
    names, unknown = list[str](), 0
    for face in faces:
        name = face.decision.name
        if name is None:
            unknown += 1
        elif name not in names:
            names.append(name)
    names.sort()
    if unknown == 1:
        names.append(_tr("one unknown person"))
    elif unknown:
        names.append(_tr("{} unknown people").format(unknown))
    return f"{QLocale().createSeparatedList(names)}." if names else _tr("Nobody is in view.")


def _tr(text: str) -> str:
    return QCoreApplication.translate("presence", text)
