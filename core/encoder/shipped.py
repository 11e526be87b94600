"""The encoders that ship with the program, by name."""

from pathlib import Path

from core.system.paths import ASSETS

PUBLISHED = ASSETS / "models" / "sface_2021dec.safetensors"
"""SFace's weights as its authors trained them."""
WEBCAM = ASSETS / "models" / "sface_webcam.safetensors"
"""SFace's weights, adapted to faces as poor webcams show them."""
DEFAULT_ENCODER = WEBCAM
ENCODERS = {"webcam": WEBCAM, "published": PUBLISHED}
"""File of each shipped encoder, by name."""


def encoder_file(text: str) -> Path:
    """The file of a shipped encoder if `text` is its name, else `text` as a path."""
    return ENCODERS.get(text, Path(text))
