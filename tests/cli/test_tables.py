"""Tables are readable in terminals of any width."""

import pytest

from core.cli.printing import print_table

HEADINGS = ["encoder", "pictures", "enrolled", "threshold", "strangers named", "interval", "people found", "first"]
ROWS = [["published", "clean", "94", "0.348", "[red]0.75%", "0.00%", "98.77%", "100.00%"]] * 2


@pytest.mark.parametrize(("width", "lines"), [(160, 7), (60, 12)])
def test_no_word_is_cut_in_a_narrow_terminal(
    width: int, lines: int, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    print_table("Two encoders", HEADINGS, ROWS)
    told = capsys.readouterr().out
    assert "…" not in told
    for cell in HEADINGS + ROWS[0]:
        assert cell in told
    assert len(told.splitlines()) == lines
    assert max(len(line) for line in told.splitlines()) <= width


def test_a_table_without_rows_is_its_heading(capsys: pytest.CaptureFixture[str]) -> None:
    print_table("Nobody", ["name"], [])
    assert "name" in capsys.readouterr().out


def test_a_long_path_is_folded_rather_than_cut(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    print_table("Faces", ["photo", "who"], [["/home/grace/pictures/1984/portrait-in-uniform.jpg", "Grace"]])
    told = capsys.readouterr().out
    assert "…" not in told
    assert "uniform.jpg" in told.replace(" ", "").replace("│", "").replace("\n", "")
