"""A figure as a file: the same bytes each time."""

import io
import warnings
from pathlib import Path

from matplotlib import rc_context

from core.lab.evaluation.plot_style import DPI, LIGHT, Drawing
from core.system.whole_file import write_whole

ENDINGS = (".svg", ".png")


def write_figure(drawing: Drawing, file: Path) -> None:
    """SVG or PNG by the file's ending, on white ground; the folder is made if there is none.

    Raises ValueError for another ending, OutputError when the file can't be written.
    """
    ending = file.suffix.lower()
    if ending not in ENDINGS:
        raise ValueError(f"a figure's file ends in {' or '.join(ENDINGS)}, not in {ending or 'nothing'}")
    written = io.BytesIO()
    # Without a salt of its own, Matplotlib names the parts of an SVG by chance.
    with warnings.catch_warnings(), rc_context({"svg.hashsalt": "firstsight"}):
        warnings.simplefilter("ignore")
        metadata = {"Date": None} if ending == ".svg" else None
        drawing(LIGHT).savefig(written, format=ending[1:], dpi=DPI, metadata=metadata)
    content = written.getvalue()
    if ending == ".svg":
        # A fifth of the file is indentation.
        content = b"\n".join(line.strip() for line in content.splitlines())
    write_whole(file, content)
