"""Style of all figures, with colours that colour-blind people can tell apart on light and dark ground; saves them."""

import io
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

from core.system.whole_file import write_whole

LONGEST_LABEL = 44
"""Most characters of a label in a legend."""
DPI = 150
"""Resolution of saved bitmaps."""


@dataclass(frozen=True, slots=True)
class Theme:
    """Colours of a figure, as #RRGGBB."""

    ground: str
    """Background."""
    ink: str
    """Text."""
    faint: str
    """Grids and frames."""
    colours: tuple[str, ...]
    """Colours of lines, in order: Okabe and Ito's (2008), lightened or darkened to stand out from the ground."""


LIGHT = Theme("#ffffff", "#1d2126", "#d5d9de", ("#0072b2", "#c44e00", "#00795a", "#a8487f", "#8a6d00", "#444b54"))
DARK = Theme("#16191d", "#e6e9ec", "#3a4047", ("#56b4e9", "#ff8f45", "#2fc79c", "#e59cc4", "#f0e442", "#b9c0c8"))

LINES = ("-", "--", "-.", ":")
MARKERS = ("o", "s", "^", "D", "v", "P")

Drawing = Callable[[Theme], Figure]
"""Draws a figure in the colours of a theme."""


def figure(theme: Theme, width: float = 6.6, height: float = 4.8) -> Figure:
    """An empty figure, its size in inches; made without pyplot, which keeps figures in a global list."""
    return Figure(figsize=(width, height), layout="constrained", facecolor=theme.ground)


def style(axes: Axes, theme: Theme, x: str, y: str) -> None:
    """Sets the colours, the axis labels x and y, and a faint grid behind the data."""
    axes.set_facecolor(theme.ground)
    axes.set_xlabel(x, color=theme.ink)
    axes.set_ylabel(y, color=theme.ink)
    axes.tick_params(which="both", color=theme.faint, labelcolor=theme.ink, labelsize=9)
    axes.grid(True, color=theme.faint, linewidth=0.7)
    axes.set_axisbelow(True)
    for side, spine in axes.spines.items():
        spine.set_color(theme.faint)
        spine.set_visible(side in ("left", "bottom"))


def line_look(theme: Theme, place: int) -> dict[str, Any]:
    """Matplotlib's line properties for the result at index `place`, which differ in colour, dashes and marker."""
    return {
        "color": theme.colours[place % len(theme.colours)],
        "linestyle": LINES[place % len(LINES)],
        "marker": MARKERS[place % len(MARKERS)],
        "markersize": 5,
        "linewidth": 1.8,
    }


def legend(drawn: Figure, theme: Theme, *axes: Axes) -> None:
    """Adds a legend for these axes below them, where it hides nothing; none if they have no labels."""
    handles = [handle for each in axes for handle in each.get_legend_handles_labels()[0]]
    if handles:
        names = [str(handle.get_label()) for handle in handles]
        columns = 1 if max(map(len, names)) > 30 else 2 if max(map(len, names)) > 16 else 3
        drawn.legend(
            handles=handles,
            loc="outside lower center",
            ncols=columns,
            frameon=False,
            labelcolor=theme.ink,
            fontsize=9,
            handlelength=3.2,
        )


def nothing(axes: Axes, theme: Theme, sentence: str) -> None:
    """Writes into empty axes why they are empty."""
    axes.text(0.5, 0.5, sentence, transform=axes.transAxes, ha="center", va="center", color=theme.ink, wrap=True)


def label(text: str) -> str:
    """A user's text as a label for Matplotlib: shortened, `$` escaped so that it starts no formula, and shown even if
    it begins with an underscore."""
    shown = "".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in text)
    shown = shown if len(shown) <= LONGEST_LABEL else shown[: LONGEST_LABEL - 1] + "…"
    return ("\N{ZERO WIDTH SPACE}" if shown.startswith("_") else "") + shown.replace("$", r"\$")


def percent(share: float) -> str:
    """0.001 → `0.1 %`, without trailing zeros."""
    return f"{share * 100:.6g} %"


def percent_axis() -> FuncFormatter:
    """A tick formatter that shows shares from 0 to 1 as percentages."""
    return FuncFormatter(lambda share, _: percent(share))


def save(drawing: Drawing, folder: Path, name: str) -> None:
    """Writes NAME.svg and NAME.png on light ground, NAME-dark.svg on dark. Raises OutputError if it can't."""
    with warnings.catch_warnings():
        # For a character that its font lacks, Matplotlib draws a box and warns on standard error.
        warnings.simplefilter("ignore")
        for theme, file in zip((LIGHT, DARK, LIGHT), files_of(name), strict=True):
            written = io.BytesIO()
            ending = file.rpartition(".")[2]
            metadata = {"Date": None} if ending == "svg" else None
            drawing(theme).savefig(written, format=ending, dpi=DPI, metadata=metadata)
            write_whole(folder / file, written.getvalue())


def files_of(name: str) -> tuple[str, ...]:
    """Names of the files that `save` writes."""
    return (f"{name}.svg", f"{name}-dark.svg", f"{name}.png")
