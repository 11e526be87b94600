"""The people panel on a real gallery."""

import pytest
from PySide6.QtCore import QItemSelectionModel
from PySide6.QtWidgets import QMessageBox
from pytestqt.qtbot import QtBot

from core.errors import GalleryError
from core.gallery import Gallery
from gui.people.delegate import seen_text
from gui.people.panel import PeoplePanel
from tests.gui.made_up import fill

WAIT = 30_000


def open_panel(qtbot: QtBot, gallery: Gallery) -> PeoplePanel:
    panel = PeoplePanel(gallery)
    qtbot.addWidget(panel)
    wait_for(qtbot, panel, len(gallery))
    return panel


def wait_for(qtbot: QtBot, panel: PeoplePanel, count: int) -> None:
    qtbot.waitUntil(lambda: panel.model.rowCount() == count, timeout=WAIT)


def names(panel: PeoplePanel) -> list[str]:
    return [person.name for person in panel.model.people()]


def test_people_are_searched_in_any_case_and_script(qtbot: QtBot, gallery: Gallery) -> None:
    fill(gallery, "Ada Lovelace", "ÉMILE Zola", "李小龍", "محمد علي")
    panel = open_panel(qtbot, gallery)
    for text, count in (("", 4), ("ada", 1), ("émile", 1), ("李", 1), ("محمد", 1), ("nobody", 0)):
        panel.search.setText(text)
        assert panel.filter.rowCount() == count
    assert panel._stack.currentWidget() is panel._no_match


def test_rows_that_stay_keep_their_selection(qtbot: QtBot, gallery: Gallery) -> None:
    fill(gallery, "Ada", "Bob", "Eve")
    panel = open_panel(qtbot, gallery)
    panel.list.setCurrentIndex(panel.filter.index(1, 0))
    gallery.forget("Ada")
    fill(gallery, "Carl", "Zoe")
    panel.reload()
    qtbot.waitUntil(lambda: names(panel) == ["Bob", "Carl", "Eve", "Zoe"], timeout=WAIT)
    assert [person.name for person in panel.selected()] == ["Bob"]
    gallery.rename("Bob", "Yves")
    panel.reload()
    qtbot.waitUntil(lambda: names(panel) == ["Carl", "Eve", "Yves", "Zoe"], timeout=WAIT)
    assert [person.name for person in panel.selected()] == ["Yves"]


def test_an_empty_gallery_says_how_to_begin(qtbot: QtBot, gallery: Gallery) -> None:
    panel = PeoplePanel(gallery)
    qtbot.addWidget(panel)
    assert panel._stack.currentWidget() is panel._empty
    fill(gallery, "Ada")
    panel.reload()
    wait_for(qtbot, panel, 1)
    assert panel._stack.currentWidget() is panel.list


def test_renaming_asks_the_gallery_and_refusals_change_nothing(
    qtbot: QtBot, gallery: Gallery, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(gallery, "Ada", "Bob")
    panel = open_panel(qtbot, gallery)
    panel.show()
    with qtbot.waitSignal(panel.changed, timeout=WAIT):
        panel.model.setData(panel.model.index(0), "Ada Lovelace")
    assert [person.name for person in gallery.people()] == ["Ada Lovelace", "Bob"]
    panel.model.setData(panel.model.index(0), "bob")
    qtbot.waitUntil(lambda: any(box.isVisible() for box in panel.findChildren(QMessageBox)), timeout=WAIT)
    (box,) = panel.findChildren(QMessageBox)
    assert "Bob is already enrolled" in box.text()
    box.close()
    assert [person.name for person in gallery.people()] == ["Ada Lovelace", "Bob"]


def test_deleting_several_and_undoing_it(qtbot: QtBot, gallery: Gallery) -> None:
    fill(gallery, *(f"Person {number}" for number in range(5)))
    panel = open_panel(qtbot, gallery)
    panel.show()
    for row in (1, 3):
        panel.list.selectionModel().select(panel.filter.index(row, 0), QItemSelectionModel.SelectionFlag.Select)
    assert [person.name for person in panel.selected()] == ["Person 1", "Person 3"]
    with qtbot.waitSignal(panel.changed, timeout=WAIT):
        panel.delete(["Person 1", "Person 3"])
    assert len(gallery) == 3
    assert "2 people deleted" in panel._undo_label.text()
    with qtbot.waitSignal(panel.changed, timeout=WAIT):
        panel.undo()
    assert len(gallery) == 5
    assert not panel.undo_bar.isVisible()


def test_the_panel_says_when_a_person_was_last_seen(gallery: Gallery) -> None:
    fill(gallery, "Ada")
    (person,) = gallery.people()
    assert seen_text(person) == "Not seen yet"
    gallery.mark_seen(person.id, 1000.0)
    (person,) = gallery.people()
    for later, words in (
        (10, "just now"),
        (180, "3 min ago"),
        (7200, "2 h ago"),
        (100_000, "1 day ago"),
        (999_000, "11 days ago"),
    ):
        assert words in seen_text(person, 1000 + later)


def test_a_list_that_cannot_be_read_is_read_again(qtbot: QtBot, gallery: Gallery) -> None:
    fill(gallery, "Ada")
    panel = PeoplePanel(gallery)
    qtbot.addWidget(panel)
    qtbot.waitUntil(lambda: panel.model.rowCount() == 1, timeout=WAIT)
    fill(gallery, "Bob")

    def fail() -> None:
        raise GalleryError("The disk is tired.")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(gallery, "people", fail)
        with qtbot.waitSignal(panel.failed, timeout=WAIT):
            panel.reload()
        assert panel.stale
        assert panel.model.rowCount() == 1
    panel.reload()
    qtbot.waitUntil(lambda: panel.model.rowCount() == 2, timeout=WAIT)
    assert not panel.stale
