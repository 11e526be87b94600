"""Enrolls the photos of an import, one after the other, and takes an import back."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from core.gallery import Gallery
from core.importing.judging import Judged
from core.recognizer import Recognizer
from core.types import Person, Template


@dataclass(frozen=True, slots=True, eq=False)
class Stored:
    """A photo that is enrolled now."""

    judged: Judged
    person: Person
    template: Template


@dataclass(frozen=True, slots=True, eq=False)
class Imported:
    """The photos that one import has enrolled."""

    photos: tuple[Stored, ...]

    @property
    def people(self) -> int:
        """Number of people they show."""
        return len({one.person.id for one in self.photos})


def store_photos(recognizer: Recognizer, photos: Sequence[Judged]) -> Iterator[Stored]:
    """Enrolls photos that have a face and a name. Each is on disk when it is given. Raises GalleryError,
    and ValueError when there is no face."""
    for judged in photos:
        read = judged.read
        if read.crop is None or read.embedding is None:
            raise ValueError(f"{read.photo} shows no face that could be enrolled")
        person, template = recognizer.gallery.add_photo(
            read.name, read.crop, read.embedding, recognizer.encoder.id, quality=read.quality, photo=read.file
        )
        yield Stored(judged, person, template)


def take_back(gallery: Gallery, done: Imported) -> None:
    """Undoes an import: deletes its photos, and the people who have no others. Raises GalleryError."""
    imported: dict[int, set[int]] = {}
    for one in done.photos:
        imported.setdefault(one.person.id, set()).add(one.template.id)
    snapshot = gallery.snapshot
    owners = list(zip(snapshot.templates, snapshot.persons, snapshot.names, strict=True))
    others = {person for template, person, _ in owners if template not in imported.get(person, ())}
    names = {name for _, person, name in owners if person in imported and person not in others}
    for template, person, _ in owners:
        if person in others and template in imported.get(person, ()):
            gallery.forget_template(template)
    if names:
        gallery.forget(*sorted(names))
