"""Errors read as on the command line, and markup in them is shown as text."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QMessageBox, QWidget
from pytestqt.qtbot import QtBot

from core.errors import PhotoError
from core.gallery import Gallery
from gui.live.status_line import StatusLine
from gui.look.errors import sentence, show_error
from gui.people.panel import PeoplePanel


def test_refusals_of_the_system_are_not_reported_as_bugs() -> None:
    told = sentence(PermissionError(13, "Permission denied", "/home/x\x1b[2J"))
    assert told == r"/home/x\x1b[2J can't be used (Permission denied): check its name, its permissions and its disk."
    assert sentence(PhotoError("a\udcff.jpg is empty.")) == r"a\xff.jpg is empty."
    assert "unexpected" in sentence(ZeroDivisionError("division by zero"))


def test_markup_in_names_and_files_is_shown_as_text(qtbot: QtBot, gallery: Gallery) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    show_error(parent, PhotoError("<b>x</b>.jpg is empty."))
    (box,) = parent.findChildren(QMessageBox)
    assert (box.text(), box.textFormat()) == ("<b>x</b>.jpg is empty.", Qt.TextFormat.PlainText)
    box.close()
    panel, status = PeoplePanel(gallery), StatusLine()
    for widget in (panel, status):
        qtbot.addWidget(widget)
    named = [status.source, status.encoder, *panel.undo_bar.findChildren(QLabel)]
    assert len(named) == 3
    assert all(label.textFormat() == Qt.TextFormat.PlainText for label in named)
