"""The enrolled people and their templates."""

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from core.errors import GalleryError
from core.gallery import people, population
from core.gallery.database import Database
from core.gallery.embeddings import AS_ENROLLED, Embeddings, renamed, without, without_template
from core.gallery.history import History
from core.gallery.missing import Embed, embed_missing
from core.gallery.names import clean_name
from core.gallery.people import Forgotten, Revision
from core.gallery.pictures import decode, encode
from core.matching.population import Sample
from core.matching.snapshot import Snapshot
from core.system.paths import default_gallery, expanded
from core.types import Image, Person, Template

_TEMPLATES = """
    SELECT template.id, person, png, numbers, template.encoder, created
    FROM template JOIN crop ON crop.template = template.id
    JOIN embedding ON embedding.template = template.id AND embedding.encoder = template.encoder
    WHERE person = ? AND counter = ? ORDER BY template.id
"""
_CROPS = """
    SELECT png, quality FROM template JOIN crop ON crop.template = template.id
    WHERE person = ? AND NOT counter ORDER BY template.id
"""
_PORTRAIT = """
    SELECT png FROM template JOIN crop ON crop.template = template.id
    WHERE person = ? AND NOT counter ORDER BY quality DESC, id DESC LIMIT 1
"""


class Gallery:
    """Enrolled people in one encrypted file. When a method returns, its changes are on disk.

    Several threads and several programs may use it at once. Reads never wait for writes, and a snapshot is available at
    once after the first time.
    """

    def __init__(self, path: Path | str | None = None, *, create: bool = True, at_once: bool = True) -> None:
        """Opens a gallery or creates it. Raises GalleryError.

        path: None for the user's own. create: False to create none; if it doesn't exist, the user's own is then empty,
        and another one is an error. at_once: False to create the file only with the first enrolment.
        """
        self.path = expanded(Path(path)) if path is not None else default_gallery()
        self._database = Database(self.path, create=create, at_once=at_once, absent_is_empty=path is None)
        try:
            self._embeddings = Embeddings(self._database)
        except BaseException:
            self._database.close()
            raise
        self._damaged: set[int] = set()
        self.history = History(self._database, self._embeddings.noted)
        """Who was here."""

    @classmethod
    def open(cls, path: Path | str | None = None, *, create: bool = True) -> Self:
        """Does the same as the constructor."""
        return cls(path, create=create)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __len__(self) -> int:
        """Number of people enrolled."""
        return self.revision.count

    def close(self) -> None:
        """Closes the file; snapshots stay readable."""
        self._database.close()

    @property
    def key_place(self) -> str:
        """One sentence on where the gallery's key is kept."""
        return self._database.key_place

    @property
    def erased(self) -> bool:
        """Whether no file contains deleted data any more; another program that is reading may delay this."""
        return self._database.erased

    # Reading

    @property
    def snapshot(self) -> Snapshot:
        """Every template at this moment, with the embedding it was enrolled with."""
        return self._embeddings.of(AS_ENROLLED)

    def snapshot_of(self, encoder: str) -> Snapshot:
        """Every template at this moment that has an embedding by that encoder; only these can be compared.

        The same object until templates or names change. Reads the file only the first time for each encoder.
        """
        return self._embeddings.of(encoder)

    @property
    def revision(self) -> Revision:
        """The state of the file that the snapshots show; differs whenever something has changed."""
        return self._embeddings.revision

    def refresh(self) -> bool:
        """Takes in changes by other programs. Returns whether there were any. Raises GalleryError."""
        self._database.keep_up()
        if not self._database.erased:
            self._database.erase(wait=0)
        return self._embeddings.refresh()

    def people(self) -> list[Person]:
        """Everybody enrolled, sorted by name."""
        with self._database.reading() as connection:
            return people.everybody(connection)

    def find(self, name: str) -> Person | None:
        """The person with that name, ignoring case; None if there is none."""
        with self._database.reading() as connection:
            return people.named(connection, name)

    def require(self, name: str) -> Person:
        """The person with that name, ignoring case. Raises GalleryError when there is none."""
        with self._database.reading() as connection:
            return people.required(connection, name)

    def templates(self, person: int) -> list[Template]:
        """The photos of one person, oldest first, each with the embedding it was enrolled with."""
        return self._templates(person, counter=False)

    def counters(self, person: int) -> list[Template]:
        """The counter-examples of one person, oldest first: faces that are somebody else's."""
        return self._templates(person, counter=True)

    def _templates(self, person: int, *, counter: bool) -> list[Template]:
        with self._database.reading() as connection:
            rows = connection.execute(_TEMPLATES, (person, counter)).fetchall()
        return [
            Template(id_, owner, decode(crop), np.frombuffer(numbers, np.float32), encoder, created)
            for id_, owner, crop, numbers, encoder, created in rows
        ]

    def portrait(self, person: int) -> Image:
        """The best crop of one person, 168×168×3 uint8 BGR. Raises GalleryError when there is none."""
        with self._database.reading() as connection:
            row = connection.execute(_PORTRAIT, (person,)).fetchone()
        if row is None:
            raise GalleryError("This person has been deleted in the meantime: reload the list.")
        return decode(row[0])

    def photo_files(self) -> dict[str, set[int]]:
        """The files that photos were imported from, by SHA-256 in hexadecimal, with the ids of their people."""
        with self._database.reading() as connection:
            rows = connection.execute("SELECT photo, person FROM template WHERE photo != ''").fetchall()
        files: dict[str, set[int]] = {}
        for photo, person in rows:
            files.setdefault(photo, set()).add(person)
        return files

    def stored_crops(self, person: int) -> list[tuple[bytes, float]]:
        """The crops of one person as PNG, oldest first, each with its quality, 0 to 1."""
        with self._database.reading() as connection:
            return [(png, quality) for png, quality in connection.execute(_CROPS, (person,))]

    # Writing

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
        """Adds a template to the person with that name, or to a new person.

        crop: 168×168×3 uint8 BGR, aligned. embedding: 128 numbers, raw. quality: 0 to 1. metric: in use at the time.
        Raises GalleryError when the name is invalid or the file can't be written.
        """
        return self.add_photo(name, crop, embedding, encoder, quality=quality, metric=metric)[1]

    def add_photo(
        self,
        name: str,
        crop: Image,
        embedding: NDArray[np.float32],
        encoder: str,
        *,
        quality: float = 0.5,
        metric: str = "",
        photo: str = "",
    ) -> tuple[Person, Template]:
        """Like `enroll`, but also returns the person, with the new photo counted.

        photo: SHA-256 of the file that the crop is from, in hexadecimal.
        """
        shown, now = clean_name(name), time.time()
        numbers = np.ascontiguousarray(embedding, np.float32)
        # Validates before anything is written.
        template = Template(0, 0, crop, numbers, encoder, now)
        png = encode(crop)
        with self._database.writing() as connection:
            id_ = people.add_photo(connection, shown, png, numbers.tobytes(), (encoder, now, quality, metric, photo))
            person = people.required(connection, shown)
            written = people.revise(connection)
        self._extend(written, numbers, (id_, person.id, person.name, encoder))
        return person, Template(id_, person.id, template.crop, numbers, encoder, now)

    def reject(
        self, name: str, crop: Image, embedding: NDArray[np.float32], encoder: str, *, quality: float = 0.5
    ) -> Template:
        """Keeps a face as a counter-example of the person with that name: it is somebody else's.

        Arguments as for `enroll`. Raises GalleryError when nobody has the name, or the file can't be written.
        """
        now, numbers = time.time(), np.ascontiguousarray(embedding, np.float32)
        template = Template(0, 0, crop, numbers, encoder, now)
        png = encode(crop)
        with self._database.writing() as connection:
            person = people.required(connection, name)
            id_ = people.add_counter(connection, person.id, png, numbers.tobytes(), (encoder, now, quality))
            written = people.revise(connection)
        self._embeddings.extend(written, numbers, (id_, person.id, person.name, encoder), counter=True)
        return Template(id_, person.id, template.crop, numbers, encoder, now)

    def rename(self, old: str, new: str) -> Person:
        """Renames a person. Raises GalleryError when nobody has the old name, or somebody else has the new one."""
        with self._database.writing() as connection:
            person = people.rename(connection, old, new)
            written = people.revise(connection)
        self._embeddings.change(written, renamed(person.id, person.name))
        return person

    def describe(self, names: Sequence[str], *, group: str | None = None, note: str | None = None) -> list[Person]:
        """Puts people in a group and notes something about them, all of them or none; None leaves it as it is.

        Raises GalleryError when a name is not enrolled, or a text is too long.
        """
        with self._database.writing() as connection:
            described = [people.describe(connection, name, group, note) for name in names]
            written = people.revise(connection, seen=True)
        self._embeddings.noted(written)
        return described

    def forget(self, *names: str) -> Forgotten:
        """Deletes people and every byte of their photos, all of them or none. `erased` says whether it is complete.

        Works even on a full disk, in the space reserved for that. Raises GalleryError when a name is not enrolled.
        """

        def work(connection: Any) -> tuple[Forgotten, Revision]:
            chosen = [people.required(connection, name) for name in names]
            return people.forget(connection, chosen), people.revise(connection)

        forgotten, written = self._database.deleting(work)
        self._embeddings.change(written, without({person.id for person in forgotten.people}))
        self._database.erase()
        return forgotten

    def forget_template(self, template: int) -> None:
        """Deletes one photo or counter-example of a person. Raises GalleryError when it is the last photo."""

        def work(connection: Any) -> Revision:
            people.forget_template(connection, template)
            return people.revise(connection)

        written = self._database.deleting(work)
        self._embeddings.change(written, without_template(template))
        self._database.erase()

    def restore(self, forgotten: Forgotten) -> Person:
        """Undoes `forget` for all of its people or for none. Returns the first of them.

        Raises GalleryError when one of the names has been enrolled again in the meantime.
        """
        with self._database.writing() as connection:
            people.restore(connection, forgotten)
            people.revise(connection)
        self._embeddings.reload()
        return forgotten.person

    def mark_seen(self, person: int, when: float) -> None:
        """Notes when a live view last named a person. when: Unix time."""
        with self._database.writing() as connection:
            connection.execute("UPDATE person SET last_seen = ? WHERE id = ?", (when, person))
            written = people.revise(connection, seen=True)
        self._embeddings.noted(written)

    # The population

    def seen(self, encoder: str, metric: str, place: str | None = None) -> Sample | None:
        """What people seen without being named say of the population; None if nobody has been seen.

        encoder, metric: identities. place: one camera or stream, by default all together. Raises GalleryError.
        """
        with self._database.reading() as connection:
            return population.seen(connection, encoder, metric, place)

    def add_seen(self, encoder: str, metric: str, place: str, added: Sample) -> None:
        """Adds what several people have said at one place. Raises GalleryError."""
        with self._database.writing() as connection:
            population.add_seen(connection, encoder, metric, place, added)

    def count_seen(self) -> int:
        """Number of people whose votes are kept as sums."""
        with self._database.reading() as connection:
            return population.count_seen(connection)

    def forget_seen(self) -> int:
        """Deletes all that people seen without being named have said. Returns how many they were."""

        def work(connection: Any) -> int:
            count = population.count_seen(connection)
            connection.execute("DELETE FROM population")
            return count

        count = self._database.deleting(work)
        self._database.erase()
        return count

    # Rules about what to tell

    def alerts(self, computer: str) -> list[tuple[int, str]]:
        """The rules of one computer, as number and text, oldest first. Raises GalleryError."""
        with self._database.reading() as connection:
            rows = connection.execute("SELECT id, rule FROM alert WHERE computer = ? ORDER BY id", (computer,))
            return [(int(number), text) for number, text in rows.fetchall()]

    def add_alert(self, computer: str, rule: str) -> int:
        """Keeps a rule of one computer. Returns its number. Raises GalleryError."""
        with self._database.writing() as connection:
            inserted = connection.execute("INSERT INTO alert (computer, rule) VALUES (?, ?)", (computer, rule))
            return int(inserted.lastrowid)

    def change_alert(self, number: int, computer: str, rule: str | None) -> bool:
        """Replaces a rule of one computer; None deletes it. Returns whether there was one. Raises GalleryError."""

        def work(connection: Any) -> bool:
            if rule is None:
                changed = connection.execute("DELETE FROM alert WHERE id = ? AND computer = ?", (number, computer))
            else:
                changed = connection.execute(
                    "UPDATE alert SET rule = ? WHERE id = ? AND computer = ?", (rule, number, computer)
                )
            return bool(changed.rowcount)

        found = self._database.deleting(work)
        self._database.erase()
        return found

    # Embeddings of other encoders

    def missing(self, encoder: str) -> int:
        """Number of templates that have no embedding by that encoder."""
        return len(self._embeddings.missing(encoder))

    def embed_missing(self, encoder: str, embed: Embed, progress: Callable[[int, int], None] | None = None) -> int:
        """Embeds the templates that have no embedding by that encoder, from their crops. Returns how many.

        Embeddings by other encoders stay unchanged. If the file can't be written, the new ones are kept in memory.
        progress: called with (done, total); may raise to cancel. Each batch is one transaction: finished batches are
        kept, and the next call continues with the rest. Raises GalleryError.
        """
        return embed_missing(self._database, self._embeddings, self._damaged, encoder, embed, progress)

    def outdated(self, encoder: str) -> int:
        """Former name of `missing`."""
        return self.missing(encoder)

    def reembed(self, encoder: str, embed: Embed, progress: Callable[[int, int], None] | None = None) -> int:
        """Former name of `embed_missing`."""
        return self.embed_missing(encoder, embed, progress)

    def _extend(self, written: Revision, numbers: NDArray[np.float32], row: tuple[int, int, str, str]) -> None:
        self._embeddings.extend(written, numbers, row)
