"""Reports the results of a run, as JSON and as Markdown."""

import json
import platform
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

Rows = Sequence[dict[str, Any]]
"""Results of one benchmark, as the rows of a table."""
PACKAGES = ("firstsight", "torch", "opencv-python-headless", "numpy")


def machine(peers: dict[str, str]) -> dict[str, Any]:
    """The machine and the versions of packages. peers: the peers' versions."""
    packages = {name: version(name) for name in PACKAGES} | peers
    return {"processor": _processor(), "system": platform.platform(), "python": platform.python_version()} | packages


def markdown(title: str, rows: Rows) -> str:
    """A Markdown table with a heading."""
    heads = list(rows[0])
    lines = [f"## {title}", "", f"| {' | '.join(heads)} |", "|" + "---|" * len(heads)]
    lines += [f"| {' | '.join(_shown(row[head]) for head in heads)} |" for row in rows]
    return "\n".join(lines) + "\n"


def save(folder: Path, on: dict[str, Any], results: dict[str, Rows]) -> None:
    """Writes `results.json` and `results.md`. on: the machine, from `machine`."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "results.json").write_text(json.dumps({"machine": on, **results}, indent=1), encoding="utf-8")
    told = "\n".join(f"- {name}: {what}" for name, what in on.items())
    tables = "\n".join(markdown(name, rows) for name, rows in results.items())
    (folder / "results.md").write_text(f"# Benchmarks\n\n{told}\n\n{tables}", encoding="utf-8")


def _shown(value: Any) -> str:
    if value is None:
        return "–"
    return f"{value:.4g}" if isinstance(value, float) else f"{value:,}" if isinstance(value, int) else str(value)


def _processor() -> str:
    told = Path("/proc/cpuinfo")
    lines = told.read_text(encoding="utf-8").splitlines() if told.is_file() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return f"{names[0]}, {len(names)} cores" if names else platform.processor()
