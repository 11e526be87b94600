"""Charts of a run's results, in one picture."""

from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from benchmarks.report import Rows

Draw = Callable[[Axes, Rows], None]
OURS, OTHERS = "#0f9d6e", "#8a94a6"
WIDTH, HEIGHT = 6.4, 4.0
"""Size of a panel in inches."""


def save_chart(path: Path, results: dict[str, Rows]) -> None:
    """Saves a picture with one panel for each benchmark in `PANELS`; nothing if none of them was run."""
    drawn = [(PANELS[name], rows) for name, rows in results.items() if name in PANELS]
    if not drawn:
        return
    columns = min(len(drawn), 2)
    lines = -(-len(drawn) // columns)
    figure = Figure(figsize=(WIDTH * columns, HEIGHT * lines), layout="constrained")
    for number, (draw, rows) in enumerate(drawn, 1):
        axes = figure.add_subplot(lines, columns, number)
        axes.spines[["top", "right"]].set_visible(False)
        draw(axes, rows)
    figure.savefig(path)


def _encode(axes: Axes, rows: Rows) -> None:
    _bars(axes, [(row["name"], row["milliseconds"]) for row in rows if row["threads"] == 2 and row["faces"] == 1])
    axes.set_title("One face encoded, two threads")
    axes.set_xlabel("milliseconds")


def _stream(axes: Axes, rows: Rows) -> None:
    told = [row for row in rows if row["threads"] == 2 and row["video"].startswith("made")]
    _bars(axes, [(f"{row['name']}: {row['right']:,} right, {row['wrong']} wrong", row["fps"]) for row in told])
    axes.set_title("Eight moving faces, 1280×720, two threads")
    axes.set_xlabel("frames per second")


def _bars(axes: Axes, values: list[tuple[str, float]]) -> None:
    names = [name for name, _ in values][::-1]
    bars = axes.barh(names, [value for _, value in values][::-1])
    for name, bar in zip(names, bars, strict=True):
        bar.set_color(OURS if name.startswith("Firstsight") else OTHERS)
    axes.bar_label(bars, fmt="%.1f", padding=3)


def _search(axes: Axes, rows: Rows) -> None:
    lines: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for row in rows:
        if row["ratio"]:
            lines[row["name"]].append((row["templates"], row["milliseconds"]))
    for name, points in lines.items():
        axes.loglog(*zip(*points, strict=True), marker="o", label=name, color=OURS if name == "Firstsight" else None)
    axes.legend(frameon=False)
    axes.set_title("Nearest template found")
    axes.set_xlabel("templates")
    axes.set_ylabel("milliseconds per probe")


def _live(axes: Axes, rows: Rows) -> None:
    faces = [row["faces"] for row in rows]
    for key, name in (("median_ms", "median"), ("p95_ms", "95th percentile"), ("p99_ms", "99th percentile")):
        axes.plot(faces, [row[key] for row in rows], marker="o", label=name)
    axes.axhline(2000 / 30, color=OTHERS, linestyle="--", linewidth=1, label="two frames")
    axes.legend(frameon=False)
    axes.set_title("From a frame's capture to its labels on screen")
    axes.set_xlabel("faces at once, 1280×720 at 30 frames per second")
    axes.set_ylabel("milliseconds")


def _growth(axes: Axes, rows: Rows) -> None:
    lines: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for row in rows:
        lines[row["over"]].append((row["size"], row["mean_ms"]))
    for over, points in lines.items():
        least = points[0][0]
        axes.plot([size / least for size, _ in points], [ms for _, ms in points], marker="o", label=over)
    axes.legend(frameon=False)
    axes.set_ylim(bottom=0)
    axes.set_title("Work per frame")
    axes.set_xlabel("relative to the smallest (1 face; 640 pixels)")
    axes.set_ylabel("milliseconds, mean")


PANELS: dict[str, Draw] = {
    "encode": _encode,
    "search": _search,
    "stream": _stream,
    "live": _live,
    "growth": _growth,
}
