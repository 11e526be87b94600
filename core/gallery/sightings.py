"""Who was here, in the gallery's tables. Each function is part of a transaction on the given connection."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.types import Box

DAY, HOUR = 86_400.0, 3_600.0
"""Seconds."""

FEW = 3
"""Most people whose sightings are found by person."""

_COLUMNS = "sighting.id, key, person, coalesce(name, ''), first, last, similarity, sighting.quality, source, ignored"
_ROW = f"SELECT {_COLUMNS} FROM sighting LEFT JOIN person ON person.id = person"


@dataclass(frozen=True, slots=True)
class Sighting:
    """Somebody before one source, from when they came until they left."""

    id: int
    key: str
    """Identity from the recorder, so that what goes on is written to the same row."""
    person: int | None
    """Id of the person named; None for somebody unknown."""
    name: str
    """Empty for somebody unknown."""
    first: float
    """Unix time at which they were first seen; `last`: the newest time so far."""
    last: float
    similarity: float | None
    """Highest similarity to the person named, or to the closest person enrolled; None if nobody was enrolled."""
    quality: float
    """Of the best picture, 0 to 1."""
    source: str
    """Name of the camera, stream or file."""
    ignored: bool
    """Whether the user wants to hear no more of this unknown face."""


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """What a recorder has to say of a sighting: a new one, or one that goes on."""

    key: str
    new: bool
    person: int | None
    first: float
    last: float
    similarity: float | None
    quality: float
    source: str
    face: bytes
    """JPEG of the best crop; empty if it hasn't changed since the sighting was written last."""
    moment: bytes
    """JPEG of the frame that the crop is from, shrunk."""
    box: Box
    """Of the face, in pixels of `moment`."""
    encoder: str
    embedding: NDArray[np.float32]
    """128 numbers, raw; written only of somebody unknown."""


@dataclass(frozen=True, slots=True, eq=False)
class Pictures:
    """The pictures of one sighting."""

    face: bytes
    """JPEG."""
    moment: bytes
    """JPEG."""
    box: Box
    """Of the face, in pixels of `moment`."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which sightings are wanted: all that fit every condition given."""

    people: frozenset[int] | None = None
    """Ids of people; None for everybody."""
    unknown: bool | None = None
    """True for unknown people only, False for people named only."""
    since: float | None = None
    """Unix time that the sighting must have lasted until; `until`: that it must have begun before."""
    until: float | None = None
    ignored: bool = False
    """Whether unknown people who are ignored are wanted instead of the others."""


@dataclass(frozen=True, slots=True)
class Keeping:
    """For how long sightings are kept."""

    named_days: float = 30.0
    """Days for which sightings of people enrolled are kept; 0 for not at all."""
    unknown_hours: float = 0.0
    """Hours for which unknown people and their faces are kept; 0 for not at all."""


def keeping(connection: Any) -> Keeping:
    """For how long sightings are kept."""
    return Keeping(*connection.execute("SELECT named_days, unknown_hours FROM keeping").fetchone())


def keep(connection: Any, wanted: Keeping) -> None:
    """Changes for how long sightings are kept. Call `expire` afterwards."""
    connection.execute(
        "UPDATE keeping SET named_days = ?, unknown_hours = ?", (wanted.named_days, wanted.unknown_hours)
    )


def write(connection: Any, seen: Iterable[Seen]) -> list[str]:
    """Writes sightings that begin or go on. Returns the keys of those in the tables afterwards.

    People deleted meanwhile, sightings deleted by the user, and kinds that are not kept are left out.
    """
    rule, written = keeping(connection), list[str]()
    for one in seen:
        kept = rule.unknown_hours if one.person is None else rule.named_days
        if kept and (_begin(connection, one) if one.new else _go_on(connection, one)):
            written.append(one.key)
    return written


def _begin(connection: Any, one: Seen) -> bool:
    cursor = connection.execute(
        "INSERT OR IGNORE INTO sighting (key, person, first, last, similarity, quality, source)"
        " SELECT ?, ?, ?, ?, ?, ?, ? WHERE ? IS NULL OR EXISTS (SELECT 1 FROM person WHERE id = ?)",
        (one.key, one.person, one.first, one.last, one.similarity, one.quality, one.source, one.person, one.person),
    )
    if not cursor.rowcount:
        return False
    _picture(connection, one, cursor.lastrowid)
    return True


def _go_on(connection: Any, one: Seen) -> bool:
    row = connection.execute("SELECT id FROM sighting WHERE key = ?", (one.key,)).fetchone()
    if row is None:
        return False
    connection.execute(
        "UPDATE sighting SET last = ?, similarity = ?, quality = ? WHERE id = ?",
        (one.last, one.similarity, one.quality, row[0]),
    )
    if one.face:
        _picture(connection, one, row[0])
    return True


def _picture(connection: Any, one: Seen, sighting: int) -> None:
    connection.execute(
        "INSERT OR REPLACE INTO sighting_picture VALUES (?, ?, ?, ?, ?, ?, ?)",
        (sighting, one.face, one.moment, *one.box),
    )
    if one.person is None:
        numbers = np.ascontiguousarray(one.embedding, np.float32).tobytes()
        connection.execute(
            "INSERT OR REPLACE INTO sighting_embedding VALUES (?, ?, ?)", (sighting, one.encoder, numbers)
        )


def find(connection: Any, wanted: Wanted, most: int, before: Sighting | None = None) -> list[Sighting]:
    """The newest sightings wanted, newest first. most: how many. before: the last one of the page before."""
    where, values = _where(wanted)
    if before:
        where, values = f"{where} AND (last, sighting.id) < (?, ?)", [*values, before.last, before.id]
    found = connection.execute(f"{_ROW} WHERE {where} ORDER BY last DESC, sighting.id DESC LIMIT ?", [*values, most])
    return [_sighting(row) for row in found]


def count(connection: Any, wanted: Wanted) -> int:
    """How many sightings are wanted."""
    where, values = _where(wanted)
    return int(connection.execute(f"SELECT count(*) FROM sighting WHERE {where}", values).fetchone()[0])


def of_ids(connection: Any, ids: Iterable[int]) -> list[Sighting]:
    """The sightings with these ids, oldest first."""
    chosen = _numbers(ids)
    rows = connection.execute(f"{_ROW} WHERE sighting.id IN ({chosen}) ORDER BY first, sighting.id")
    return [_sighting(row) for row in rows]


def pictures(connection: Any, sighting: int) -> Pictures | None:
    """The pictures of one sighting; None if it has been deleted."""
    row = connection.execute(
        "SELECT face, moment, x, y, width, height FROM sighting_picture WHERE sighting = ?", (sighting,)
    ).fetchone()
    return Pictures(row[0], row[1], row[2:]) if row else None


def unknown(connection: Any) -> list[tuple[Sighting, str, NDArray[np.float32]]]:
    """Every unknown sighting, oldest first, ignored ones too, with its encoder and its embedding (128 numbers)."""
    rows = connection.execute(
        f"SELECT {_COLUMNS}, encoder, numbers FROM sighting LEFT JOIN person ON person.id = person"
        " JOIN sighting_embedding ON sighting = sighting.id WHERE person IS NULL ORDER BY first, sighting.id"
    )
    return [(_sighting(row[:10]), row[10], np.frombuffer(row[11], np.float32)) for row in rows]


def name(connection: Any, ids: Sequence[int], person: int) -> None:
    """Gives sightings to a person. Of people enrolled, the sightings' embeddings are not kept."""
    chosen = _numbers(ids)
    connection.execute(f"UPDATE sighting SET person = ?, ignored = 0 WHERE id IN ({chosen})", (person,))
    connection.execute(f"DELETE FROM sighting_embedding WHERE sighting IN ({chosen})")
    connection.execute(
        "UPDATE person SET last_seen = max(coalesce(last_seen, 0), (SELECT max(last) FROM sighting WHERE person = ?))"
        " WHERE id = ?",
        (person, person),
    )


def ignore(connection: Any, ids: Sequence[int], *, ignored: bool = True) -> None:
    """Marks unknown sightings as ignored; such are kept until they are deleted."""
    connection.execute(f"UPDATE sighting SET ignored = ? WHERE person IS NULL AND id IN ({_numbers(ids)})", (ignored,))


def delete(connection: Any, ids: Iterable[int]) -> int:
    """Deletes sightings. Returns how many there were."""
    return int(connection.execute(f"DELETE FROM sighting WHERE id IN ({_numbers(ids)})").rowcount)


def delete_keys(connection: Any, keys: Iterable[str]) -> None:
    """Deletes sightings by the recorder's keys: unknown faces that turned out to be people enrolled."""
    connection.executemany("DELETE FROM sighting WHERE key = ?", [(key,) for key in keys])


def delete_wanted(connection: Any, wanted: Wanted) -> int:
    """Deletes all sightings wanted. Returns how many there were."""
    where, values = _where(wanted)
    return int(connection.execute(f"DELETE FROM sighting WHERE {where}", values).rowcount)


def expire(connection: Any, now: float) -> int:
    """Deletes what is older than it may be kept. now: Unix time. Returns how many sightings there were."""
    rule = keeping(connection)
    old = connection.execute(
        "DELETE FROM sighting WHERE person IS NOT NULL AND last < ?", (now - rule.named_days * DAY,)
    ).rowcount
    strangers = connection.execute(
        "DELETE FROM sighting WHERE person IS NULL AND NOT ignored AND last < ?", (now - rule.unknown_hours * HOUR,)
    ).rowcount
    return int(old + strangers)


def anything_to_expire(connection: Any, now: float) -> bool:
    """Whether `expire` would delete something."""
    rule = keeping(connection)
    return bool(
        connection.execute(
            "SELECT EXISTS (SELECT 1 FROM sighting WHERE person IS NOT NULL AND last < ?)"
            " OR EXISTS (SELECT 1 FROM sighting WHERE person IS NULL AND NOT ignored AND last < ?)",
            (now - rule.named_days * DAY, now - rule.unknown_hours * HOUR),
        ).fetchone()[0]
    )


def _sighting(row: tuple[Any, ...]) -> Sighting:
    return Sighting(*(*row[:-1], bool(row[-1])))


def _where(wanted: Wanted) -> tuple[str, list[Any]]:
    parts, values = ["ignored = ?"], list[Any]([wanted.ignored])
    if wanted.people is not None:
        # Of many people, the sightings are found sooner by time than person by person; the + says so to SQLite.
        column = "person" if len(wanted.people) <= FEW else "+person"
        parts.append(f"{column} IN ({_numbers(wanted.people)})")
    if wanted.unknown is not None:
        parts.append("person IS NULL" if wanted.unknown else "person IS NOT NULL")
    if wanted.since is not None:
        parts.append("last >= ?")
        values.append(wanted.since)
    if wanted.until is not None:
        parts.append("first < ?")
        values.append(wanted.until)
    return " AND ".join(parts), values


def _numbers(ids: Iterable[int]) -> str:
    """Whole numbers for SQL's IN: there may be more of them than a statement has parameters."""
    return ", ".join(str(int(number)) for number in ids)
