"""Commands about who is enrolled: people, rename, forget."""

from dataclasses import asdict
from datetime import datetime
from typing import Annotated

import typer

from core.cli.options import (
    AsJson,
    GalleryFile,
    already_done,
    opened_gallery,
    person_name,
    print_json,
    print_table,
)


def people(gallery: GalleryFile = None, json: AsJson = False) -> None:
    """Lists who is enrolled."""
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
    old: Annotated[str, typer.Argument(metavar="OLD", parser=person_name, help="The name now.")],
    new: Annotated[str, typer.Argument(metavar="NEW", parser=person_name, help="The name to be.")],
    gallery: GalleryFile = None,
    json: AsJson = False,
) -> None:
    """Gives somebody another name."""
    with opened_gallery(gallery) as store:
        person = store.rename(old, new)
    with already_done():
        if json:
            print_json({"person": asdict(person)})
        else:
            print(f"{old} is now called {person.name}.")


def forget(
    name: Annotated[str, typer.Argument(metavar="NAME", parser=person_name, help="Whom to delete.")],
    gallery: GalleryFile = None,
    json: AsJson = False,
) -> None:
    """Deletes somebody with all photos; no byte of them stays in the file."""
    with opened_gallery(gallery) as store:
        person = store.forget(name).person
        erased = store.erased
    with already_done():
        if json:
            print_json({"forgotten": asdict(person), "erased": erased})
            return
        print(f"Deleted {person.name} and {person.templates} photo{'s' if person.templates > 1 else ''}.")
        if not erased:
            print("Another program is reading the gallery: the last bytes of them go when it is opened or closed next.")


def _when(moment: float | None) -> str:
    return datetime.fromtimestamp(moment).strftime("%Y-%m-%d %H:%M") if moment else "never"
