"""The tables of a gallery and their migrations. A file's version is SQLite's `user_version`."""

import contextlib
from pathlib import Path
from typing import Any

from core.errors import GalleryError

MIGRATIONS = (
    """
    CREATE TABLE person (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        name TEXT NOT NULL,
        same_name TEXT NOT NULL UNIQUE,
        enrolled REAL NOT NULL
    ) STRICT;
    CREATE TABLE template (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        person INTEGER NOT NULL REFERENCES person (id) ON DELETE CASCADE,
        crop BLOB NOT NULL,
        embedding BLOB NOT NULL,
        encoder TEXT NOT NULL,
        created REAL NOT NULL
    ) STRICT;
    CREATE INDEX template_person ON template (person);
    """,
    """
    ALTER TABLE person ADD COLUMN last_seen REAL;
    ALTER TABLE template ADD COLUMN quality REAL NOT NULL DEFAULT 0.5;
    ALTER TABLE template ADD COLUMN metric TEXT NOT NULL DEFAULT '';
    """,
    # Crops move to their own table: an embedding lay behind its crop, so reading embeddings decrypted all pictures.
    """
    CREATE TABLE crop (
        template INTEGER PRIMARY KEY REFERENCES template (id) ON DELETE CASCADE,
        png BLOB NOT NULL
    ) STRICT;
    INSERT INTO crop SELECT id, crop FROM template;
    ALTER TABLE template DROP COLUMN crop;
    """,
    # An embedding belongs to a photo and an encoder, so that another encoder adds its own and removes none. A
    # template's `encoder` is the one it was enrolled with. Older versions could leave people without a photo.
    """
    CREATE TABLE embedding (
        template INTEGER NOT NULL REFERENCES template (id) ON DELETE CASCADE,
        encoder TEXT NOT NULL,
        numbers BLOB NOT NULL,
        PRIMARY KEY (template, encoder)
    ) STRICT, WITHOUT ROWID;
    INSERT INTO embedding SELECT id, encoder, embedding FROM template;
    ALTER TABLE template DROP COLUMN embedding;
    DELETE FROM person WHERE id NOT IN (SELECT person FROM template);
    CREATE TABLE revision (people INTEGER NOT NULL, seen INTEGER NOT NULL) STRICT;
    INSERT INTO revision VALUES (0, 0);
    """,
    # What people seen without being named say of the population before a camera: sums over several people at once.
    """
    CREATE TABLE population (
        encoder TEXT NOT NULL,
        metric TEXT NOT NULL,
        place TEXT NOT NULL,
        total BLOB NOT NULL,
        people INTEGER NOT NULL,
        pair_sum REAL NOT NULL,
        pairs REAL NOT NULL,
        squares REAL NOT NULL,
        freedom REAL NOT NULL,
        PRIMARY KEY (encoder, metric, place)
    ) STRICT, WITHOUT ROWID;
    """,
    # Faces that are not a person's, although they were taken for it: kept like photos, to say so again.
    "ALTER TABLE template ADD COLUMN counter INTEGER NOT NULL DEFAULT 0",
    # Who was here, and for how long that is kept. Pictures lie apart, so that a list decrypts none of them.
    """
    CREATE TABLE sighting (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        key TEXT NOT NULL UNIQUE,
        person INTEGER REFERENCES person (id) ON DELETE CASCADE,
        first REAL NOT NULL,
        last REAL NOT NULL,
        similarity REAL,
        quality REAL NOT NULL,
        source TEXT NOT NULL,
        ignored INTEGER NOT NULL DEFAULT 0
    ) STRICT;
    CREATE INDEX sighting_last ON sighting (last, id, person, ignored, first);
    CREATE INDEX sighting_person ON sighting (person, last, id);
    CREATE TABLE sighting_picture (
        sighting INTEGER PRIMARY KEY REFERENCES sighting (id) ON DELETE CASCADE,
        face BLOB NOT NULL,
        moment BLOB NOT NULL,
        x REAL NOT NULL,
        y REAL NOT NULL,
        width REAL NOT NULL,
        height REAL NOT NULL
    ) STRICT;
    CREATE TABLE sighting_embedding (
        sighting INTEGER PRIMARY KEY REFERENCES sighting (id) ON DELETE CASCADE,
        encoder TEXT NOT NULL,
        numbers BLOB NOT NULL
    ) STRICT;
    CREATE TABLE keeping (named_days REAL NOT NULL, unknown_hours REAL NOT NULL) STRICT;
    INSERT INTO keeping VALUES (30, 0);
    """,
    # What users want to be told. A rule belongs to one computer: it may run a command there, and nowhere else.
    """
    CREATE TABLE alert (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        computer TEXT NOT NULL,
        rule TEXT NOT NULL
    ) STRICT;
    """,
    # What users say of a person: a group, such as a class, and a note.
    """
    ALTER TABLE person ADD COLUMN grouping TEXT NOT NULL DEFAULT '';
    ALTER TABLE person ADD COLUMN note TEXT NOT NULL DEFAULT '';
    """,
    # Which file a photo came from, by its SHA-256, so that importing it again needs no look at it; empty if unknown.
    "ALTER TABLE template ADD COLUMN photo TEXT NOT NULL DEFAULT ''",
)
"""One step per version; the first turns an empty file into version 1."""

VERSION = len(MIGRATIONS)
WORTH_VACUUM = 0.02
"""Share of a file that must have become free for a migration to give it back to the disk by rewriting the file."""


def is_newest(connection: Any, path: Path) -> bool:
    """Whether a gallery has the newest tables. path: for messages. Raises GalleryError when a newer program made it."""
    version = _version(connection)
    if version > VERSION:
        raise GalleryError(f"{path} was made by a newer Firstsight: update this one to open it.")
    return version == VERSION


def migrate(connection: Any, path: Path) -> None:
    """Migrates a gallery to the newest version, one transaction per step, even while other programs do the same.

    path: for messages. Raises GalleryError when a newer program made it, and SQLite's errors.
    """
    older = _version(connection) > 0
    while not is_newest(connection, path):
        _step(connection, _version(connection))
    if older:
        # Gives the old tables' space back to the disk; if there is no space to do so, it stays.
        with contextlib.suppress(Exception):
            _shrink(connection)


def _step(connection: Any, version: int) -> None:
    connection.execute("BEGIN IMMEDIATE")
    try:
        # Another program may have migrated while this one waited for its turn.
        if _version(connection) == version:
            for statement in MIGRATIONS[version].split(";"):
                if statement.strip():
                    connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {version + 1}")
        connection.execute("COMMIT")
    except BaseException:
        # A full or failing disk has ended the transaction by itself.
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def _shrink(connection: Any) -> None:
    free, pages = (int(connection.execute(f"PRAGMA {what}").fetchone()[0]) for what in ("freelist_count", "page_count"))
    if free > WORTH_VACUUM * pages:
        connection.execute("VACUUM")
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _version(connection: Any) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])
