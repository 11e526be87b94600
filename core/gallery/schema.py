"""The tables of a gallery and how older ones become the newest. A file's version is SQLite's `user_version`."""

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
    # Crops apart: a row's embedding lay behind its crop, so that reading all embeddings decrypted all pictures.
    """
    CREATE TABLE crop (
        template INTEGER PRIMARY KEY REFERENCES template (id) ON DELETE CASCADE,
        png BLOB NOT NULL
    ) STRICT;
    INSERT INTO crop SELECT id, crop FROM template;
    ALTER TABLE template DROP COLUMN crop;
    """,
)
"""One step a version: the first makes version 1 of an empty file."""

VERSION = len(MIGRATIONS)


def migrate(connection: Any, name: str) -> bool:
    """Brings a gallery to the newest version, each step in one transaction; whether it was an older one before.

    name: for messages. Raises GalleryError when a newer program made it.
    """
    older = False
    while (version := int(connection.execute("PRAGMA user_version").fetchone()[0])) != VERSION:
        if version > VERSION:
            raise GalleryError(f"{name} was made by a newer Firstsight: update this one to open it.")
        older = older or version > 0
        connection.execute("BEGIN IMMEDIATE")
        try:
            # Another program may have migrated while this one waited for its turn.
            if int(connection.execute("PRAGMA user_version").fetchone()[0]) == version:
                for statement in MIGRATIONS[version].split(";"):
                    if statement.strip():
                        connection.execute(statement)
                connection.execute(f"PRAGMA user_version = {version + 1}")
            connection.execute("COMMIT")
        except BaseException:
            connection.execute("ROLLBACK")
            raise
    return older
