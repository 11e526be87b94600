"""Files are written completely or not at all."""

import os
import stat
from pathlib import Path

import pytest

from core.errors import OutputError
from core.system.whole_file import write_whole
from tests.core.lab.test_unnamed_crops import no_room_beyond


def test_a_file_is_replaced_whole_and_the_folder_made(tmp_path: Path) -> None:
    file = tmp_path / "new" / "curve.json"
    write_whole(file, b"first")
    write_whole(file, b"second")
    assert file.read_bytes() == b"second"
    assert list(file.parent.iterdir()) == [file]


def test_on_a_full_disk_the_old_file_stays_and_no_draft_is_left(tmp_path: Path) -> None:
    file = tmp_path / "curve.json"
    write_whole(file, b"old")
    with no_room_beyond(1000), pytest.raises(OutputError, match=r"curve\.json can't be written \(File too large\)"):
        write_whole(file, b"x" * 5000)
    assert file.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [file]


def test_private_files_are_readable_by_their_owner_only_and_others_as_the_umask_says(tmp_path: Path) -> None:
    before = os.umask(0o022)
    try:
        write_whole(tmp_path / "sheet.png", b"a face", private=True)
        write_whole(tmp_path / "curve.json", b"a curve")
    finally:
        os.umask(before)
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()}
    assert modes == {"sheet.png": 0o600, "curve.json": 0o644}


def test_a_link_stays_a_link_and_the_longest_name_works(tmp_path: Path) -> None:
    elsewhere, link, long = tmp_path / "elsewhere.json", tmp_path / "link.json", tmp_path / ("a" * 255)
    link.symlink_to(elsewhere)
    write_whole(link, b"through")
    write_whole(long, b"long")
    assert link.is_symlink()
    assert (elsewhere.read_bytes(), long.read_bytes()) == (b"through", b"long")
    with pytest.raises(OutputError, match="too long"):
        write_whole(tmp_path / ("a" * 256), b"longer")
