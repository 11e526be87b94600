"""The form for a new rule."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from core.alerts.rules import Means, Rule, When, Who
from core.errors import FirstsightError
from core.gallery import Gallery
from gui.alerts import words
from gui.background import tasks
from gui.look.errors import sentence

STAYS = (0.0, 2.0, 5.0, 10.0, 30.0, 60.0)
"""Seconds in view to choose from."""
ABSENCES = (900.0, 3600.0, 7200.0, 14_400.0, 28_800.0, 172_800.0)
"""Seconds not seen to choose from."""
PAUSES = (0.0, 60.0, 300.0, 1800.0, 3600.0, 28_800.0)
"""Least seconds between two alerts to choose from."""


class RuleEditor(QDialog):
    """Asks whom, when and how."""

    made = Signal(object)
    """Rule."""

    def __init__(self, gallery: Gallery, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("New rule"))
        self.who, self.when, self.means = QComboBox(), QComboBox(), QComboBox()
        self.name = QComboBox(editable=True)
        self.stay, self.absence, self.pause = QComboBox(), QComboBox(), QComboBox()
        self.target = QLineEdit()
        self.note = QLabel(wordWrap=True, textFormat=Qt.TextFormat.PlainText)
        self.note.setProperty("quiet", True)
        for text, who in (
            (self.tr("Somebody unknown"), Who.UNKNOWN),
            (self.tr("Anybody enrolled"), Who.ANYBODY),
            (self.tr("One person"), Who.PERSON),
            (self.tr("A group"), Who.GROUP),
        ):
            self.who.addItem(text, who)
        self.when.addItem(self.tr("appears"), When.APPEARS)
        self.when.addItem(self.tr("has not been seen"), When.MISSING)
        for choice, values in ((self.stay, STAYS), (self.absence, ABSENCES), (self.pause, PAUSES)):
            for value in values:
                choice.addItem(words.duration(value) if value else self.tr("at once"), value)
        self.pause.setItemText(0, self.tr("every time"))
        self.pause.setCurrentIndex(PAUSES.index(300.0))
        self.stay.setCurrentIndex(STAYS.index(5.0))
        for kind in Means:
            self.means.addItem(words.means(kind), kind)
        self._form = QFormLayout()
        self._form.setSpacing(10)
        for label, field in (
            (self.tr("Who:"), self.who),
            (self.tr("Name:"), self.name),
            (self.tr("What:"), self.when),
            (self.tr("In view for:"), self.stay),
            (self.tr("Not seen for:"), self.absence),
            (self.tr("Tell by:"), self.means),
            (self.tr("Address:"), self.target),
            (self.tr("At most every:"), self.pause),
        ):
            self._form.addRow(label, field)
        self.save, cancel = QPushButton(self.tr("Add"), default=True), QPushButton(self.tr("Cancel"))
        self.save.setProperty("primary", True)
        self.save.clicked.connect(self._save)
        cancel.clicked.connect(self.reject)
        buttons = QHBoxLayout()
        buttons.addStretch()
        buttons.addWidget(cancel)
        buttons.addWidget(self.save)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(22, 22, 22, 18)
        layout.setSpacing(16)
        layout.addLayout(self._form)
        layout.addWidget(self.note)
        layout.addStretch()
        layout.addLayout(buttons)
        self.setMinimumWidth(480)
        for choice in (self.who, self.when, self.means):
            choice.currentIndexChanged.connect(lambda _index: self._update())
        self._names: list[str] = []
        self._groups: list[str] = []
        tasks.run(gallery.people, self._offer, lambda _error: None, self)
        self._update()

    def _offer(self, people: object) -> None:
        assert isinstance(people, list)
        self._names = [person.name for person in people]
        self._groups = sorted({person.group for person in people if person.group}, key=str.casefold)
        self._update()

    def _update(self) -> None:
        """Shows the fields that matter."""
        who, means = Who(self.who.currentData()), Means(self.means.currentData())
        if who is Who.UNKNOWN:
            self.when.setCurrentIndex(0)
        self.when.setEnabled(who is not Who.UNKNOWN)
        missing = When(self.when.currentData()) is When.MISSING
        offered = self._groups if who is Who.GROUP else self._names
        if [self.name.itemText(row) for row in range(self.name.count())] != offered:
            self.name.clear()
            self.name.addItems(offered)
        for field, shown in (
            (self.name, who in (Who.PERSON, Who.GROUP)),
            (self.stay, not missing),
            (self.absence, missing),
            (self.pause, not missing),
            (self.target, means not in (Means.NOTIFICATION, Means.SOUND)),
        ):
            self._form.setRowVisible(field, shown)
        self.target.setPlaceholderText(
            {
                Means.COMMAND: "notify-me --door front",
                Means.WEBHOOK: "https://host/path",
                Means.MQTT: "mqtt://user:password@host/topic",
            }.get(means, "")
        )
        self.note.setText(
            {
                Means.COMMAND: self.tr("The command gets the name in FIRSTSIGHT_NAME, and everything as JSON."),
                Means.WEBHOOK: self.tr("Name, time, source and similarity are posted there as JSON. No pictures."),
                Means.MQTT: self.tr("Name, time, source and similarity are published there as JSON. No pictures."),
            }.get(means, "")
        )
        self.note.setProperty("warning", False)
        self.note.setVisible(bool(self.note.text()))

    def _save(self) -> None:
        # Qt gives back plain text.
        who, when, means = Who(self.who.currentData()), When(self.when.currentData()), Means(self.means.currentData())
        try:
            rule = Rule(
                who,
                self.name.currentText() if who in (Who.PERSON, Who.GROUP) else "",
                when,
                (self.absence if when is When.MISSING else self.stay).currentData(),
                self.pause.currentData(),
                means,
                self.target.text().strip() if means not in (Means.NOTIFICATION, Means.SOUND) else "",
            )
        except FirstsightError as error:
            self.note.setText(sentence(error))
            self.note.show()
            return
        self.made.emit(rule)
        self.accept()
