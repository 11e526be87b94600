"""The encoders that ship with the program, by name."""

from pathlib import Path

from core.system.paths import ASSETS

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
