"""Writes an evaluation as a folder: a page to read, and its figures to use elsewhere."""

from pathlib import Path

from core.errors import SourceError
from core.evaluation import plot_style, plots
from core.evaluation.measured import Report
from core.evaluation.report_page import page

PAGE = "index.html"


def write_report(folder: Path, report: Report) -> Path:
    """The folder is made if there is none; files of an earlier report in it are replaced. Returns the page's path.

    Beside the page lie its figures as `NAME.svg`, `NAME-dark.svg` and `NAME.png`; nothing else is needed to read it.
    Raises SourceError when the folder can't be written, ValueError when the report has no result.
    """
    if not report.results:
        raise ValueError("a report shows at least one result")
    drawings = plots.drawings(report.results)
    text = page(report, tuple(drawings))
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, drawing in drawings.items():
            plot_style.save(drawing, folder, name)
        # Files' names may hold bytes that are no text.
        (folder / PAGE).write_bytes(text.encode("utf-8", "replace"))
    except OSError as error:
        raise SourceError(
            f"The report can't be written to {folder} ({error.strerror}): give another folder."
        ) from error
    return folder / PAGE
