"""Where things are: what ships with the program, and the user's data."""

import os
from pathlib import Path

from platformdirs import user_data_path

from core.errors import HomeError

ASSETS = Path(__file__).resolve().parent.parent / "assets"
"""Models, portraits and icons; beside the packages both in a checkout and when installed."""

PUBLISHED = ASSETS / "models" / "sface_2021dec.safetensors"
"""SFace's weights as its authors trained them."""
WEBCAM = ASSETS / "models" / "sface_webcam.safetensors"
"""The same, adapted to faces as poor webcams show them."""
DEFAULT_ENCODER = WEBCAM
ENCODERS = {"webcam": WEBCAM, "published": PUBLISHED}
"""The encoders that come with the program, by name."""


def encoder_file(text: str) -> Path:
    """The file of an encoder that ships, by its name, or the file named."""
    return ENCODERS.get(text, Path(text))


def home() -> Path:
    """The folder of the user's data: `FIRSTSIGHT_HOME` if set, else the platform's own place. Made by who writes.

    Raises HomeError when it begins with the home folder of a user who has none.
    """
    chosen = os.environ.get("FIRSTSIGHT_HOME")
    if chosen:
        return expanded(Path(chosen))
    try:
        return expanded(user_data_path("firstsight", appauthor=False))
    except RuntimeError as error:
        raise HomeError("This user has no home folder: set FIRSTSIGHT_HOME to a folder for the data.") from error


def expanded(path: Path) -> Path:
    """With the home folder in the place of `~` or `~user`. Raises HomeError when there is none."""
    try:
        return path.expanduser()
    except RuntimeError as error:
        raise HomeError(f"There is no home folder for {path}: name another place in full.") from error


def default_gallery() -> Path:
    """The gallery that is used unless another is named."""
    return home() / "gallery.db"
