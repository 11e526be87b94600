"""The table of a report: one row per measure, one column per result."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape

from core.lab.evaluation.measured import Measured
from core.lab.evaluation.plot_style import percent
from core.lab.evaluation.verification import TrueMatchRate


@dataclass(frozen=True, slots=True)
class Measure:
    """A row of the table."""

    name: str
    meaning: str
    """Short explanation, shown below the name."""
    best: str = "high"
    """Which value is best: "high", "low", or "none" for a rate that was promised, where lower isn't better."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One result's value of a measure."""

    value: float
    """A share, 0 to 1."""
    detail: str = ""
    """Shown below the value."""


def table(results: Sequence[Measured]) -> str:
    """The table as HTML. The best value of a row is highlighted if the values differ at the precision shown."""
    columns = [dict(_cells(result)) for result in results]
    measures = list(dict.fromkeys(measure for column in columns for measure in column))
    names = "".join(f'<th scope="col">{escape(result.label)}</th>' for result in results)
    rows = "".join(_row(measure, [column.get(measure) for column in columns]) for measure in measures)
    return f'<div class="wide"><table><thead><tr><td></td>{names}</tr></thead><tbody>{rows}</tbody></table></div>'


def shown(share: float) -> str:
    """0.99301 → `99.30 %`."""
    return f"{share:.2%}".replace("%", " %")


def interval(bounds: tuple[float, float]) -> str:
    """(0.1, 0.25) → `10.00 % to 25.00 %`."""
    return f"{shown(bounds[0])} to {shown(bounds[1])}"


def _row(measure: Measure, cells: Sequence[Cell | None]) -> str:
    values = {shown(cell.value): cell.value for cell in cells if cell}
    best = ""
    if measure.best != "none" and len(values) > 1:
        best = (max if measure.best == "high" else min)(values, key=values.__getitem__)
    row = "".join(_cell(cell, best) for cell in cells)
    return f'<tr><th scope="row">{escape(measure.name)}<small>{escape(measure.meaning)}</small></th>{row}</tr>'


def _cell(cell: Cell | None, best: str) -> str:
    if cell is None:
        return "<td>–</td>"
    value = shown(cell.value)
    mark = ' class="best"' if value == best else ""
    return f"<td{mark}><b>{value}</b><small>{escape(cell.detail)}</small></td>"


def _cells(result: Measured) -> Iterator[tuple[Measure, Cell]]:
    measured = result.verification
    spread = f"± {shown(measured.accuracy_std)}, {measured.pairs:,} pairs"
    yield Measure("Accuracy", "pairs judged correctly, threshold from the other folds"), Cell(measured.accuracy, spread)
    yield Measure("EER", "error rate where false matches and false non-matches are equal", "low"), Cell(measured.eer)
    for at in measured.tmr:
        yield Measure(f"TMR at an FMR of {percent(at.fmr)}", "mated pairs that match"), Cell(at.value, _detail(at))
    for shot in result.one_shot:
        name = f"{shot.ways}-way one-shot accuracy"
        meaning = "right person chosen, from one picture of each"
        yield Measure(name, meaning), Cell(shot.accuracy, interval(shot.interval))
    yield from _identification_cells(result)


def _detail(at: TrueMatchRate) -> str:
    # With too few pairs to observe the rate, the value is the TMR at no false match at all, whose true FMR is unknown.
    return interval(at.interval) if at.counted else f"likely too high: too few pairs for {percent(at.fmr)}"


def _identification_cells(result: Measured) -> Iterator[tuple[Measure, Cell]]:
    found = result.identification
    if not found:
        return
    probes = f"{found.probes:,} probes"
    yield Measure("Right person first", "among all enrolled (rank 1)"), Cell(found.rank1, probes)
    largest = found.sweep[-1]
    among = f"{largest.people:,} enrolled"
    yield (
        Measure("Strangers named", f"FPIR, {among}; {percent(found.rate)} requested", "none"),
        Cell(largest.fpir, interval(largest.fpir_interval)),
    )
    yield Measure("Enrolled people found", f"TPIR, {among}"), Cell(largest.tpir, probes)
