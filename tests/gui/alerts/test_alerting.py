"""Alerts in the window: rules are made in a dialog, and told while the window watches."""

import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from core.alerts import kept
from core.alerts.rules import Means, Rule, When, Who
from core.gallery import Gallery
from gui.alerts.editor import RuleEditor
from gui.alerts.words import happening
from gui.shell.main_window import MainWindow

Open = Callable[..., MainWindow]
WAIT = 30_000


def test_a_rule_is_made_tested_switched_off_and_deleted(
    qtbot: QtBot, gallery: Gallery, open_window: Open, tmp_path: Path
) -> None:
    gallery_file = tmp_path / "told"
    dialog = open_window("", loaded=False).show_alerts()
    qtbot.waitUntil(lambda: "No rules yet" in dialog.note.text(), timeout=WAIT)
    editor = dialog.ask()
    editor.means.setCurrentIndex(editor.means.findData(Means.COMMAND))
    QTest.mouseClick(editor.save, Qt.MouseButton.LeftButton)
    assert editor.note.text() == "Name the command to run."
    editor.target.setText(f"{sys.executable} -c \"open('{gallery_file}', 'a').write('x')\"")
    QTest.mouseClick(editor.save, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: dialog.list.count() == 1, timeout=WAIT)
    assert dialog.list.item(0).text() == f"Somebody unknown is in view for 5 s\nCommand {sys.executable}"
    dialog.list.setCurrentRow(0)
    QTest.mouseClick(dialog.test, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: gallery_file.exists() and gallery_file.read_text() == "x", timeout=WAIT)
    dialog.list.item(0).setCheckState(Qt.CheckState.Unchecked)
    qtbot.waitUntil(lambda: [rule.on for rule in kept.rules(gallery).values()] == [False], timeout=WAIT)
    qtbot.waitUntil(lambda: dialog.list.count() == 1, timeout=WAIT)
    dialog.list.setCurrentRow(0)
    QTest.mouseClick(dialog.delete, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: dialog.list.count() == 0, timeout=WAIT)
    assert kept.rules(gallery) == {}


def test_the_form_shows_only_what_matters(qtbot: QtBot, gallery: Gallery) -> None:
    editor = RuleEditor(gallery)
    editor.show()
    shown = [editor.name, editor.stay, editor.absence, editor.target]
    assert [field.isVisible() for field in shown] == [False, True, False, False]
    assert not editor.when.isEnabled()
    editor.who.setCurrentIndex(editor.who.findData(Who.PERSON))
    editor.when.setCurrentIndex(editor.when.findData(When.MISSING))
    editor.means.setCurrentIndex(editor.means.findData(Means.MQTT))
    assert [field.isVisible() for field in shown] == [True, False, True, True]
    editor.name.setEditText("Ada")
    editor.target.setText("mqtt://host/topic")
    with qtbot.waitSignal(editor.made) as made:
        editor.save.click()
    assert made.args is not None
    assert happening(made.args[0]) == "Ada has not been seen for 15 min"


def test_who_appears_is_told_once(
    qtbot: QtBot, gallery: Gallery, open_window: Open, portraits: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The desktop's own command, as it lies on the path.
    file, command = tmp_path / "shown.txt", tmp_path / "notify-send"
    command.write_text(f'#!/bin/sh\nfor last; do :; done\necho "$last" >> "{file}"\n')
    command.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    window = open_window()
    assert window.recognizer is not None
    kept.add(gallery, Rule(Who.ANYBODY))
    kept.add(gallery, Rule(Who.PERSON, "Nobody", means=Means.SOUND))
    said: list[str] = []
    window.alerting.said.connect(said.append)
    window.recognizer.enroll("Eileen Collins", portraits / "eileen_collins.png")
    window._gallery_changed()
    qtbot.waitUntil(file.exists, timeout=WAIT)
    qtbot.waitUntil(lambda: file.read_text() == "Eileen Collins is here.\n", timeout=WAIT)
    seen = window.live.session.newest_result.frame.index
    qtbot.waitUntil(lambda: window.live.session.newest_result.frame.index > seen + 20, timeout=WAIT)
    assert said == ["Eileen Collins is here."]
