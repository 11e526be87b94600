"""How results are printed for people."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from core.errors import OutputError
from core.system.text import printable


def print_table(title: str, columns: list[str], rows: list[list[str]]) -> None:
    """Prints a table, transposed if it is too wide for the terminal. Text is never interpreted as markup."""
    from rich.console import Console
    from rich.measure import Measurement
    from rich.table import Table
    from rich.text import Text

    def laid_out(heads: list[str], lines: list[list[str]]) -> Table:
        table = Table(title=Text(printable(title), style="table.title"), title_justify="left")
        for head in heads:
            table.add_column(Text(printable(head)), overflow="fold")
        for line in lines:
            table.add_row(*(Text(printable(cell, keep="\n")) for cell in line))
        return table

    def least_width(table: Table) -> int:
        return Measurement.get(console, console.options.update(max_width=10_000), table).minimum

    console, table = Console(), laid_out(columns, rows)
    if rows and least_width(table) > console.width:
        heads, *lines = ([heading, *cells] for heading, *cells in zip(columns, *rows, strict=True))
        table = min(table, laid_out(heads, lines), key=least_width)
    console.print(table)


@contextmanager
def already_done() -> Iterator[None]:
    """Reports a change that has been made. If printing fails, the command succeeds all the same."""
    try:
        yield
    except OutputError as error:
        print(f"firstsight: {error}", file=sys.stderr)
