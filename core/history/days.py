"""Days and attendance: who was here on which days, by the clock and calendar of this computer."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from core.gallery.sightings import Sighting
from core.types import Person


@dataclass(frozen=True, slots=True)
class Day:
    """One person on one day."""

    day: date
    first: float
    """Unix time at which they were seen first on that day; `last`: last."""
    last: float
    sightings: int


@dataclass(frozen=True, slots=True)
class Attendance:
    """One person over a period."""

    person: Person
    days: tuple[Day, ...]
    """Days on which they were seen, oldest first."""


def begin_of(day: date) -> float:
    """Unix time at which a day begins here."""
    return datetime.combine(day, time.min).timestamp()


def end_of(day: date) -> float:
    """Unix time at which a day ends here."""
    return begin_of(day + timedelta(days=1))


def day_of(moment: float) -> date:
    """The day of a Unix time here."""
    return datetime.fromtimestamp(moment).date()


def attendance(people: Iterable[Person], sightings: Iterable[Sighting], since: date, until: date) -> list[Attendance]:
    """Who of these people was here on which days, from `since` to `until`, both included; also those who never were.

    A sighting over midnight counts on both days.
    """
    seen: dict[int, dict[date, Day]] = {}
    for sighting in sightings:
        if sighting.person is None:
            continue
        days = seen.setdefault(sighting.person, {})
        day = max(day_of(sighting.first), since)
        while day <= min(day_of(sighting.last), until):
            first, last = max(sighting.first, begin_of(day)), min(sighting.last, end_of(day))
            known = days.get(day)
            if known:
                first, last = min(first, known.first), max(last, known.last)
            days[day] = Day(day, first, last, (known.sightings if known else 0) + 1)
            day += timedelta(days=1)
    return [
        Attendance(person, tuple(sorted(seen.get(person.id, {}).values(), key=lambda one: one.day)))
        for person in people
    ]
