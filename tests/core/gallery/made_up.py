"""Made-up people, and direct access to a gallery's file."""

from pathlib import Path
from typing import Any

import cv2
import numpy as np

from core.gallery import Gallery
from core.gallery.schema import MIGRATIONS
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


def older(path: Path, key: str, count: int = 1) -> None:
    """A gallery of version 3, the one before embeddings had a table of their own."""
    connection = connect(path, key)
    connection.execute("PRAGMA journal_mode = WAL")
    for version, statements in enumerate(MIGRATIONS[:3], 1):
        connection.executescript(statements)
        connection.execute(f"PRAGMA user_version = {version}")
    connection.execute("BEGIN")
    for id_ in range(1, count + 1):
        connection.execute("INSERT INTO person VALUES (?, ?, ?, 1.0, NULL)", (id_, f"Person {id_}", f"person {id_}"))
        connection.execute(
            "INSERT INTO template (id, person, embedding, encoder, created) VALUES (?, ?, ?, 'older', 1.0)",
            (id_, id_, embedding(id_).tobytes()),
        )
        png = cv2.imencode(".png", crop(id_))[1].tobytes()
        connection.execute("INSERT INTO crop VALUES (?, ?)", (id_, png))
    # A person without photos, as an undo in an older version could leave.
    connection.execute("INSERT INTO person VALUES (9999, 'Nobody', 'nobody', 1.0, NULL)")
    connection.execute("COMMIT")
    connection.close()
