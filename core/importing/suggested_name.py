"""Guesses a person's name from the name of a photo or of a folder of photos."""

import re
from pathlib import Path

_NO_NAME = re.compile(
    r"""
    img | images? | photos? | pictures? | pic | dscn? | dscf | dcim | pxl | scan | screenshot | screen | shot
    | snapshot | capture | untitled | unnamed | download | whatsapp | telegram | signal | webcam | camera | cam
    | selfie | portrait | face | avatar | profile | passport | copy | edited | final | new | at | on | of | and | with
    | fotos? | bild | imagen | jpe?g | png | heic | web | small | large | thumb | cropped | crop | firstsight
    """,
    re.IGNORECASE | re.VERBOSE,
)
"""Words in file names that are not names of people."""
MOST_WORDS = 5
"""Words that a name may have."""


def suggested_name(file: Path) -> str:
    """`grace_hopper-2.jpg` → `Grace Hopper`; empty if it doesn't look like a name."""
    words = [word for word in re.split(r"[\s_.,;()\[\]+–-]+", file.stem) if word and not word.isdigit()]
    letters = [word.replace("'", "").replace("’", "") for word in words]
    a_name = all(word.isalpha() and not _NO_NAME.fullmatch(word) for word in letters)
    if not a_name or not 1 <= len(words) <= MOST_WORDS or all(len(word) < 2 for word in words):
        return ""
    return " ".join(word.capitalize() if word.islower() else word for word in words)


def name_of_folder(folder: Path) -> str:
    """`Grace_Hopper` → `Grace Hopper`: whoever names a folder after a person means that name."""
    return " ".join(folder.name.replace("_", " ").split())
