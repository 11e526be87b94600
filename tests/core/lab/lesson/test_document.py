"""The lesson's text: its commands, figures and links work."""

import re
import shlex
from typing import Any
from xml.etree import ElementTree

import pytest
import typer

from core.cli import app
from core.lab.lesson.catalogue import CATALOGUE
from tests.cli.commands import ROOT

LESSON = ROOT / "docs" / "metric-learning.md"
TEXT = LESSON.read_text(encoding="utf-8")
COMMANDS = re.findall(r"^ {4}(firstsight .+)$", TEXT, re.MULTILINE)
MENTIONED = re.findall(r"`(firstsight [^`]+)`", TEXT)
FIGURES = re.findall(r"^!\[(.+)\]\((.+)\)$", TEXT, re.MULTILINE)


def resolved(line: str) -> tuple[Any, list[str]]:
    """The command that a line calls, and the remaining words."""
    command: Any = typer.main.get_command(app)
    words = shlex.split(line)[1:]
    while hasattr(command, "commands"):
        command = command.commands[words.pop(0)]
    return command, words


@pytest.mark.parametrize("line", sorted(set(COMMANDS)))
def test_every_command_shown_parses(line: str) -> None:
    command, words = resolved(line)
    command.make_context("firstsight", words)


@pytest.mark.parametrize("line", sorted(set(MENTIONED)))
def test_every_command_mentioned_exists(line: str) -> None:
    command, words = resolved(line)
    known = {option for parameter in command.params for option in parameter.opts}
    assert {word for word in words if word.startswith("--")} <= known


def test_every_figure_is_shown_below_the_command_that_makes_it() -> None:
    shown = [file.removeprefix("figures/").removesuffix(".svg") for _, file in FIGURES]
    assert sorted(shown) == sorted(CATALOGUE)
    for name, (alternative, file) in zip(shown, FIGURES, strict=True):
        before = TEXT[: TEXT.index(f"]({file})")]
        commands = re.findall(r"^ {4}firstsight figure (\w+)", before, re.MULTILINE)
        assert commands[-1] == name
        assert len(alternative) > 40


def test_the_figures_open_and_are_small() -> None:
    files = sorted((LESSON.parent / "figures").iterdir())
    assert [file.stem for file in files] == sorted(CATALOGUE)
    for file in files:
        root = ElementTree.parse(file).getroot()
        assert root.tag.endswith("svg")
        # No pictures of people: only drawings, and the tinted plane of the neighbours.
        assert len(list(root.iter("{http://www.w3.org/2000/svg}image"))) == (3 if file.stem == "neighbours" else 0)
    assert sum(file.stat().st_size for file in files) < 600_000


def test_links_lead_to_existing_headings() -> None:
    headings = re.findall(r"^## (.+)$", TEXT, re.MULTILINE)
    anchors = {re.sub(r"[^\w -]", "", heading).lower().replace(" ", "-") for heading in headings}
    links = re.findall(r"\]\(#([^)]+)\)", TEXT)
    assert links
    assert set(links) <= anchors
