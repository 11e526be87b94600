"""The commands `people`, `rename` and `forget`."""

from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from core.cli.opening import opened_gallery
from core.cli.options import AsJson, GalleryFile, person_name
from core.cli.population import population_record, threshold_of
from core.cli.printing import already_done, print_table
from core.matching.alike import told
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
        rows = [[p.name, str(p.templates), _when(p.enrolled), _when(p.last_seen)] for p in everybody]
        print_table(f"{len(everybody)} enrolled", ["name", "photos", "enrolled", "last seen live"], rows)
        if sentence := told(threshold):
            print(f"Note: {sentence}")


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


def forget(
    name: Annotated[
        str | None, typer.Argument(metavar="NAME", parser=person_name, help="The person to delete.")
    ] = None,
    seen: Annotated[
        bool,
        typer.Option("--seen", help="Instead of a person, delete what is known of people seen live but not enrolled."),
    ] = False,
    gallery: GalleryFile = None,
    json: AsJson = False,
) -> None:
    """Delete a person and all their photos, and erase them from the gallery's file."""
    if (name is None) is not seen:
        raise typer.BadParameter("give either NAME, the person to delete, or --seen")
    if name is None:
        _forget_seen(gallery, json)
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
