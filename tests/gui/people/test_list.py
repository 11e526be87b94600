"""The list of people with thousands of rows: what it signals, and which thread reads the gallery."""

import threading
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from PySide6.QtCore import QItemSelectionModel, QLocale, QModelIndex, Qt
from PySide6.QtTest import QAbstractItemModelTester
from pytestqt.qtbot import QtBot

from core.gallery import Gallery
from core.types import Person
from gui.background.refreshing import Refreshing
from gui.look.thumbnails import Thumbnails
from gui.people.delegate import PersonDelegate
from gui.people.list_diff import Insert, Move, Remove, steps
from gui.people.model import PERSON_ROLE, PeopleFilter, PeopleModel, row_of
from gui.people.name_search import NameOrder, search_key, search_words
from gui.shell.main_window import MainWindow
from tests.gui.made_up import fill

WAIT = 30_000
MANY = 10_000


def person(number: int, name: str = "", seen: float | None = None) -> Person:
    return Person(number, name or f"Person {number:05}", 1, 0.0, seen)


def rows(people: list[Person]) -> list[Any]:
    return [row_of(one) for one in people]


class Told:
    """Records the signals of a model."""

    def __init__(self, model: PeopleModel | PeopleFilter) -> None:
        self.changed: list[tuple[int, int]] = []
        self.inserted: list[tuple[int, int]] = []
        self.removed: list[tuple[int, int]] = []
        self.moved: list[tuple[int, int]] = []
        self.laid_out = 0
        model.dataChanged.connect(lambda first, last, _roles: self.changed.append((first.row(), last.row())))
        model.rowsInserted.connect(lambda _parent, first, last: self.inserted.append((first, last)))
        model.rowsRemoved.connect(lambda _parent, first, last: self.removed.append((first, last)))
        model.rowsMoved.connect(lambda _p, first, _last, _q, to: self.moved.append((first, to)))
        model.layoutChanged.connect(self._lay_out)
        model.modelReset.connect(self._lay_out)

    def _lay_out(self) -> None:
        self.laid_out += 1

    @property
    def nothing_but_changes(self) -> bool:
        return not (self.inserted or self.removed or self.moved or self.laid_out)


@pytest.fixture
def many(qtbot: QtBot) -> tuple[PeopleModel, list[Person]]:
    model = PeopleModel()
    people = [person(number) for number in range(MANY)]
    model.show(rows(people))
    return model, people


def test_a_sighting_changes_one_row(many: tuple[PeopleModel, list[Person]]) -> None:
    model, _people = many
    told = Told(model)
    model.mark_seen({4321: 1000.0})
    assert told.changed == [(4321, 4321)]
    assert told.nothing_but_changes
    assert model.index(4321).data(PERSON_ROLE).last_seen == 1000.0
    model.mark_seen({MANY + 7: 1000.0})
    assert told.changed == [(4321, 4321)]


def test_people_read_before_a_sighting_do_not_undo_it(many: tuple[PeopleModel, list[Person]]) -> None:
    model, people = many
    model.mark_seen({5: 1000.0})
    told = Told(model)
    model.show(rows(people))
    assert model.people()[5].last_seen == 1000.0
    assert not told.changed
    model.show(rows([replace(one, last_seen=2000.0) if one.id == 5 else one for one in people]))
    assert model.people()[5].last_seen == 2000.0


def test_inserting_removing_and_renaming_are_signalled_as_such(many: tuple[PeopleModel, list[Person]]) -> None:
    model, people = many
    told = Told(model)
    model.show(rows([*people[:70], person(MANY, "Person 00069b"), *people[70:]]))
    assert (told.inserted, told.changed) == ([(70, 70)], [])
    model.show(rows(people))
    assert told.removed == [(70, 70)]
    renamed = replace(people[3], name="Zoe")
    model.show(rows([*people[:3], *people[4:], renamed]))
    assert told.moved == [(3, MANY)]
    assert told.changed == [(MANY - 1, MANY - 1)]
    assert told.laid_out == 0
    assert [one.name for one in model.people()][-2:] == ["Person 09999", "Zoe"]


def test_many_changes_at_once_keep_what_is_selected(qtbot: QtBot, many: tuple[PeopleModel, list[Person]]) -> None:
    model, people = many
    chosen = QItemSelectionModel(model)
    chosen.select(model.index(5000), QItemSelectionModel.SelectionFlag.Select)
    told = Told(model)
    model.show(rows(people[::2]))
    assert (told.laid_out, told.removed) == (1, [])
    (index,) = chosen.selectedIndexes()
    assert index.data(PERSON_ROLE).id == 5000
    model.show(rows(people[1::2]))
    assert chosen.selectedIndexes() == []


def test_the_model_keeps_qts_rules(qtbot: QtBot) -> None:
    model = PeopleModel()
    shown = PeopleFilter(model)
    testers = [
        QAbstractItemModelTester(one, QAbstractItemModelTester.FailureReportingMode.Warning) for one in (model, shown)
    ]
    people = [person(number, f"P{number % 7}{number}") for number in range(40)]
    for part in (people, people[3:20], people[::-1], [], people[::3], [*people[20:], *people[:20]], people[5:6]):
        model.show(rows(part))
        assert model.people() == part
        for text in ("p1", "", "3"):
            shown.search(text)
            assert shown.rowCount() == sum(search_key(text) in search_key(one.name) for one in part)
    assert len(testers) == 2


def test_updating_ten_thousand_rows_takes_linear_time(
    many: tuple[PeopleModel, list[Person]],
) -> None:
    class Counted(int):
        compared = 0

        def __hash__(self) -> int:
            Counted.compared += 1
            return int.__hash__(self)

    before = [Counted(number) for number in range(MANY)]
    steps(before, before[1:], 64)
    once, Counted.compared = Counted.compared, 0
    steps(before[: MANY // 2], before[1 : MANY // 2], 64)
    assert once < 2.5 * Counted.compared
    model, people = many
    told = Told(model)
    model.show(rows(people))
    assert told.nothing_but_changes
    assert not told.changed


@pytest.mark.parametrize(
    ("old", "new", "wanted"),
    [
        ([], [1, 2], [Insert(0, 1)]),
        ([1, 2, 3, 4], [1, 4], [Remove(1, 2)]),
        ([1, 2, 3, 4], [2, 3, 4, 1], [Move(0, 3)]),
        ([1, 2, 3, 4], [4, 1, 2, 3], [Move(3, 0)]),
        ([1, 2, 3], [0, 3, 1, 9], [Remove(1, 1), Move(0, 1), Insert(0, 0), Insert(3, 3)]),
        ([1, 2, 3], [1, 2, 3], []),
        ([1, 2, 3, 4, 5, 6, 7], [7, 6, 5, 4, 3, 2, 1], None),
    ],
)
def test_steps_from_one_order_to_another(old: list[int], new: list[int], wanted: list[Any] | None) -> None:
    assert steps(old, new, 4) == wanted


def test_a_search_among_thousands_lays_the_list_out_once(qtbot: QtBot, many: tuple[PeopleModel, list[Person]]) -> None:
    model, _people = many
    shown = PeopleFilter(model)
    told = Told(shown)
    shown.search("7")
    assert told.laid_out == 1
    assert (told.removed, told.inserted) == ([], [])
    assert shown.rowCount() == sum("7" in f"{number:05}" for number in range(MANY))
    shown.search(" 7 ")
    assert told.laid_out == 1


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("zoe muller", "Zoë Müller"),
        ("muller", "Zoë Müller"),
        ("Zoë", "Zoe Muller"),
        ("müller zoë", "Zoe Muller"),
        ("lukasz", "Łukasz Żak"),
        ("Łukasz", "Lukasz Zak"),
        ("soren", "Søren"),
        ("strasse", "Anna Straße"),
        ("irmak", "Irmak"),
        ("ırmak", "IRMAK"),
        ("istanbul", "İstanbul"),
        ("o'neill", "O’Neill"),
        ("jean-luc", "Jean‑Luc"),
        ("duc", "Đức"),
        ("aesa", "Æsa"),
        ("thor", "Þór"),
        ("wang", "ＷＡＮＧ"),
        ("محمد", "مُحَمَّد"),
        ("が", "ガ".replace("ガ", "が")),
        ("김", "김연아"),
        ("ǅon", "džon"),
    ],
)
def test_names_are_found_however_their_accents_are_typed(typed: str, name: str) -> None:
    assert all(word in search_key(name) for word in search_words(typed)), (search_words(typed), search_key(name))


def test_names_are_sorted_as_the_language_does() -> None:
    people = [person(number, name) for number, name in enumerate(("Zoe", "Émile", "adam", "Öst", "Bob", "emil", "Ost"))]
    german = [one.name for one in NameOrder(QLocale("de_DE")).sort(people)]
    assert german == ["adam", "Bob", "emil", "Émile", "Ost", "Öst", "Zoe"]
    swedish = [one.name for one in NameOrder(QLocale("sv_SE")).sort(people)]
    assert swedish == ["adam", "Bob", "emil", "Émile", "Ost", "Zoe", "Öst"]
    assert NameOrder(QLocale.c()).sort(people)[-1].name == "Zoe"
    order = NameOrder(QLocale("de_DE"))
    there = order.sort(people)
    assert order.place(person(99, "Ödön"), there) == 4


# Which thread reads the gallery


class Watched(Gallery):
    """A gallery that records its calls, and whether the GUI thread made them."""

    asked: list[tuple[str, bool]]

    def __getattribute__(self, name: str) -> Any:
        found = super().__getattribute__(name)
        if name.startswith("_") or not callable(found):
            return found

        def noted(*arguments: Any, **named: Any) -> Any:
            self.asked.append((name, threading.current_thread() is threading.main_thread()))
            return found(*arguments, **named)

        return noted


def test_the_gui_thread_never_asks_the_gallery(
    qtbot: QtBot, own_home: Any, open_window: Callable[..., MainWindow], gallery: Gallery, portraits: Any
) -> None:
    fill(gallery, *(f"Person {number}" for number in range(30)))
    gallery.__class__, gallery.asked = Watched, []  # type: ignore[attr-defined]
    window = open_window()
    window.activateWindow()
    qtbot.waitUntil(lambda: window.people.model.rowCount() == 30, timeout=WAIT)
    delegate = window.people.list.itemDelegate()
    assert isinstance(delegate, PersonDelegate)
    qtbot.waitUntil(lambda: len(delegate.portraits) > 5, timeout=WAIT)
    window.sightings.noted.emit({3: 1000.0})
    window.people.search.setText("person 1")
    window.people.search.clear()
    window.people.list.selectAll()
    assert len(window.people.selected()) == 30
    window.people.list.scrollToBottom()
    window.grab()
    dialog = window.open_enroll(portraits / "grace_hopper.jpg")
    assert dialog is not None
    qtbot.waitUntil(lambda: dialog.face is not None, timeout=WAIT)
    dialog.name.setText("Grace Hopper")
    dialog.enroll.click()
    qtbot.waitUntil(lambda: window.people.model.rowCount() == 31, timeout=WAIT)
    window.people.model.setData(window.people.model.index(4), "Zoe")
    qtbot.waitUntil(lambda: window.people.model.people()[-1].name == "Zoe", timeout=WAIT)
    window.commands.metric.trigger()
    qtbot.waitUntil(lambda: window.pages.currentWidget().enrolled is not None, timeout=WAIT)
    window.grab()
    asked = gallery.asked  # type: ignore[attr-defined]
    assert {name for name, _ in asked} >= {"people", "portrait", "add_photo", "rename"}
    # A snapshot read before is returned at once.
    assert {name for name, in_gui in asked if in_gui} <= {"snapshot_of"}


def test_portraits_are_read_on_a_thread_and_a_limited_number_is_kept(qtbot: QtBot, gallery: Gallery) -> None:
    fill(gallery, *(f"Person {number}" for number in range(12)))
    numbers = [one.id for one in gallery.people()]
    threads = set()

    def read(number: int) -> Any:
        threads.add(threading.current_thread())
        return gallery.portrait(number)

    pictures: Thumbnails[int] = Thumbnails(read, 0.2, most=5)
    for number in numbers:
        assert pictures.get(number, 48, 2.0) is None
    qtbot.waitUntil(lambda: pictures.get(numbers[-1], 48, 2.0) is not None, timeout=WAIT)
    shown = pictures.get(numbers[-1], 48, 2.0)
    assert shown is not None
    assert (shown.width(), shown.devicePixelRatio()) == (96, 2.0)
    qtbot.waitUntil(lambda: not pictures.reading, timeout=WAIT)
    assert len(pictures) <= 5
    assert threading.main_thread() not in threads
    assert pictures.get(12345, 48, 2.0) is None
    with qtbot.waitSignal(pictures.arrived, timeout=WAIT):
        pass
    assert pictures.get(12345, 48, 2.0) is None


def test_refreshing_asked_often_ends_with_an_answer_that_is_up_to_date(qtbot: QtBot) -> None:
    go, began, answers, number = threading.Semaphore(0), threading.Event(), list[int](), 0

    def work() -> int:
        seen = number
        began.set()
        go.acquire(timeout=30)
        return seen

    refreshing = Refreshing(work, answers.append, lambda _error: None)
    refreshing.ask()
    assert began.wait(30)
    number = 1
    for _ in range(5):
        refreshing.ask()
    go.release(9)
    qtbot.waitUntil(lambda: not refreshing.busy, timeout=WAIT)
    assert answers == [1]


def test_a_name_with_brackets_is_not_shown_as_html(qtbot: QtBot) -> None:
    model = PeopleModel()
    model.show(rows([person(1, "<b>Bob</b> & Co"), person(2, "Ada")]))
    tip = model.index(0).data(Qt.ItemDataRole.ToolTipRole)
    assert "&lt;b&gt;Bob&lt;/b&gt; &amp; Co" in tip
    assert model.index(1).data(Qt.ItemDataRole.ToolTipRole) == "Ada"
    assert model.index(1).data(Qt.ItemDataRole.AccessibleTextRole) == "Ada. Not seen yet."
    assert model.rowCount(QModelIndex()) == 2
