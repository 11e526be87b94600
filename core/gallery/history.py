"""The history of a gallery: who was here, kept encrypted for as long as the user says."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from core.errors import GalleryError
from core.gallery import people, sightings
from core.gallery.database import Database
from core.gallery.people import Revision
from core.gallery.sightings import Keeping, Pictures, Seen, Sighting, Wanted

if TYPE_CHECKING:
    from core.types import Person

T = TypeVar("T")
LONGEST_NAMED, LONGEST_UNKNOWN = 3660.0, 24.0 * 31
"""Most days and most hours for which sightings are kept."""
EVERYTHING = Wanted()
"""All sightings except those of unknown people who are ignored."""
PAGE = 200
"""Sightings per page, unless another number is asked for."""


class History:
    """Sightings, from any thread. When a method returns, its changes are on disk. All methods raise GalleryError."""

    def __init__(self, database: Database, seen: Callable[[Revision], None]) -> None:
        """seen: called with the gallery's new revision once people are marked as seen."""
        self._database, self._seen = database, seen

    # Reading

    @property
    def keeping(self) -> Keeping:
        """For how long sightings are kept."""
        with self._database.reading() as connection:
            return sightings.keeping(connection)

    def find(self, wanted: Wanted = EVERYTHING, most: int = PAGE, before: Sighting | None = None) -> list[Sighting]:
        """The newest sightings wanted, newest first. most: how many. before: the last one of the page before."""
        with self._database.reading() as connection:
            return sightings.find(connection, wanted, most, before)

    def every(self, wanted: Wanted = EVERYTHING) -> Iterator[Sighting]:
        """All sightings wanted, newest first, read page by page."""
        page = self.find(wanted)
        while page:
            yield from page
            page = self.find(wanted, before=page[-1])

    def count(self, wanted: Wanted = EVERYTHING) -> int:
        """How many sightings are wanted."""
        with self._database.reading() as connection:
            return sightings.count(connection, wanted)

    def pictures(self, sighting: int) -> Pictures | None:
        """The pictures of one sighting, by id; None if it has been deleted."""
        with self._database.reading() as connection:
            return sightings.pictures(connection, sighting)

    def unknown(self) -> list[tuple[Sighting, str, NDArray[np.float32]]]:
        """Every unknown sighting, oldest first, ignored ones too, with its encoder and embedding (128 numbers)."""
        with self._database.reading() as connection:
            return sightings.unknown(connection)

    def whose_name_contains(self, text: str) -> frozenset[int]:
        """The ids of the people whose names contain a text, ignoring case."""
        with self._database.reading() as connection:
            everybody = people.everybody(connection)
        return frozenset(person.id for person in everybody if text.casefold() in person.name.casefold())

    # Writing

    def write(self, seen: Sequence[Seen], withdrawn: Sequence[str] = ()) -> list[str]:
        """Writes sightings that begin or go on, and when people were last seen. Returns the keys written.

        withdrawn: keys of sightings of unknown faces that turned out to be people enrolled.
        """
        named = {one.person: one.last for one in seen if one.person is not None}
        with self._database.writing() as connection:
            sightings.delete_keys(connection, withdrawn)
            written = sightings.write(connection, seen)
            connection.executemany(
                "UPDATE person SET last_seen = ? WHERE id = ?", [(last, person) for person, last in named.items()]
            )
            revision = people.revise(connection, seen=True) if named else None
        if revision:
            self._seen(revision)
        return written

    def name(self, ids: Sequence[int], person: "Person") -> None:
        """Gives sightings to a person enrolled."""
        with self._database.writing() as connection:
            sightings.name(connection, ids, person.id)
            revision = people.revise(connection, seen=True)
        self._seen(revision)

    def ignore(self, ids: Sequence[int], *, ignored: bool = True) -> None:
        """Ignores unknown faces: they are kept until deleted, and whoever resembles them isn't shown any more."""
        with self._database.writing() as connection:
            sightings.ignore(connection, ids, ignored=ignored)

    def delete(self, ids: Iterable[int]) -> int:
        """Deletes sightings. Returns how many there were."""
        chosen = list(ids)
        return self._deleting(lambda connection: sightings.delete(connection, chosen))

    def delete_wanted(self, wanted: Wanted) -> int:
        """Deletes all sightings wanted. Returns how many there were."""
        return self._deleting(lambda connection: sightings.delete_wanted(connection, wanted))

    def keep(self, *, named_days: float | None = None, unknown_hours: float | None = None, now: float) -> int:
        """Changes for how long sightings are kept, and deletes what is older. now: Unix time. Returns how many.

        named_days, unknown_hours: 0 for not at all; None to leave as it is.
        """
        for value, most, unit in ((named_days, LONGEST_NAMED, "days"), (unknown_hours, LONGEST_UNKNOWN, "hours")):
            if value is not None and not 0 <= value <= most:
                raise GalleryError(
                    f"Sightings can be kept for 0 to {most:g} {unit}, not {value:g}: choose another number."
                )

        def work(connection: Any) -> int:
            rule = sightings.keeping(connection)
            given = {"named_days": named_days, "unknown_hours": unknown_hours}
            changed = {what: value for what, value in given.items() if value is not None}
            sightings.keep(connection, replace(rule, **changed))
            return sightings.expire(connection, now)

        return self._deleting(work)

    def expire(self, now: float) -> int:
        """Deletes what is older than it may be kept. now: Unix time. Returns how many sightings there were."""
        with self._database.reading() as connection:
            if not sightings.anything_to_expire(connection, now):
                return 0
        return self._deleting(lambda connection: sightings.expire(connection, now))

    def _deleting(self, work: Callable[[Any], T]) -> T:
        result = self._database.deleting(work)
        self._database.erase()
        return result
