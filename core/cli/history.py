"""The commands `history`, `attendance` and `unknown`: who was here."""

import time
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from core.cli.opening import opened_gallery, recognizer_for
from core.cli.options import AsJson, EncoderFile, GalleryFile, person_name
from core.cli.printing import already_done, print_table
from core.cli.writing import Overwrite
from core.errors import GalleryError
from core.matching.rate import DEFAULT_RATE
from core.system.terminal import print_json

if TYPE_CHECKING:
    from core.gallery import Gallery
    from core.gallery.sightings import Sighting, Wanted
    from core.history.unknowns import Group


def a_day(text: str) -> date:
    """A day from the command line."""
    today = date.today()
    named = {"today": today, "yesterday": today - timedelta(days=1)}
    try:
        return named.get(text) or date.fromisoformat(text)
    except ValueError as error:
        raise typer.BadParameter(f"{text!r} is not a day: write it as {today}, or today or yesterday") from error


Since = Annotated[
    date | None, typer.Option("--from", parser=a_day, metavar="DAY", help="From this day on, such as 2026-01-31.")
]
Until = Annotated[date | None, typer.Option("--to", parser=a_day, metavar="DAY", help="Up to this day, included.")]
CsvFile = Annotated[Path | None, typer.Option("--csv", metavar="FILE", help="Write them all to a CSV file.")]


def history(
    name: Annotated[
        str | None, typer.Argument(metavar="[NAME]", parser=person_name, help="A person; by default everybody.")
    ] = None,
    unknown: Annotated[bool, typer.Option("--unknown", help="Only people who were not named.")] = False,
    day: Annotated[date | None, typer.Option(parser=a_day, metavar="DAY", help="Only this day.")] = None,
    since: Since = None,
    until: Until = None,
    most: Annotated[int, typer.Option("--most", min=1, metavar="N", help="The newest N.")] = 50,
    csv: CsvFile = None,
    overwrite: Overwrite = False,
    delete: Annotated[bool, typer.Option("--delete", help="Delete these sightings.")] = False,
    keep_days: Annotated[
        float | None,
        typer.Option(
            metavar="DAYS", help="From now on, keep sightings of people enrolled this long; 0 for not at all."
        ),
    ] = None,
    keep_unknown_hours: Annotated[
        float | None,
        typer.Option(metavar="HOURS", help="From now on, keep unknown faces this long; 0 for not at all."),
    ] = None,
    gallery: GalleryFile = None,
    json: AsJson = False,
) -> None:
    """List who was here: every sighting by the window or by `watch --record`, newest first."""
    if day and (since or until):
        raise typer.BadParameter("give either --day, or --from and --to")
    if name and unknown:
        raise typer.BadParameter("give either NAME or --unknown")
    with opened_gallery(gallery) as store:
        if keep_days is not None or keep_unknown_hours is not None:
            store.history.keep(named_days=keep_days, unknown_hours=keep_unknown_hours, now=time.time())
            with already_done():
                _tell_keeping(store, json)
            return
        _expire(store)
        wanted = _wanted(store, name, unknown, day or since, day or until)
        if delete:
            deleted = store.history.delete_wanted(wanted)
            with already_done():
                if json:
                    print_json({"deleted": deleted, "erased": store.erased})
                else:
                    print(f"Deleted {_sightings(deleted)}.")
            return
        if csv:
            from core.history.spreadsheet import sightings_csv

            _write(csv, sightings_csv(store.history.every(wanted)), overwrite)
        count = store.history.count(wanted)
        found = store.history.find(wanted, most)
        keeping = store.history.keeping
    if json:
        print_json(
            {
                "count": count,
                "keeping": {"named_days": keeping.named_days, "unknown_hours": keeping.unknown_hours},
                "sightings": [_record(sighting) for sighting in found],
            }
        )
    elif csv:
        print(f"Wrote {_sightings(count)} to {csv}.")
    else:
        _tell(found, count)


def attendance(
    since: Since = None,
    until: Until = None,
    group: Annotated[
        str | None, typer.Option(metavar="GROUP", help="Only the people of this group, see `firstsight describe`.")
    ] = None,
    csv: CsvFile = None,
    overwrite: Overwrite = False,
    gallery: GalleryFile = None,
    json: AsJson = False,
) -> None:
    """List who was here on which days, and who never was; by default today."""
    from core.gallery.sightings import Wanted
    from core.history.days import attendance as attended
    from core.history.days import begin_of, end_of
    from core.history.spreadsheet import attendance_csv, when

    last = until or date.today()
    first = since or (min(last, date.today()))
    if first > last:
        raise typer.BadParameter(f"--from {first} is after --to {last}")
    with opened_gallery(gallery) as store:
        _expire(store)
        people = [one for one in store.people() if group is None or one.group.casefold() == group.casefold()]
        if group is not None and not people:
            raise GalleryError(f"Nobody is in a group called {group}: put people in it with `firstsight describe`.")
        wanted = Wanted(frozenset(one.id for one in people), since=begin_of(first), until=end_of(last))
        told = attended(people, store.history.every(wanted), first, last)
        if csv:
            _write(csv, attendance_csv(told), overwrite)
    if json:
        print_json(
            {
                "from": first.isoformat(),
                "to": last.isoformat(),
                "people": [
                    {
                        "name": one.person.name,
                        "group": one.person.group,
                        "days": [
                            {
                                "day": day.day.isoformat(),
                                "first": day.first,
                                "last": day.last,
                                "sightings": day.sightings,
                            }
                            for day in one.days
                        ],
                    }
                    for one in told
                ],
            }
        )
    elif csv:
        print(f"Wrote the attendance of {len(told)} people to {csv}.")
    else:
        rows = [
            [
                one.person.name,
                one.person.group,
                str(len(one.days)),
                when(one.days[0].first)[:-3] if one.days else "",
                when(one.days[-1].last)[:-3] if one.days else "",
            ]
            for one in told
        ]
        here = sum(bool(one.days) for one in told)
        period = str(first) if first == last else f"{first} to {last}"
        print_table(f"{here} of {len(told)} were here, {period}", ["name", "group", "days", "first", "last"], rows)


def unknown(
    number: Annotated[
        int | None, typer.Argument(metavar="[NUMBER]", help="One of them, by number, to name, ignore or delete.")
    ] = None,
    name: Annotated[
        str | None,
        typer.Option(
            "--name", metavar="NAME", parser=person_name, help="Enroll this person, and name their sightings."
        ),
    ] = None,
    ignore: Annotated[bool, typer.Option("--ignore", help="Don't list this person any more.")] = False,
    delete: Annotated[bool, typer.Option("--delete", help="Delete this person's sightings.")] = False,
    ignored: Annotated[bool, typer.Option("--ignored", help="List those ignored.")] = False,
    gallery: GalleryFile = None,
    encoder: EncoderFile = None,
    json: AsJson = False,
) -> None:
    """List unknown people whose faces are kept, each with how often they came; name, ignore or delete one."""
    wishes = (name is not None) + ignore + delete
    if wishes > 1 or (wishes == 1) is (number is None):
        raise typer.BadParameter("give a NUMBER together with one of --name, --ignore and --delete, or nothing to list")
    with recognizer_for(gallery, DEFAULT_RATE, encoder) as recognizer:
        from core.history.unknowns import groups, name_group

        _expire(recognizer.gallery)
        found = groups(recognizer)
        if number is None:
            _tell_groups([group for group in found if group.ignored is ignored], recognizer.gallery, json)
            return
        group = next((group for group in found if group.id == number), None)
        if group is None:
            raise GalleryError(f"There is no unknown person {number}: `firstsight unknown` lists the numbers.")
        if name is not None:
            person = name_group(recognizer, group, name)
            told, record = f"{person.name} is enrolled.", dict[str, Any](named=person.name)
        elif ignore:
            recognizer.gallery.history.ignore(group.ids)
            told, record = f"{number} is ignored from now on.", {"ignored": number}
        else:
            recognizer.gallery.history.delete(group.ids)
            told, record = f"Deleted {_sightings(len(group.ids))}.", {"deleted": len(group.ids)}
    with already_done():
        if json:
            print_json(record)
        else:
            print(told)


def _wanted(store: "Gallery", name: str | None, unknown: bool, since: date | None, until: date | None) -> "Wanted":
    from core.gallery.sightings import Wanted
    from core.history.days import begin_of, end_of

    people = frozenset([store.require(name).id]) if name else None
    return Wanted(
        people,
        True if unknown else None,
        begin_of(since) if since else None,
        end_of(until) if until else None,
    )


def _expire(store: "Gallery") -> None:
    """Deletes what may no longer be kept, before anything is shown."""
    store.history.expire(time.time())


def _write(file: Path, text: str, overwrite: bool) -> None:
    from core.system.output import check_output

    check_output(file, overwrite=overwrite)
    # With a byte-order mark, spreadsheets read it as UTF-8.
    file.write_text(text, encoding="utf-8-sig", newline="")


def _record(sighting: "Sighting") -> dict[str, Any]:
    return {
        "id": sighting.id,
        "name": sighting.name or None,
        "first": sighting.first,
        "last": sighting.last,
        "similarity": sighting.similarity,
        "source": sighting.source,
    }


def _tell(found: "list[Sighting]", count: int) -> None:
    from core.history.spreadsheet import when

    if not found:
        print("Nobody was seen, or it is no longer kept.")
        return
    rows = [
        [
            sighting.name or "unknown",
            when(sighting.first),
            when(sighting.last),
            "" if sighting.similarity is None else f"{sighting.similarity:.2f}",
            sighting.source,
        ]
        for sighting in found
    ]
    title = _sightings(count) if count == len(found) else f"The newest {len(found)} of {_sightings(count)}"
    print_table(title, ["person", "first seen", "last seen", "similarity", "source"], rows)


def _tell_groups(found: "list[Group]", store: "Gallery", json: bool) -> None:
    from core.history.spreadsheet import when

    if json:
        print_json(
            {
                "unknown": [
                    {
                        "number": group.id,
                        "sightings": len(group.sightings),
                        "first": group.first,
                        "last": group.last,
                        "ignored": group.ignored,
                    }
                    for group in found
                ]
            }
        )
    elif found:
        rows = [[str(one.id), str(len(one.sightings)), when(one.first), when(one.last)] for one in found]
        print_table(f"{len(found)} unknown", ["number", "came", "first seen", "last seen"], rows)
    elif store.history.keeping.unknown_hours:
        print("Nobody unknown was seen, or it is no longer kept.")
    else:
        print("Unknown faces are not kept: firstsight history --keep-unknown-hours 24 keeps them for a day.")


def _tell_keeping(store: "Gallery", json: bool) -> None:
    keeping = store.history.keeping
    if json:
        print_json({"keeping": {"named_days": keeping.named_days, "unknown_hours": keeping.unknown_hours}})
        return
    named = f"for {keeping.named_days:g} days" if keeping.named_days else "not at all"
    unknown = f"for {keeping.unknown_hours:g} hours" if keeping.unknown_hours else "not at all"
    print(f"Sightings of people enrolled are kept {named}, unknown faces {unknown}.")


def _sightings(count: int) -> str:
    return f"{count:,} sighting{'' if count == 1 else 's'}"
