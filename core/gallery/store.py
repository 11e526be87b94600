"""The people who are enrolled, and their templates."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from core.alignment import middle
from core.errors import GalleryError
from core.gallery.database import Database
from core.gallery.names import clean_name, same_name_key
from core.gallery.snapshot import Snapshot
from core.paths import default_gallery, expanded
from core.types import CROP_SIZE, EMBEDDING_SIZE, Image, Person, Template

BATCH = 32
"""Templates embedded anew in one transaction: what a kill may cost."""

_PEOPLE = """
    SELECT person.id, name, count(template.id), enrolled, last_seen
    FROM person JOIN template ON template.person = person.id {where} GROUP BY person.id ORDER BY same_name
"""
_TEMPLATE = "id, person, embedding, encoder, created, quality, metric"
_WITH_CROP = "template JOIN crop ON crop.template = template.id"


@dataclass(frozen=True, slots=True, eq=False)
class Forgotten:
    """All that was deleted of one person, to undo it while the program runs."""

    person: Person
    templates: tuple[tuple[Any, ...], ...]
    crops: tuple[tuple[int, bytes], ...]


class Gallery:
    """Enrolled people in one encrypted file. What a method has done is on disk when it returns.

    May be used from several threads and by several programs at once. `snapshot` never waits.
    """

    def __init__(self, path: Path | str | None = None) -> None:
        """Opens the gallery, or makes it. path: None for the user's own. Raises GalleryError."""
        self.path = expanded(Path(path)) if path is not None else default_gallery()
        self._database = Database(self.path)
        self.key_place = self._database.key_place
        self._reload = threading.Lock()
        self._version = self._database.data_version()
        self._snapshot = self._read_snapshot()

    @classmethod
    def open(cls, path: Path | str | None = None) -> "Gallery":
        """The same as the constructor."""
        return cls(path)

    def __enter__(self) -> "Gallery":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __len__(self) -> int:
        """People enrolled."""
        return len(set(self._snapshot.persons))

    def close(self) -> None:
        """Closes the file; the snapshot stays readable."""
        self._database.close()

    @property
    def snapshot(self) -> Snapshot:
        """Every template at this moment; another object only when templates or names have changed."""
        return self._snapshot

    def refresh(self) -> bool:
        """Takes in what another program has changed; whether there was anything."""
        version = self._database.data_version()
        if version == self._version:
            return False
        self._version = version
        self._swap()
        return True

    def people(self) -> list[Person]:
        """Everybody, in the order of their names."""
        with self._database.reading() as connection:
            return [Person(*row) for row in connection.execute(_PEOPLE.format(where=""))]

    def find(self, name: str) -> Person | None:
        """The person of that name, whatever its case. None when there is none."""
        key = same_name_key(clean_name(name))
        with self._database.reading() as connection:
            row = connection.execute(_PEOPLE.format(where="WHERE same_name = ?"), (key,)).fetchone()
        return Person(*row) if row else None

    def require(self, name: str) -> Person:
        """The person of that name. Raises GalleryError when there is none."""
        person = self.find(name)
        if person is None:
            raise GalleryError(f"Nobody called {clean_name(name)} is enrolled: look up the names with `people`.")
        return person

    def templates(self, person: int) -> list[Template]:
        """The photos of one person, oldest first."""
        with self._database.reading() as connection:
            rows = connection.execute(
                f"SELECT id, person, png, embedding, encoder, created FROM {_WITH_CROP} WHERE person = ? ORDER BY id",
                (person,),
            ).fetchall()
        return [
            Template(id_, owner, _decode(crop), _numbers(embedding), encoder, created)
            for id_, owner, crop, embedding, encoder, created in rows
        ]

    def portrait(self, person: int) -> Image:
        """168×168×3 uint8 BGR: the best of one person's crops. Raises GalleryError when there is no such."""
        with self._database.reading() as connection:
            row = connection.execute(
                f"SELECT png FROM {_WITH_CROP} WHERE person = ? ORDER BY quality DESC, id DESC LIMIT 1", (person,)
            ).fetchone()
        if row is None:
            raise GalleryError("This person has been deleted meanwhile: reload the list.")
        return _decode(row[0])

    def enroll(
        self,
        name: str,
        crop: Image,
        embedding: NDArray[np.float32],
        encoder: str,
        *,
        quality: float = 0.5,
        metric: str = "",
    ) -> Template:
        """Adds a template: of a new person, or of the one who has that name already.

        crop: 168×168×3 uint8 BGR, aligned. embedding: 128 numbers, raw. quality: 0 to 1. metric: in use at the time.
        Raises GalleryError when the name is no name or the file can't be written.
        """
        shown = clean_name(name)
        now, before = time.time(), self._snapshot
        picture = _encode(crop)
        numbers = np.ascontiguousarray(embedding, np.float32)
        with self._database.writing() as connection:
            connection.execute(
                "INSERT INTO person (name, same_name, enrolled) VALUES (?, ?, ?) ON CONFLICT (same_name) DO NOTHING",
                (shown, same_name_key(shown), now),
            )
            person, known_as = connection.execute(
                "SELECT id, name FROM person WHERE same_name = ?", (same_name_key(shown),)
            ).fetchone()
            values = (person, numbers.tobytes(), encoder, now, quality, metric)
            inserted = connection.execute(
                "INSERT INTO template (person, embedding, encoder, created, quality, metric) VALUES (?, ?, ?, ?, ?, ?)",
                values,
            ).lastrowid
            connection.execute("INSERT INTO crop (template, png) VALUES (?, ?)", (inserted, picture))
        self._extend(before, numbers, inserted, person, known_as, encoder)
        return Template(inserted, person, crop, numbers, encoder, now)

    def rename(self, old: str, new: str) -> Person:
        """Gives somebody another name. Raises GalleryError when nobody has the old one or another has the new."""
        person, name = self.require(old), clean_name(new)
        other = self.find(name)
        if other and other.id != person.id:
            raise GalleryError(f"{other.name} is enrolled already: choose another name, or delete one of the two.")
        with self._database.writing() as connection:
            connection.execute(
                "UPDATE person SET name = ?, same_name = ? WHERE id = ?", (name, same_name_key(name), person.id)
            )
        self._swap()
        return self.require(name)

    def forget(self, name: str) -> Forgotten:
        """Deletes somebody and every byte of their photos. Raises GalleryError when nobody has that name."""
        person = self.require(name)
        with self._database.writing() as connection:
            rows = connection.execute(f"SELECT {_TEMPLATE} FROM template WHERE person = ?", (person.id,)).fetchall()
            crops = connection.execute(f"SELECT id, png FROM {_WITH_CROP} WHERE person = ?", (person.id,)).fetchall()
            connection.execute("DELETE FROM person WHERE id = ?", (person.id,))
        self._database.forget_log()
        self._swap()
        return Forgotten(person, tuple(rows), tuple(crops))

    def restore(self, forgotten: Forgotten) -> Person:
        """Undoes `forget`. Raises GalleryError when the name has been given to somebody else meanwhile."""
        person = forgotten.person
        if self.find(person.name):
            raise GalleryError(f"{person.name} is enrolled anew: rename one of the two first.")
        with self._database.writing() as connection:
            connection.execute(
                "INSERT INTO person (id, name, same_name, enrolled, last_seen) VALUES (?, ?, ?, ?, ?)",
                (person.id, person.name, same_name_key(person.name), person.enrolled, person.last_seen),
            )
            connection.executemany(
                f"INSERT INTO template ({_TEMPLATE}) VALUES (?, ?, ?, ?, ?, ?, ?)", forgotten.templates
            )
            connection.executemany("INSERT INTO crop (template, png) VALUES (?, ?)", forgotten.crops)
        self._swap()
        return person

    def forget_template(self, template: int) -> None:
        """Deletes one of several photos of a person. Raises GalleryError when it is the last."""
        with self._database.writing() as connection:
            count = connection.execute(
                "SELECT count(*) FROM template WHERE person = (SELECT person FROM template WHERE id = ?)", (template,)
            ).fetchone()[0]
            if count == 1:
                raise GalleryError("This is the person's only photo: delete the person, or add another photo first.")
            connection.execute("DELETE FROM template WHERE id = ?", (template,))
        self._database.forget_log()
        self._swap()

    def mark_seen(self, person: int, when: float) -> None:
        """Notes when a live view last named somebody (Unix time)."""
        with self._database.writing() as connection:
            connection.execute("UPDATE person SET last_seen = ? WHERE id = ?", (when, person))

    def outdated(self, encoder: str) -> int:
        """Templates that another encoder has made."""
        return sum(made_by != encoder for made_by in self._snapshot.encoders)

    def reembed(
        self,
        encoder: str,
        embed: Callable[[NDArray[np.uint8]], NDArray[np.float32]],
        progress: Callable[[int, int], None] | None = None,
    ) -> int:
        """Embeds what another encoder has made anew, from the crops; returns how many templates.

        embed: n×168×168×3 uint8 BGR → n×128. progress: told (done, all), may raise to cancel. Each batch is one
        transaction: what is done stays done, and the next call goes on with the rest.
        """
        snapshot = self._snapshot
        todo = [t for t, made_by in zip(snapshot.templates, snapshot.encoders, strict=True) if made_by != encoder]
        try:
            for start in range(0, len(todo), BATCH):
                if progress:
                    progress(start, len(todo))
                self._reembed(todo[start : start + BATCH], encoder, embed)
        finally:
            self._swap()
        if progress and todo:
            progress(len(todo), len(todo))
        return len(todo)

    def _reembed(
        self, templates: list[int], encoder: str, embed: Callable[[NDArray[np.uint8]], NDArray[np.float32]]
    ) -> None:
        with self._database.reading() as connection:
            marks = ",".join("?" * len(templates))
            rows = connection.execute(
                f"SELECT template, png FROM crop WHERE template IN ({marks})", templates
            ).fetchall()
        if not rows:
            return
        embeddings = embed(np.stack([middle(_decode(crop), CROP_SIZE) for _, crop in rows]))
        with self._database.writing() as connection:
            connection.executemany(
                "UPDATE template SET embedding = ?, encoder = ? WHERE id = ?",
                [
                    (np.ascontiguousarray(embedding, np.float32).tobytes(), encoder, id_)
                    for embedding, (id_, _) in zip(embeddings, rows, strict=True)
                ],
            )

    def _extend(
        self, before: Snapshot, embedding: NDArray[np.float32], template: int, person: int, name: str, encoder: str
    ) -> None:
        """As `_swap` after one template was added, without reading all the others.

        before: the snapshot from before it was written. If that is no longer the newest, or another program has
        written, all are read.
        """
        with self._reload:
            if self._snapshot is before and self._database.data_version() == self._version:
                self._snapshot = before.extended(embedding, template, person, name, encoder)
                return
        self._swap()

    def _swap(self) -> None:
        with self._reload:
            self._snapshot = self._read_snapshot()

    def _read_snapshot(self) -> Snapshot:
        with self._database.reading() as connection:
            rows = connection.execute(
                "SELECT template.id, person, name, embedding, encoder FROM template"
                " JOIN person ON person.id = template.person ORDER BY template.id"
            ).fetchall()
        embeddings = np.frombuffer(b"".join(row[3] for row in rows), np.float32).reshape(-1, EMBEDDING_SIZE)
        return Snapshot(
            embeddings=embeddings,
            templates=tuple(row[0] for row in rows),
            persons=tuple(row[1] for row in rows),
            names=tuple(row[2] for row in rows),
            encoders=tuple(row[4] for row in rows),
        )


def _encode(crop: Image) -> bytes:
    return cv2.imencode(".png", crop)[1].tobytes()


def _decode(png: bytes) -> Image:
    crop = cv2.imdecode(np.frombuffer(png, np.uint8), cv2.IMREAD_COLOR)
    if crop is None:
        raise GalleryError("A picture in the gallery is damaged: restore the gallery from a backup.")
    return np.asarray(crop, dtype=np.uint8)


def _numbers(embedding: bytes) -> NDArray[np.float32]:
    return np.frombuffer(embedding, np.float32)
