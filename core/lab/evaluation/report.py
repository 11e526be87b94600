"""Writes an evaluation as a folder: a page to read, and its figures to use elsewhere."""

from pathlib import Path

from core.lab.evaluation import plot_style, plots
from core.lab.evaluation.measured import Report
from core.lab.evaluation.report_page import CAPTIONS, page
from core.system.output import check_output
from core.system.whole_file import write_whole

PAGE = "index.html"


def check_report(folder: Path, *, overwrite: bool = False) -> None:
    """Makes sure that a report can be written into a folder later. Raises OutputError where a file of that name lies
    there already, unless overwrite, and where it can't be."""
    for file in (PAGE, *(file for name in CAPTIONS for file in plot_style.files_of(name))):
        check_output(folder / file, overwrite=overwrite)


def write_report(folder: Path, report: Report) -> Path:
    """The folder is made if there is none; files of an earlier report in it are replaced. Returns the page's path.

    Beside the page lie its figures as `NAME.svg`, `NAME-dark.svg` and `NAME.png`; nothing else is needed to read it.
    The page shows faces, and only its owner can read it. Raises OutputError when the folder can't be written,
    ValueError when the report has no result.
    """
    if not report.results:
        raise ValueError("a report shows at least one result")
    drawings = plots.drawings(report.results)
    text = page(report, tuple(drawings))
    for name, drawing in drawings.items():
        plot_style.save(drawing, folder, name)
    # Files' names may hold bytes that are no text.
    write_whole(folder / PAGE, text.encode("utf-8", "replace"), private=True)
    return folder / PAGE
