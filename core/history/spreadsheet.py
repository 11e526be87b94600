"""Sightings and attendance as CSV that is safe to open in a spreadsheet."""

import csv
import io
from collections.abc import Iterable
from datetime import datetime

from core.gallery.sightings import Sighting
from core.history.days import Attendance

FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""Beginnings that a spreadsheet takes for a formula (OWASP, CSV injection)."""


def safe(text: str) -> str:
    """A text that no spreadsheet takes for a formula: an apostrophe is put before one."""
    return f"'{text}" if text.startswith(FORMULA) else text


def sightings_csv(sightings: Iterable[Sighting]) -> str:
    """One row per sighting."""
    rows = [
        [
            safe(sighting.name) or "unknown",
            when(sighting.first),
            when(sighting.last),
            "" if sighting.similarity is None else f"{sighting.similarity:.3f}",
            safe(sighting.source),
        ]
        for sighting in sightings
    ]
    return _csv(["person", "first seen", "last seen", "similarity", "source"], rows)


def attendance_csv(people: Iterable[Attendance]) -> str:
    """One row per person and day, and one with an empty day for each person who was never here."""
    rows = []
    for one in people:
        person = [safe(one.person.name), safe(one.person.group)]
        rows += [
            [*person, day.day.isoformat(), when(day.first), when(day.last), str(day.sightings)] for day in one.days
        ] or [[*person, "", "", "", "0"]]
    return _csv(["person", "group", "day", "first seen", "last seen", "sightings"], rows)


def when(moment: float) -> str:
    """A Unix time as local date and time, which spreadsheets read as such."""
    return datetime.fromtimestamp(moment).strftime("%Y-%m-%d %H:%M:%S")


def _csv(heading: list[str], rows: Iterable[list[str]]) -> str:
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\r\n")
    writer.writerow(heading)
    writer.writerows(rows)
    return file.getvalue()
