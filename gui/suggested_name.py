"""What a photo's file may be called after."""

import re
from pathlib import Path

_NO_NAME = {
    *("img image photo picture pic dsc dscn dscf dcim pxl scan screenshot screen shot snapshot capture untitled".split()),
    *("whatsapp telegram signal webcam camera cam selfie portrait face avatar profile copy edited final new at on".split()),
    *("foto bild imagen jpg jpeg png heic web small large thumb cropped crop passport firstsight unnamed download".split()),
}
"""Words of file names that nobody is called."""


def suggested_name(file: Path) -> str:
    """`grace_hopper-2.jpg` → `Grace Hopper`; empty when it doesn't look like somebody's name."""
    words = re.split(r"[\s_.,;()\[\]+–-]+", file.stem)
    told = [word for word in words if word and not word.isdigit()]
    odd = [word for word in told if not word.replace("'", "").replace("’", "").isalpha() or word.lower() in _NO_NAME]
    if odd or not 1 <= len(told) <= 5 or all(len(word) < 2 for word in told):
        return ""
    return " ".join(word.capitalize() if word.islower() else word for word in told)
