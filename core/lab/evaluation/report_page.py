"""The page of a report: HTML that works offline, in light and dark."""

import base64
import io
from collections.abc import Sequence
from functools import cache
from html import escape
from pathlib import Path

import cv2
import numpy as np
from PIL import Image as Pillow

from core.errors import PhotoError
from core.lab.evaluation.measured import Measured, Mistake, Report
from core.lab.evaluation.report_table import table
from core.pictures.reading import read_picture

PICTURE_SIZE = 160
"""Longest side of an embedded picture, in pixels."""

CAPTIONS = {
    "roc": (
        "ROC",
        "True-match rate over false-match rate. Bars: 95 % intervals, where there are enough pairs.",
    ),
    "det": (
        "DET",
        "Both error rates, on normal-deviate axes; lower left is better. Marks on the diagonal: equal error rates.",
    ),
    "distributions": (
        "Similarities",
        "Similarities of pairs of one person (mated) and of two people (non-mated). Scales differ between metrics.",
    ),
    "identification": (
        "Identification",
        "One picture per person is enrolled. Left: strangers who are named, with 95 % intervals. Right: the enrolled "
        "people's other pictures that get the right name.",
    ),
}
"""Title and caption of each figure, by its name."""


def page(report: Report, figures: Sequence[str]) -> str:
    """The whole page as HTML. figures: names of the figures saved beside it."""
    style = Path(__file__).with_name("report.css").read_text(encoding="utf-8")
    notes = "".join(f"<p class=soft>{escape(note)}</p>" for note in report.notes)
    mistakes = "".join(_mistakes(result) for result in report.results if result.mistakes)
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(report.title)}</title>
<style>
{style}</style>
</head>
<body>
<header><h1>{escape(report.title)}</h1><p>{escape(report.source)}</p>{notes}</header>
<main>
<h2>Results</h2>
{table(report.results)}
{"".join(_figure(name) for name in figures)}
{"<h2>Worst mistakes</h2>" + mistakes if mistakes else ""}
</main>
<footer><p class="soft">Made by Firstsight. {_closing(bool(mistakes))}</p></footer>
</body>
</html>
"""


def _closing(pictures: bool) -> str:
    return "This page contains people's pictures and names: be careful whom you share it with." if pictures else ""


def _figure(name: str) -> str:
    title, caption = CAPTIONS[name]
    return (
        f'<h2>{title}</h2><figure><picture><source srcset="{name}-dark.svg" media="(prefers-color-scheme: dark)">'
        f'<img src="{name}.svg" alt="{escape(title)}: {escape(caption)}"></picture>'
        f"<figcaption>{escape(caption)}</figcaption></figure>\n"
    )


def _mistakes(result: Measured) -> str:
    threshold = "" if result.threshold is None else f" <small>threshold {result.threshold:.3f}</small>"
    kinds = (
        ("Different people taken for one", [mistake for mistake in result.mistakes if not mistake.same]),
        ("One person taken for two", [mistake for mistake in result.mistakes if mistake.same]),
    )
    return "".join(
        f'<h3>{escape(result.label)}: {title}{threshold}</h3><ul class="mistakes">'
        f"{''.join(_mistake(mistake) for mistake in mistakes)}</ul>\n"
        for title, mistakes in kinds
        if mistakes
    )


def _mistake(mistake: Mistake) -> str:
    names = f"{mistake.first.name} · {mistake.second.name}"
    if not mistake.same:
        names = f"{mistake.first_name} · {mistake.second_name}"
    pictures = _picture(mistake.first, mistake.first_name) + _picture(mistake.second, mistake.second_name)
    return (
        f'<li><div class="pair">{pictures}</div>similarity {mistake.similarity:.3f}<small>{escape(names)}</small></li>'
    )


def _picture(path: Path, name: str) -> str:
    address = picture_address(path)
    if not address:
        return "<span><small>can't be read</small></span>"
    return f'<img src="{address}" alt="{escape(name)}" title="{escape(path.name)}">'


@cache
def picture_address(path: Path) -> str:
    """A picture file as a small JPEG in a `data:` URL; empty if it can't be read."""
    try:
        image = read_picture(path)
    except PhotoError:
        return ""
    scale = min(PICTURE_SIZE / max(image.shape[:2]), 1)
    size = [max(round(side * scale), 1) for side in image.shape[1::-1]]
    small = np.ascontiguousarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA)[..., ::-1])
    buffer = io.BytesIO()
    Pillow.fromarray(small).save(buffer, "JPEG", quality=82)
    return "data:image/jpeg;base64," + base64.b64encode(buffer.getvalue()).decode("ascii")
