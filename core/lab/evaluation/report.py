"""Writes a report: a folder with a page to read, and its figures for use elsewhere."""

from pathlib import Path

from core.lab.evaluation import plot_style, plots
from core.lab.evaluation.measured import Report
from core.lab.evaluation.report_page import CAPTIONS, page
from core.system.output import check_output
from core.system.whole_file import write_whole

PAGE = "index.html"


def check_report(folder: Path, *, overwrite: bool = False) -> None:
    """Makes sure that a report can be written into the folder later.

    Raises OutputError if it can't be, or if one of its files already exists and `overwrite` is false.
    """
    for file in (PAGE, *(file for name in CAPTIONS for file in plot_style.files_of(name))):
        check_output(folder / file, overwrite=overwrite)


def write_report(folder: Path, report: Report) -> Path:
    """Writes the page and its figures, replacing those of an earlier report, and returns the page's path.

    The folder is made if necessary. The figures are saved beside the page as `NAME.svg`, `NAME-dark.svg` and
    `NAME.png`; the page needs nothing else. It shows faces, so only its owner can read it. Raises OutputError when the
    folder can't be written, ValueError when the report has no result.
    """
    if not report.results:
        raise ValueError("a report shows at least one result")
    drawings = plots.drawings(report.results)
    text = page(report, tuple(drawings))
    for name, drawing in drawings.items():
        plot_style.save(drawing, folder, name)
    # File names may contain bytes that are not valid text.
    write_whole(folder / PAGE, text.encode("utf-8", "replace"), private=True)
    return folder / PAGE
