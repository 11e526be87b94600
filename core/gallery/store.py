"""The people who are enrolled, and their templates."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from core.errors import GalleryError
from core.gallery import people
from core.gallery.database import Database
from core.gallery.embeddings import AS_ENROLLED, Embeddings, renamed, without, without_template
from core.gallery.missing import Embed, embed_missing
from core.gallery.names import clean_name
from core.gallery.people import Forgotten, Revision
from core.gallery.pictures import decode, encode
from core.matching.snapshot import Snapshot
from core.system.paths import default_gallery, expanded
from core.types import Image, Person, Template

_TEMPLATES = """
    SELECT template.id, person, png, numbers, template.encoder, created
    FROM template JOIN crop ON crop.template = template.id
    JOIN embedding ON embedding.template = template.id AND embedding.encoder = template.encoder
    WHERE person = ? ORDER BY template.id
"""
_PORTRAIT = """
    SELECT png FROM template JOIN crop ON crop.template = template.id
    WHERE person = ? ORDER BY quality DESC, id DESC LIMIT 1
"""


class Gallery:
    """Enrolled people in one encrypted file. What a method has done is on disk when it returns.

    May be used from several threads and by several programs at once. Reading never waits for writing, and a snapshot
    that has been asked for before is there at once.
    """

    def __init__(self, path: Path | str | None = None, *, create: bool = True, at_once: bool = True) -> None:
        """Opens the gallery, or makes it. Raises GalleryError.

        path: None for the user's own. create: False to read only what there is; if there is none, the user's own is
        empty then, and another one is refused. at_once: False to make it with the first enrolment, and leave nothing if
        there is none.
        """
        self.path = expanded(Path(path)) if path is not None else default_gallery()
        self._database = Database(self.path, create=create, at_once=at_once, absent_is_empty=path is None)
        try:
            self._embeddings = Embeddings(self._database)
        except BaseException:
            self._database.close()
            raise
        self._damaged: set[int] = set()

    @classmethod
    def open(cls, path: Path | str | None = None, *, create: bool = True) -> Self:
        """The same as the constructor."""
        return cls(path, create=create)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __len__(self) -> int:
        """People enrolled."""
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
        """Whether of all that was deleted no byte is left in any file; another program that is reading puts it off."""
        return self._database.erased

    # Reading

    @property
    def snapshot(self) -> Snapshot:
        """Every template at this moment with the embedding that it was enrolled with."""
        return self._embeddings.of(AS_ENROLLED)

    def snapshot_of(self, encoder: str) -> Snapshot:
        """Every template at this moment that has an embedding by that encoder: only these can be compared.

        Another object only when templates or names have changed. Waits only when asked for an encoder the first time.
        """
        return self._embeddings.of(encoder)

    @property
    def revision(self) -> Revision:
        """Up to which all that is in memory follows the file: another one whenever something has changed."""
        return self._embeddings.revision

    def refresh(self) -> bool:
        """Takes in what another program has changed; whether there was anything. Raises GalleryError."""
        self._database.keep_up()
        if not self._database.erased:
            self._database.erase(wait=0)
        return self._embeddings.refresh()

    def people(self) -> list[Person]:
        """Everybody, in the order of their names."""
        with self._database.reading() as connection:
            return people.everybody(connection)

    def find(self, name: str) -> Person | None:
        """The person of that name, whatever its case. None when there is none."""
        with self._database.reading() as connection:
            return people.named(connection, name)

    def require(self, name: str) -> Person:
        """The person of that name. Raises GalleryError when there is none."""
        with self._database.reading() as connection:
            return people.required(connection, name)

    def templates(self, person: int) -> list[Template]:
        """The photos of one person, oldest first, each with the embedding that it was enrolled with."""
        with self._database.reading() as connection:
            rows = connection.execute(_TEMPLATES, (person,)).fetchall()
        return [
            Template(id_, owner, decode(crop), np.frombuffer(numbers, np.float32), encoder, created)
            for id_, owner, crop, numbers, encoder, created in rows
        ]

    def portrait(self, person: int) -> Image:
        """168×168×3 uint8 BGR: the best of one person's crops. Raises GalleryError when there is no such."""
        with self._database.reading() as connection:
            row = connection.execute(_PORTRAIT, (person,)).fetchone()
        if row is None:
            raise GalleryError("This person has been deleted meanwhile: reload the list.")
        return decode(row[0])

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
        """Adds a template: of a new person, or of the one who has that name already.

        crop: 168×168×3 uint8 BGR, aligned. embedding: 128 numbers, raw. quality: 0 to 1. metric: in use at the time.
        Raises GalleryError when the name is no name or the file can't be written.
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
    ) -> tuple[Person, Template]:
        """As `enroll`, with the person as that is now."""
        shown, now = clean_name(name), time.time()
        numbers = np.ascontiguousarray(embedding, np.float32)
        # Validated before it is written.
        template = Template(0, 0, crop, numbers, encoder, now)
        png = encode(crop)
        with self._database.writing() as connection:
            id_ = people.add_photo(connection, shown, png, numbers.tobytes(), (encoder, now, quality, metric))
            person = people.required(connection, shown)
            written = people.revise(connection)
        self._extend(written, numbers, (id_, person.id, person.name, encoder))
        return person, Template(id_, person.id, template.crop, numbers, encoder, now)

    def rename(self, old: str, new: str) -> Person:
        """Gives somebody another name. Raises GalleryError when nobody has the old one or another has the new."""
        with self._database.writing() as connection:
            person = people.rename(connection, old, new)
            written = people.revise(connection)
        self._embeddings.change(written, renamed(person.id, person.name))
        return person

    def forget(self, *names: str) -> Forgotten:
        """Deletes people and every byte of their photos, all of them or nobody. `erased` tells whether it is done.

        Raises GalleryError when nobody has one of the names. Works on a full disk too, in the room kept for it.
        """

        def work(connection: Any) -> tuple[Forgotten, Revision]:
            chosen = [people.required(connection, name) for name in names]
            return people.forget(connection, chosen), people.revise(connection)

        forgotten, written = self._database.deleting(work)
        self._embeddings.change(written, without({person.id for person in forgotten.people}))
        self._database.erase()
        return forgotten

    def forget_template(self, template: int) -> None:
        """Deletes one of several photos of a person. Raises GalleryError when it is the last."""

        def work(connection: Any) -> Revision:
            people.forget_template(connection, template)
            return people.revise(connection)

        written = self._database.deleting(work)
        self._embeddings.change(written, without_template(template))
        self._database.erase()

    def restore(self, forgotten: Forgotten) -> Person:
        """Undoes `forget`, of all people of it or of nobody; gives the first of them.

        Raises GalleryError when one of the names has been given to somebody else meanwhile.
        """
        with self._database.writing() as connection:
            people.restore(connection, forgotten)
            people.revise(connection)
        self._embeddings.reload()
        return forgotten.person

    def mark_seen(self, person: int, when: float) -> None:
        """Notes when a live view last named somebody (Unix time)."""
        with self._database.writing() as connection:
            connection.execute("UPDATE person SET last_seen = ? WHERE id = ?", (when, person))
            written = people.revise(connection, seen=True)
        self._embeddings.noted(written)

    # Embeddings of other encoders

    def missing(self, encoder: str) -> int:
        """Templates that have no embedding by that encoder."""
        return len(self._embeddings.missing(encoder))

    def embed_missing(self, encoder: str, embed: Embed, progress: Callable[[int, int], None] | None = None) -> int:
        """Embeds from their crops those templates that have no embedding by that encoder; how many.

        Others' embeddings stay as they are. Where the file can't be written, the new ones are kept in memory.
        progress: told (done, all), may raise to cancel. Each batch is one transaction: what is done stays done, and the
        next call goes on with the rest. Raises GalleryError.
        """
        return embed_missing(self._database, self._embeddings, self._damaged, encoder, embed, progress)

    def outdated(self, encoder: str) -> int:
        """What `missing` was called before."""
        return self.missing(encoder)

    def reembed(self, encoder: str, embed: Embed, progress: Callable[[int, int], None] | None = None) -> int:
        """What `embed_missing` was called before."""
        return self.embed_missing(encoder, embed, progress)

    def _extend(self, written: Revision, numbers: NDArray[np.float32], row: tuple[int, int, str, str]) -> None:
        self._embeddings.extend(written, numbers, row)
