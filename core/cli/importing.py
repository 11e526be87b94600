"""The commands `import` and `export`: many people at once."""

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from core.cli.opening import opened_gallery, recognizer_for
from core.cli.options import AsJson, EncoderFile, GalleryFile
from core.cli.printing import already_done, print_table
from core.cli.progress import progress
from core.cli.records import imported_record
from core.matching.rate import DEFAULT_RATE
from core.system.terminal import INTERRUPTED, can_ask, print_json

if TYPE_CHECKING:
    from core.gallery.doubts import Doubted
    from core.importing.judging import Judged
    from core.importing.listing import Entry
    from core.importing.reading import Read
    from core.importing.storing import Stored
    from core.recognizer import Recognizer

MOST_SETTLED = 40
"""Photos that need no further look are listed only up to this number."""


def import_people(
    places: Annotated[
        list[Path],
        typer.Argument(
            metavar="FOLDER|CSV|PHOTO",
            help="A folder with one folder of pictures for each person, or with pictures named after people; a table "
            "with the columns name and photo; a folder by `firstsight export`; or photos named after people.",
        ),
    ],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what was found, and store nothing.")] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Store without asking.")] = False,
    doubtful: Annotated[
        bool,
        typer.Option(
            "--doubtful",
            help="Also store photos that are poor, show several faces (the largest is taken), are unlike the person's "
            "other photos, or very close to somebody else.",
        ),
    ] = False,
    gallery: GalleryFile = None,
    encoder: EncoderFile = None,
    json: AsJson = False,
) -> None:
    """Enroll many people at once. Interrupted, it keeps what is stored; run again, it goes on from there."""
    from core.importing.judging import Finding, judge
    from core.importing.listing import list_photos

    if not (yes or dry_run) and (json or not can_ask()):
        raise typer.BadParameter("nobody can be asked here: add --yes to store, or --dry-run to only look")
    entries = list_photos(places)
    wanted = {Finding.READY, Finding.DOUBTFUL} if doubtful else {Finding.READY}
    stored: list[Stored] = []
    with recognizer_for(gallery, DEFAULT_RATE, encoder, create=True) as recognizer:
        read, interrupted = _read(recognizer, entries)
        if interrupted and not yes:
            print("Interrupted: nothing has been stored.", file=sys.stderr)
            raise typer.Exit(INTERRUPTED)
        judged = judge(recognizer, read)
        chosen = [one for one in judged if one.finding in wanted]
        if not json:
            _show(judged)
        if chosen and not dry_run:
            if not yes:
                typer.confirm(f"Store {_count(chosen)}", default=False, abort=True, err=True)
            stopped = _store(recognizer, chosen, stored)
            interrupted = interrupted or stopped
    with already_done():
        if json:
            by_photo = {id(one.judged): one for one in stored}
            print_json(
                {
                    "photos": [imported_record(one, by_photo.get(id(one))) for one in judged],
                    "stored": len(stored),
                    "people": len({one.person.id for one in stored}),
                    "not_read": len(entries) - len(read),
                    "interrupted": interrupted,
                    "dry_run": dry_run,
                }
            )
        else:
            _sum_up(judged, chosen, stored, dry_run=dry_run)
    if interrupted:
        print(
            f"Interrupted: {len(stored)} photos are stored. Run the same command again to go on with the rest.",
            file=sys.stderr,
        )
        raise typer.Exit(INTERRUPTED)


def _read(recognizer: "Recognizer", entries: "list[Entry]") -> "tuple[list[Read], bool]":
    """Reads the photos. Returns also whether Ctrl-C has ended that early."""
    from core.importing.reading import read_photos

    read: list[Read] = []
    try:
        with progress("Reading photos") as report:
            for one in read_photos(recognizer, entries):
                read.append(one)
                report(len(read), len(entries))
    except KeyboardInterrupt:
        return read, True
    return read, False


def _store(recognizer: "Recognizer", chosen: "list[Judged]", stored: "list[Stored]") -> bool:
    """Stores photos, and adds them to `stored`. Returns whether Ctrl-C has ended that early."""
    from core.importing.storing import store_photos

    try:
        with progress("Storing") as report:
            for one in store_photos(recognizer, chosen):
                stored.append(one)
                report(len(stored), len(chosen))
    except KeyboardInterrupt:
        return True
    return False


def _show(judged: "list[Judged]") -> None:
    from core.importing.judging import Finding

    settled = [one for one in judged if one.finding in (Finding.READY, Finding.ALREADY)]
    shown = judged if len(settled) <= MOST_SETTLED else [one for one in judged if one not in settled]
    if shown:
        rows = [[one.read.name, "/".join(one.read.photo.parts[-2:]), _told(one)] for one in shown]
        print_table("What was found" if shown is judged else "What needs a look", ["name", "photo", "found"], rows)
    counts = ((sum(one.finding is finding for one in judged), finding) for finding in Finding)
    print(", ".join(f"{count:,} {finding}" for count, finding in counts if count) + ".")


def _told(one: "Judged") -> str:
    """What was found, in words."""
    from core.importing.judging import Finding

    match one.finding:
        case Finding.UNREADABLE:
            return one.read.trouble
        case Finding.ALREADY:
            return "already enrolled" + ("" if one.read.already == one.read.name else f" as {one.read.already}")
        case Finding.NO_FACE:
            return "no face"
        case Finding.NO_NAME:
            return "no name: the file's name tells nobody's"
    words = [*(str(problem) for problem in one.read.problems), *(_doubt(doubt, one) for doubt in one.doubts)]
    if one.known:
        words.append(f"adds a photo to {one.known}")
    return "\n".join(words) or "new"


def _doubt(doubt: "Doubted", one: "Judged") -> str:
    from core.gallery.doubts import Doubt

    match doubt.kind:
        case Doubt.SEVERAL_FACES:
            return f"{one.read.faces} faces"
        case Doubt.UNLIKE:
            return "unlike the person's other photos"
        case Doubt.VERY_CLOSE if one.close:
            return f"very close to {one.close.name} ({one.close.similarity:.2f})"
    return doubt.question


def _sum_up(judged: "list[Judged]", chosen: "list[Judged]", stored: "list[Stored]", *, dry_run: bool) -> None:
    from core.importing.judging import Finding

    if not chosen:
        print("There is nothing to store.")
    elif dry_run:
        print(f"Would store {_count(chosen)}; nothing was stored.")
    else:
        print(f"Stored {_count(one.judged for one in stored)}.")
    left = {id(one) for one in judged if one.finding is Finding.DOUBTFUL} - {id(one) for one in chosen}
    if left:
        print(f"{len(left):,} doubtful {_photos(len(left))} left out: --doubtful stores them too.")


def _count(photos: "Iterable[Judged]") -> str:
    from core.gallery.names import same_name_key

    names = [same_name_key(one.read.name) for one in photos]
    people = len(set(names))
    return f"{len(names):,} {_photos(len(names))} of {people:,} {'person' if people == 1 else 'people'}"


def _photos(count: int) -> str:
    return "photo" if count == 1 else "photos"


def export_people(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="A new folder, or an empty one.")],
    gallery: GalleryFile = None,
    json: AsJson = False,
) -> None:
    """Export everybody's faces and names into a folder that `firstsight import` reads."""
    from core.importing.exporting import export_people

    with opened_gallery(gallery) as store, progress("Exporting") as report:
        people, photos = export_people(store, folder, report)
    print(
        f"The pictures and names in {folder} are not encrypted: whoever can read the folder can see them.",
        file=sys.stderr,
    )
    with already_done():
        if json:
            print_json({"folder": str(folder), "people": people, "photos": photos})
        else:
            plural = "person" if people == 1 else "people"
            print(f"Exported {photos:,} {_photos(photos)} of {people:,} {plural} to {folder}.")
