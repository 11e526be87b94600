"""The commands `people`, `photos`, `rename`, `describe` and `forget`."""

from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from core.cli.opening import opened_gallery, recognizer_for
from core.cli.options import AsJson, EncoderFile, GalleryFile, person_name
from core.cli.population import population_record, threshold_of
from core.cli.printing import already_done, print_table
from core.errors import GalleryError
from core.matching.alike import told
from core.matching.rate import DEFAULT_RATE
from core.system.terminal import print_json


def people(gallery: GalleryFile = None, json: AsJson = False) -> None:
    """List the enrolled people."""
    with opened_gallery(gallery) as store:
        everybody = store.people()
        threshold = threshold_of(store)
    if json:
        print_json({"people": [asdict(person) for person in everybody], "population": population_record(threshold)})
    elif not everybody:
        print('Nobody is enrolled yet: firstsight enroll "Name" photo.jpg')
    else:
        rows = [[p.name, str(p.templates), _when(p.enrolled), _when(p.last_seen), p.group, p.note] for p in everybody]
        columns = ["name", "photos", "enrolled", "last seen live", "group", "note"]
        used = [n for n, _ in enumerate(columns) if n < 4 or any(row[n] for row in rows)]
        print_table(f"{len(everybody)} enrolled", [columns[n] for n in used], [[row[n] for n in used] for row in rows])
        if sentence := told(threshold):
            print(f"Note: {sentence}")


def photos(
    name: Annotated[str, typer.Argument(metavar="NAME", parser=person_name, help="The person.")],
    gallery: GalleryFile = None,
    encoder: EncoderFile = None,
    json: AsJson = False,
) -> None:
    """List a person's photos and counter-examples, and point out photos that don't resemble the others."""
    with recognizer_for(gallery, DEFAULT_RATE, encoder) as recognizer:
        person = recognizer.gallery.require(name)
        everything = recognizer.photos(name)
    if json:
        print_json(
            {
                "name": person.name,
                "photos": [
                    {
                        "id": one.template.id,
                        "counter_example": one.counter,
                        "enrolled": one.template.created,
                        "likeness": one.likeness,
                        "unlike": one.unlike,
                    }
                    for one in everything
                ],
            }
        )
        return
    rows = [
        [
            str(one.template.id),
            "counter-example" if one.counter else "photo",
            _when(one.template.created),
            "" if one.likeness is None else f"{one.likeness:.2f}",
            f"does not look like the others: is it {person.name}?" if one.unlike else "",
        ]
        for one in everything
    ]
    print_table(person.name, ["number", "kind", "added", "similarity to the others", "note"], rows)


def rename(
    old: Annotated[str, typer.Argument(metavar="OLD", parser=person_name, help="The current name.")],
    new: Annotated[str, typer.Argument(metavar="NEW", parser=person_name, help="The new name.")],
    gallery: GalleryFile = None,
    json: AsJson = False,
) -> None:
    """Rename an enrolled person."""
    with opened_gallery(gallery) as store:
        person = store.rename(old, new)
    with already_done():
        if json:
            print_json({"person": asdict(person)})
        else:
            print(f"{old} is now called {person.name}.")


def describe(
    names: Annotated[list[str], typer.Argument(metavar="NAME…", parser=person_name, help="The people.")],
    group: Annotated[str | None, typer.Option(help="Put them in this group, such as a class; empty for none.")] = None,
    note: Annotated[str | None, typer.Option(help="Note this about each of them; empty for nothing.")] = None,
    gallery: GalleryFile = None,
    json: AsJson = False,
) -> None:
    """Put people in a group, or note something about them."""
    if group is None and note is None:
        raise typer.BadParameter("give --group, --note, or both")
    with opened_gallery(gallery) as store:
        described = store.describe(names, group=group, note=note)
    with already_done():
        if json:
            print_json({"people": [asdict(person) for person in described]})
        else:
            print(f"Noted for {', '.join(person.name for person in described)}.")


def forget(
    name: Annotated[
        str | None, typer.Argument(metavar="NAME", parser=person_name, help="The person to delete.")
    ] = None,
    seen: Annotated[
        bool,
        typer.Option("--seen", help="Instead of a person, delete what is known of people seen live but not enrolled."),
    ] = False,
    photo: Annotated[
        int | None,
        typer.Option(metavar="NUMBER", help="Delete only this photo or counter-example, see `firstsight photos NAME`."),
    ] = None,
    gallery: GalleryFile = None,
    json: AsJson = False,
) -> None:
    """Delete a person and all their photos, and erase them from the gallery's file."""
    if (name is None) is not seen:
        raise typer.BadParameter("give either NAME, the person to delete, or --seen")
    if name is None:
        _forget_seen(gallery, json)
        return
    if photo is not None:
        _forget_photo(name, photo, gallery, json)
        return
    with opened_gallery(gallery) as store:
        person = store.forget(name).person
        erased = store.erased
    with already_done():
        if json:
            print_json({"forgotten": asdict(person), "erased": erased})
            return
        print(f"Deleted {person.name} and {person.templates} photo{'s' if person.templates > 1 else ''}.")
        if not erased:
            print(
                "Another program is reading the gallery: the last bytes are erased from its file when it is next "
                "opened or closed."
            )


def _forget_photo(name: str, photo: int, gallery: Path | None, json: bool) -> None:
    with opened_gallery(gallery) as store:
        person = store.require(name)
        if photo not in {one.id for one in [*store.templates(person.id), *store.counters(person.id)]}:
            raise GalleryError(f"{person.name} has no photo {photo}: `firstsight photos` lists the numbers.")
        store.forget_template(photo)
        erased = store.erased
    with already_done():
        if json:
            print_json({"forgotten_photo": photo, "name": person.name, "erased": erased})
        else:
            print(f"Deleted photo {photo} of {person.name}.")


def _forget_seen(gallery: Path | None, json: bool) -> None:
    with opened_gallery(gallery) as store:
        count = store.forget_seen() if len(store) else 0
        erased = store.erased
    with already_done():
        if json:
            print_json({"forgotten_seen": count, "erased": erased})
        else:
            print(f"Deleted what {count:,} people seen live said of how alike people are here.")


def _when(moment: float | None) -> str:
    return datetime.fromtimestamp(moment).strftime("%Y-%m-%d %H:%M") if moment else "never"
