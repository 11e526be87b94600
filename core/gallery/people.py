"""People and their photos in the gallery's tables. Each function is part of a transaction on the given connection."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from core.errors import GalleryError
from core.gallery.names import clean_name, same_name_key
from core.types import Person

LONGEST_GROUP, LONGEST_NOTE = 100, 1000
"""Most letters of a person's group and of the note about them."""

_PERSON = """
    SELECT person.id, name, count(template.id), enrolled, last_seen, grouping, note
    FROM person JOIN template ON template.person = person.id AND NOT counter
    {where} GROUP BY person.id ORDER BY same_name
"""


@dataclass(frozen=True, slots=True)
class Revision:
    """Counts what has been written, so that readers can tell at once whether they are up to date."""

    people: int
    """Number of changes to who is enrolled."""
    seen: int
    """Number of times that somebody was marked as seen."""
    count: int
    """Number of people enrolled."""
    templates: int
    """Number of photos enrolled and of counter-examples."""

    def follows(self, other: "Revision") -> bool:
        """Whether this is the revision right after `other`, with nothing written in between."""
        return self.people + self.seen == other.people + other.seen + 1


@dataclass(frozen=True, slots=True, eq=False)
class Forgotten:
    """Everything deleted with some people, so that it can be undone while the program runs."""

    people: tuple[Person, ...]
    persons: tuple[tuple[Any, ...], ...]
    """Rows of the table `person`; those of more tables follow."""
    templates: tuple[tuple[Any, ...], ...]
    crops: tuple[tuple[int, bytes], ...]
    embeddings: tuple[tuple[int, str, bytes], ...]
    sightings: tuple[tuple[Any, ...], ...] = ()
    pictures: tuple[tuple[Any, ...], ...] = ()
    sighting_embeddings: tuple[tuple[Any, ...], ...] = ()

    @property
    def person(self) -> Person:
        """The first of the people."""
        return self.people[0]


def everybody(connection: Any) -> list[Person]:
    """All people, sorted by name."""
    return [Person(*row) for row in connection.execute(_PERSON.format(where=""))]


def named(connection: Any, name: str) -> Person | None:
    """The person with that name, ignoring case; None if there is none. Raises GalleryError when the name is invalid."""
    key = same_name_key(clean_name(name))
    row = connection.execute(_PERSON.format(where="WHERE same_name = ?"), (key,)).fetchone()
    return Person(*row) if row else None


def required(connection: Any, name: str) -> Person:
    """The person with that name, ignoring case. Raises GalleryError when there is none."""
    person = named(connection, name)
    if person is None:
        raise GalleryError(f"Nobody called {clean_name(name)} is enrolled: `firstsight people` lists the names.")
    return person


def add_photo(
    connection: Any, name: str, png: bytes, numbers: bytes, values: tuple[str, float, float, str, str]
) -> int:
    """Adds a template to the person with that name, or to a new person. Returns its id.

    name: from `clean_name`. png: the crop. numbers: the embedding. values: encoder, Unix time, quality, metric, SHA-256
    of the photo's file.
    """
    connection.execute(
        "INSERT INTO person (name, same_name, enrolled) VALUES (?, ?, ?) ON CONFLICT (same_name) DO NOTHING",
        (name, same_name_key(name), values[1]),
    )
    template = connection.execute(
        "INSERT INTO template (person, encoder, created, quality, metric, photo)"
        " SELECT id, ?, ?, ?, ?, ? FROM person WHERE same_name = ?",
        (*values, same_name_key(name)),
    ).lastrowid
    connection.execute("INSERT INTO crop (template, png) VALUES (?, ?)", (template, png))
    connection.execute("INSERT INTO embedding VALUES (?, ?, ?)", (template, values[0], numbers))
    return int(template)


def add_counter(connection: Any, person: int, png: bytes, numbers: bytes, values: tuple[str, float, float]) -> int:
    """Adds a counter-example: a face that is not this person's. Returns its id.

    png, numbers: as for `add_photo`. values: encoder, Unix time, quality.
    """
    template = connection.execute(
        "INSERT INTO template (person, encoder, created, quality, counter) VALUES (?, ?, ?, ?, 1)", (person, *values)
    ).lastrowid
    connection.execute("INSERT INTO crop (template, png) VALUES (?, ?)", (template, png))
    connection.execute("INSERT INTO embedding VALUES (?, ?, ?)", (template, values[0], numbers))
    return int(template)


def rename(connection: Any, old: str, new: str) -> Person:
    """Renames a person. Raises GalleryError when nobody has the old name, or somebody else has the new one."""
    person, name = required(connection, old), clean_name(new)
    other = named(connection, name)
    if other and other.id != person.id:
        raise GalleryError(f"{other.name} is already enrolled: choose another name, or delete one of the two.")
    connection.execute("UPDATE person SET name = ?, same_name = ? WHERE id = ?", (name, same_name_key(name), person.id))
    return required(connection, name)


def describe(connection: Any, name: str, group: str | None, note: str | None) -> Person:
    """Puts a person in a group and notes something about them; None leaves it as it is."""
    person = required(connection, name)
    for column, text, most in (("grouping", group, LONGEST_GROUP), ("note", note, LONGEST_NOTE)):
        if text is not None:
            told = " ".join(text.split())
            if len(told) > most:
                raise GalleryError(
                    f"This {'group' if column == 'grouping' else 'note'} is too long: at most {most} letters."
                )
            connection.execute(f"UPDATE person SET {column} = ? WHERE id = ?", (told, person.id))
    return required(connection, name)


def forget(connection: Any, people: Iterable[Person]) -> Forgotten:
    """Deletes people with all their photos and embeddings."""
    chosen = tuple({person.id: person for person in people}.values())
    persons, templates, crops, embeddings, sightings, pictures, seen = [], [], [], [], [], [], []
    for person in chosen:
        only = (person.id,)
        persons += connection.execute("SELECT * FROM person WHERE id = ?", only).fetchall()
        templates += connection.execute("SELECT * FROM template WHERE person = ?", only).fetchall()
        of_person = "WHERE template IN (SELECT id FROM template WHERE person = ?)"
        crops += connection.execute(f"SELECT * FROM crop {of_person}", only).fetchall()
        embeddings += connection.execute(f"SELECT * FROM embedding {of_person}", only).fetchall()
        sightings += connection.execute("SELECT * FROM sighting WHERE person = ?", only).fetchall()
        of_sighting = "WHERE sighting IN (SELECT id FROM sighting WHERE person = ?)"
        pictures += connection.execute(f"SELECT * FROM sighting_picture {of_sighting}", only).fetchall()
        seen += connection.execute(f"SELECT * FROM sighting_embedding {of_sighting}", only).fetchall()
        connection.execute("DELETE FROM person WHERE id = ?", only)
    tables = (persons, templates, crops, embeddings, sightings, pictures, seen)
    return Forgotten(chosen, *map(tuple, tables))


def restore(connection: Any, forgotten: Forgotten) -> None:
    """Restores deleted people. Raises GalleryError when one has been restored already, or a name is enrolled again."""
    for person in forgotten.people:
        if named(connection, person.name):
            raise GalleryError(f"{person.name} has been enrolled again: rename one of the two first.")
        if connection.execute("SELECT 1 FROM person WHERE id = ?", (person.id,)).fetchone():
            raise GalleryError(f"{person.name} has been restored already: nothing was changed.")
    for table, rows in (
        ("person", forgotten.persons),
        ("template", forgotten.templates),
        ("crop", forgotten.crops),
        ("embedding", forgotten.embeddings),
        ("sighting", forgotten.sightings),
        ("sighting_picture", forgotten.pictures),
        ("sighting_embedding", forgotten.sighting_embeddings),
    ):
        if rows:
            connection.executemany(f"INSERT INTO {table} VALUES ({', '.join('?' * len(rows[0]))})", rows)


def forget_template(connection: Any, template: int) -> None:
    """Deletes one photo or counter-example, if it still exists. Raises GalleryError for a person's last photo."""
    is_photo, count = connection.execute(
        "SELECT coalesce(sum(id = ?), 0), count(*) FROM template"
        " WHERE NOT counter AND person = (SELECT person FROM template WHERE id = ?)",
        (template, template),
    ).fetchone()
    if is_photo and count == 1:
        raise GalleryError("This is the person's only photo: delete the person, or add another photo first.")
    connection.execute("DELETE FROM template WHERE id = ?", (template,))


def revision(connection: Any) -> Revision:
    """The current revision."""
    counts = "(SELECT count(*) FROM person), (SELECT count(*) FROM template)"
    return Revision(*connection.execute(f"SELECT people, seen, {counts} FROM revision").fetchone())


def revise(connection: Any, *, seen: bool = False) -> Revision:
    """Counts a change to who is enrolled, or with `seen` to who was seen. Returns the new revision."""
    connection.execute("UPDATE revision SET seen = seen + 1" if seen else "UPDATE revision SET people = people + 1")
    return revision(connection)
