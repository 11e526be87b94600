"""Writes a figure to a file, with the same bytes each time."""

import io
import warnings
from pathlib import Path

from matplotlib import rc_context

from core.lab.evaluation.plot_style import DPI, LIGHT, Drawing
from core.system.whole_file import write_whole

ENDINGS = (".svg", ".png")


def write_figure(drawing: Drawing, file: Path) -> None:
    """Writes SVG or PNG, by the file's extension, on white ground; makes the folder if necessary.

    Raises ValueError for another extension, OutputError when the file can't be written.
    """
    ending = file.suffix.lower()
    if ending not in ENDINGS:
        raise ValueError(f"a figure's file must end in {' or '.join(ENDINGS)}, not in {ending or 'nothing'}")
    written = io.BytesIO()
    # Without a fixed salt, Matplotlib gives the parts of an SVG random ids.
    with warnings.catch_warnings(), rc_context({"svg.hashsalt": "firstsight"}):
        warnings.simplefilter("ignore")
        metadata = {"Date": None} if ending == ".svg" else None
        drawing(LIGHT).savefig(written, format=ending[1:], dpi=DPI, metadata=metadata)
    content = written.getvalue()
    if ending == ".svg":
        # A fifth of the file is indentation.
        content = b"\n".join(line.strip() for line in content.splitlines())
    write_whole(file, content)
