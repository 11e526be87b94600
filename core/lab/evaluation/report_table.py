"""The table of a report: one row for each measure, one column for each result."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape

from core.lab.evaluation.measured import Measured
from core.lab.evaluation.plot_style import percent
from core.lab.evaluation.verification import TrueMatchRate


@dataclass(frozen=True, slots=True)
class Measure:
    """One row's name."""

    name: str
    meaning: str
    best: str = "high"
    """Which value is the best: `high`, `low`, or `none` where a promise is to be kept rather than beaten."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One result's value in a row."""

    value: float
    """0 to 1."""
    detail: str = ""


def table(results: Sequence[Measured]) -> str:
    """HTML. The best of each row stands out, where results differ by what is shown."""
    columns = [dict(_cells(result)) for result in results]
    measures = list(dict.fromkeys(measure for column in columns for measure in column))
    names = "".join(f'<th scope="col">{escape(result.label)}</th>' for result in results)
    rows = "".join(_row(measure, [column.get(measure) for column in columns]) for measure in measures)
    return f'<div class="wide"><table><thead><tr><td></td>{names}</tr></thead><tbody>{rows}</tbody></table></div>'


def shown(share: float) -> str:
    """0.99301 → `99.30 %`."""
    return f"{share:.2%}".replace("%", " %")


def interval(bounds: tuple[float, float]) -> str:
    """Of two shares."""
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
    yield Measure("Accuracy", "pairs told rightly, threshold from the other folds"), Cell(measured.accuracy, spread)
    yield Measure("EER", "where false matches and false non-matches are equally frequent", "low"), Cell(measured.eer)
    for at in measured.tmr:
        yield Measure(f"TMR at an FMR of {percent(at.fmr)}", "mated pairs that match"), Cell(at.value, _of(at))
    for shot in result.one_shot:
        name = f"{shot.ways}-way one-shot accuracy"
        yield Measure(name, "one picture of each known"), Cell(shot.accuracy, interval(shot.interval))
    yield from _identification_cells(result)


def _of(at: TrueMatchRate) -> str:
    # The rate was not seen, so what stands here is the best that may be hoped for.
    return interval(at.interval) if at.counted else f"too few pairs to count to {percent(at.fmr)}: no false match"


def _identification_cells(result: Measured) -> Iterator[tuple[Measure, Cell]]:
    found = result.identification
    if not found:
        return
    probes = f"{found.probes:,} probes"
    yield Measure("Right person first", "among all enrolled (rank 1)"), Cell(found.rank1, probes)
    largest = found.sweep[-1]
    among = f"{largest.people:,} enrolled"
    yield (
        Measure("Strangers named", f"FPIR, {among}; {percent(found.rate)} asked for", "none"),
        Cell(largest.fpir, interval(largest.fpir_interval)),
    )
    yield Measure("Enrolled people found", f"TPIR, {among}"), Cell(largest.tpir, probes)
