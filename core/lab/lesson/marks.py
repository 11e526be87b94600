"""Markers for pictures in a plane: one kind for each person, and a star for the new picture."""

from typing import Any

from core.lab.evaluation.plot_style import MARKERS, Theme


def dots(theme: Theme, person: int) -> dict[str, Any]:
    """Matplotlib's marker properties for the pictures of a person, given by index."""
    return _mark(theme, theme.colours[person], MARKERS[person], 6.5)


def star(theme: Theme) -> dict[str, Any]:
    """Matplotlib's marker properties for the picture that is looked up."""
    return _mark(theme, theme.ink, "*", 15) | {"zorder": 5}


def _mark(theme: Theme, colour: str, marker: str, size: float) -> dict[str, Any]:
    look = {"linestyle": "none", "color": colour, "marker": marker, "markersize": size}
    return look | {"markeredgecolor": theme.ground, "markeredgewidth": 0.8, "zorder": 3}
