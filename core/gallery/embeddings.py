"""The gallery's snapshots for look-ups: one per encoder, kept in step with the file."""

import contextlib
import threading
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.errors import GalleryError
from core.gallery.database import Database
from core.gallery.people import Revision, revision
from core.matching.snapshot import Snapshot
from core.types import EMBEDDING_SIZE

AS_ENROLLED = ""
"""Used in place of an encoder's identity: each template's embedding by the encoder it was enrolled with."""
PATIENCE = 1.0
"""Seconds to wait for another program before embeddings, which can be made again, are kept in memory only."""

_ROWS = """
    SELECT template.id, person, name, embedding.encoder, numbers, counter
    FROM embedding JOIN template ON template.id = embedding.template JOIN person ON person.id = template.person
    WHERE embedding.encoder = {encoder} ORDER BY embedding.template
"""
_ELSEWHERE = "SELECT template.id, person, name, counter FROM template JOIN person ON person.id = template.person"
_MISSING = """
    SELECT id FROM template
    WHERE NOT EXISTS (SELECT 1 FROM embedding WHERE template = template.id AND encoder = ?) ORDER BY id
"""


class Embeddings:
    """One snapshot per encoder, read when first asked for and always replaced as a whole."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._lock = threading.Lock()
        self._snapshots: dict[str, Snapshot] = {}
        self._unsaved: dict[str, dict[int, NDArray[np.float32]]] = {}
        with database.reading() as connection:
            self.revision: Revision = revision(connection)
            """The state of the file that the snapshots show."""

    def of(self, encoder: str) -> Snapshot:
        """Every template that has an embedding by that encoder. Reads the file only the first time."""
        known = self._snapshots.get(encoder)
        if known is not None:
            return known
        with self._lock:
            if encoder not in self._snapshots:
                self._reload([*self._snapshots, encoder])
            return self._snapshots[encoder]

    def refresh(self) -> bool:
        """Takes in what has been written. Returns whether there was anything. After an error, the next call retries."""
        with self._lock:
            with self._database.reading() as connection:
                now = revision(connection)
            if now == self.revision:
                return False
            if now.people == self.revision.people:
                self.revision = now
            else:
                self._reload(self._snapshots)
            return True

    def extend(
        self,
        written: Revision,
        embedding: NDArray[np.float32],
        row: tuple[int, int, str, str],
        *,
        counter: bool = False,
    ) -> None:
        """Takes in one added template, without reading the others again unless something else has been written.

        row: id of the template, id of the person, name, encoder. counter: whether it is a counter-example.
        """
        with self._lock:
            if written.follows(self.revision):
                for encoder in {AS_ENROLLED, row[3]} & set(self._snapshots):
                    snapshot = self._snapshots[encoder]
                    add = snapshot.with_counter if counter else snapshot.extended
                    self._snapshots[encoder] = add(embedding, *row)
                self.revision = written
                return
        self._try_to_refresh()

    def change(self, written: Revision, change: Callable[[Snapshot], Snapshot]) -> None:
        """Takes in that somebody was deleted or renamed: in memory first, so that no failure keeps the old name."""
        with self._lock:
            self._snapshots = {encoder: snapshot.changed(change) for encoder, snapshot in self._snapshots.items()}
            if written.follows(self.revision):
                self.revision = written
                return
        self._try_to_refresh()

    def noted(self, written: Revision) -> None:
        """Takes in that somebody was seen, which changes no snapshot."""
        with self._lock:
            if written.follows(self.revision):
                self.revision = written

    def reload(self) -> None:
        """Takes in that people were restored."""
        self._try_to_refresh()

    def missing(self, encoder: str) -> list[int]:
        """Ids of the templates that have no embedding by that encoder, in memory or in the file."""
        with self._database.reading() as connection:
            ids = [row[0] for row in connection.execute(_MISSING, (encoder,))]
        kept = self._unsaved.get(encoder, {})
        return [id_ for id_ in ids if id_ not in kept]

    def add(self, encoder: str, made: Iterable[tuple[int, NDArray[np.float32]]], *, save: bool) -> bool:
        """Adds embeddings without replacing any. Returns whether they are in the file.

        made: ids of templates with their embeddings. save: False to keep them in memory only, as happens if the file
        can't be written. Snapshots show them after `catch_up`.
        """
        made = [(template, np.ascontiguousarray(numbers, np.float32)) for template, numbers in made]
        if save:
            with contextlib.suppress(GalleryError):
                with self._database.writing(wait=PATIENCE) as connection:
                    connection.executemany(
                        "INSERT OR IGNORE INTO embedding SELECT id, ?, ? FROM template WHERE id = ?",
                        [(encoder, numbers.tobytes(), template) for template, numbers in made],
                    )
                return True
        with self._lock:
            self._unsaved.setdefault(encoder, {}).update(made)
        return False

    def complete(self, encoder: str, *, but: int = 0) -> bool:
        """Whether the encoder's snapshot lacks at most `but` templates. Doesn't read the file."""
        known = self._snapshots.get(encoder)
        return known is not None and known.rows >= self.revision.templates - but

    def catch_up(self, encoder: str, *, but: int = 0) -> None:
        """Updates an encoder's snapshot with what was added, by this program or another. but: as for `complete`.

        Raises GalleryError.
        """
        with self._lock:
            if not self.complete(encoder, but=but):
                self._reload({*self._snapshots, encoder})

    def _try_to_refresh(self) -> None:
        # The change itself is written; if reading fails now, the next refresh catches up.
        with contextlib.suppress(GalleryError):
            self.refresh()

    def _reload(self, encoders: Iterable[str]) -> None:
        with self._database.reading() as connection:
            now = revision(connection)
            read = {encoder: self._read(connection, encoder) for encoder in encoders}
        self._snapshots, self.revision = read, now

    def _read(self, connection: Any, encoder: str) -> Snapshot:
        if encoder == AS_ENROLLED:
            rows = connection.execute(_ROWS.format(encoder="template.encoder")).fetchall()
        else:
            rows = connection.execute(_ROWS.format(encoder="?"), (encoder,)).fetchall()
        unsaved = self._unsaved.get(encoder)
        if unsaved:
            there = {row[0] for row in rows}
            rows += [
                (*row[:3], encoder, unsaved[row[0]].tobytes(), row[3])
                for row in connection.execute(_ELSEWHERE)
                if row[0] in unsaved and row[0] not in there
            ]
            rows.sort(key=lambda row: row[0])
        photos, counters = ([row for row in rows if bool(row[5]) is counter] for counter in (False, True))
        return replace(_snapshot(photos), counters=_snapshot(counters) if counters else None)


def _snapshot(rows: list[tuple[Any, ...]]) -> Snapshot:
    """rows: id, person, name, encoder, embedding."""
    return Snapshot(
        embeddings=np.frombuffer(b"".join(row[4] for row in rows), np.float32).reshape(-1, EMBEDDING_SIZE),
        templates=tuple(row[0] for row in rows),
        persons=tuple(row[1] for row in rows),
        names=tuple(row[2] for row in rows),
        encoders=tuple(row[3] for row in rows),
    )


def without(persons: set[int]) -> Callable[[Snapshot], Snapshot]:
    """For `Embeddings.change`: those people are gone."""

    def change(snapshot: Snapshot) -> Snapshot:
        return snapshot.only([row for row, person in enumerate(snapshot.persons) if person not in persons])

    return change


def without_template(template: int) -> Callable[[Snapshot], Snapshot]:
    """For `Embeddings.change`: that photo is gone."""

    def change(snapshot: Snapshot) -> Snapshot:
        return snapshot.only([row for row, known in enumerate(snapshot.templates) if known != template])

    return change


def renamed(person: int, name: str) -> Callable[[Snapshot], Snapshot]:
    """For `Embeddings.change`: that person has another name."""

    def change(snapshot: Snapshot) -> Snapshot:
        names = zip(snapshot.persons, snapshot.names, strict=True)
        return replace(snapshot, names=tuple(name if owner == person else old for owner, old in names))

    return change
