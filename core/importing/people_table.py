"""The table `people.csv` of an exported folder: who has which sub-folder."""

import csv
import io
import re
from collections.abc import Iterable
from datetime import datetime

from core.types import Person

FILE = "people.csv"
COLUMNS = ("name", "folder", "enrolled", "photos", "last seen")
_FORMULA = re.compile(r"'*[=+\-@\t\r]")
"""The beginning of a cell that a spreadsheet would take for a formula, or of one that is escaped already."""


def people_table(people: Iterable[tuple[Person, str]]) -> bytes:
    """The table of people and the names of their sub-folders, as UTF-8 with a byte order mark, which Excel needs."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for person, folder in people:
        cells = (person.name, folder, _moment(person.enrolled), str(person.templates), _moment(person.last_seen))
        writer.writerow(escaped(cell) for cell in cells)
    return text.getvalue().encode("utf-8-sig")


def escaped(cell: str) -> str:
    """The cell with an apostrophe before what a spreadsheet would take for a formula (OWASP, CSV injection)."""
    return f"'{cell}" if _FORMULA.match(cell) else cell


def unescaped(cell: str) -> str:
    """Undoes `escaped`."""
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell) else cell


def _moment(time: float | None) -> str:
    return datetime.fromtimestamp(time).astimezone().isoformat(timespec="seconds") if time else ""
