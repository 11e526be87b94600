"""The commands `people`, `rename` and `forget`."""

from dataclasses import asdict
from datetime import datetime
from typing import Annotated

import typer

from core.cli.opening import opened_gallery
from core.cli.options import AsJson, GalleryFile, person_name
from core.cli.printing import already_done, print_table
from core.system.terminal import print_json


def people(gallery: GalleryFile = None, json: AsJson = False) -> None:
    """List the enrolled people."""
    with opened_gallery(gallery) as store:
        everybody = store.people()
    if json:
        print_json({"people": [asdict(person) for person in everybody]})
    elif not everybody:
        print('Nobody is enrolled yet: firstsight enroll "Name" photo.jpg')
    else:
        rows = [[p.name, str(p.templates), _when(p.enrolled), _when(p.last_seen)] for p in everybody]
        print_table(f"{len(everybody)} enrolled", ["name", "photos", "enrolled", "last seen live"], rows)


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
    name: Annotated[str, typer.Argument(metavar="NAME", parser=person_name, help="The person to delete.")],
    gallery: GalleryFile = None,
    json: AsJson = False,
) -> None:
    """Delete a person and all their photos, and erase them from the gallery's file."""
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


def _when(moment: float | None) -> str:
    return datetime.fromtimestamp(moment).strftime("%Y-%m-%d %H:%M") if moment else "never"
