"""Made-up people, and direct access to a gallery's file."""

from pathlib import Path
from typing import Any

import numpy as np

from core.gallery import Gallery
from core.types import Image


def crop(seed: int = 0) -> Image:
    return np.random.default_rng(seed).integers(0, 256, (112, 112, 3), dtype=np.uint8)


def embedding(seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=128).astype(np.float32)


def enroll(gallery: Gallery, name: str, seed: int = 0, encoder: str = "encoder") -> int:
    return gallery.enroll(name, crop(seed), embedding(seed), encoder, quality=0.5).id


def connect(path: Path, key: str) -> Any:
    import sqlcipher3.dbapi2 as sqlcipher

    connection = sqlcipher.connect(str(path), isolation_level=None)
    connection.execute("PRAGMA cipher_log_level = NONE")
    connection.execute(f"PRAGMA key = \"x'{key}'\"")
    return connection


def key_of(home: Path) -> str:
    return (home / "gallery.key").read_text().split()[0]
