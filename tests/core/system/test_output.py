"""Output files are checked before a command begins its work."""

import os
from pathlib import Path

import pytest

from core.errors import OutputError
from core.system.output import check_output, check_output_folder


def test_a_new_file_may_be_written_and_nothing_is_left_behind(tmp_path: Path) -> None:
    check_output(tmp_path / "new" / "out.mp4")
    assert list((tmp_path / "new").iterdir()) == []


def test_an_existing_file_is_replaced_only_when_asked(tmp_path: Path) -> None:
    file = tmp_path / "out.mp4"
    file.write_text("kept")
    with pytest.raises(OutputError, match="already exists"):
        check_output(file)
    check_output(file, overwrite=True)
    assert file.read_text() == "kept"


def test_the_file_being_read_is_never_written_whatever_it_is_called(tmp_path: Path) -> None:
    file, alias = tmp_path / "clip.mp4", tmp_path / "alias.mp4"
    file.write_text("video")
    alias.symlink_to(file)
    for name in (file, alias, tmp_path / "." / "clip.mp4"):
        with pytest.raises(OutputError, match="being read"):
            check_output(name, overwrite=True, inputs=[file])


def test_places_that_cannot_be_written_to_are_refused_at_once(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    for place in (tmp_path / "file" / "out.mp4", Path("/proc/out.mp4"), tmp_path / ("a" * 300) / "out.mp4"):
        with pytest.raises(OutputError, match=r"can't be written"):
            check_output(place)
    with pytest.raises(OutputError, match="is a folder"):
        check_output(tmp_path)


def test_a_report_is_replaced_only_when_asked(tmp_path: Path) -> None:
    check_output_folder(tmp_path, "index.html")
    (tmp_path / "index.html").write_text("an earlier report")
    with pytest.raises(OutputError, match="already exists"):
        check_output_folder(tmp_path, "index.html")


def test_pipes_devices_and_impossible_names_are_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for place in (tmp_path / "pipe", Path("/dev/null")):
        with pytest.raises(OutputError, match="device or a pipe"):
            check_output(place, overwrite=True)
    with pytest.raises(OutputError, match="File name too long"):
        check_output(tmp_path / ("a" * 300))
