"""The dialog with the rules: whom to tell of, when and how."""

import time
from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from core.alerts import kept
from core.alerts.rules import Rule
from core.alerts.watcher import Alert
from core.gallery import Gallery
from gui.alerts import words
from gui.alerts.editor import RuleEditor
from gui.background import tasks
from gui.background.writes import Writes
from gui.look.errors import show_error
from gui.look.window_size import resize_to_fit

NUMBER = Qt.ItemDataRole.UserRole


class AlertsDialog(QDialog):
    """Lists the rules with a tick to switch each on and off. Changes are written at once."""

    changed = Signal()
    """Rules were added, changed or deleted."""
    tried = Signal(object)
    """Alert: to be told as if a rule applied now."""

    def __init__(self, gallery: Gallery, writes: Writes, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._gallery, self._writes = gallery, writes
        self._rules: dict[int, Rule] = {}
        self.setWindowTitle(self.tr("Alerts"))
        self.note = QLabel(wordWrap=True, textFormat=Qt.TextFormat.PlainText)
        self.note.setProperty("quiet", True)
        self.list = QListWidget()
        self.list.setObjectName("rules")
        self.list.setAccessibleName(self.tr("Rules"))
        self.list.setWordWrap(True)
        self.list.itemChanged.connect(self._tick)
        self.list.currentRowChanged.connect(lambda _row: self._update_buttons())
        self.add = QPushButton(self.tr("Add a rule…"), autoDefault=False)
        self.test = QPushButton(self.tr("Test"), autoDefault=False)
        self.delete = QPushButton(self.tr("Delete"), autoDefault=False)
        close = QPushButton(self.tr("Close"), default=True)
        self.add.clicked.connect(self.ask)
        self.test.clicked.connect(self._test)
        self.delete.clicked.connect(self._delete)
        close.clicked.connect(self.reject)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        for button in (self.add, self.test, self.delete):
            buttons.addWidget(button)
        buttons.addStretch()
        buttons.addWidget(close)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(22, 22, 22, 18)
        layout.setSpacing(14)
        layout.addWidget(self.note)
        layout.addWidget(self.list, 1)
        layout.addLayout(buttons)
        resize_to_fit(self, 560, 420)
        self._update_buttons()
        self.read()

    def read(self) -> None:
        """Reads the rules again."""
        tasks.run(lambda: kept.rules(self._gallery), self._show, self._failed, self)

    def _show(self, rules: dict[int, Rule]) -> None:
        self._rules = rules
        self.list.blockSignals(True)
        self.list.clear()
        for number, rule in rules.items():
            told = words.means(rule.means) + (f" {rule.shown_target}" if rule.shown_target else "")
            item = QListWidgetItem(f"{words.happening(rule)}\n{told}")
            item.setData(NUMBER, number)
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
            item.setCheckState(Qt.CheckState.Checked if rule.on else Qt.CheckState.Unchecked)
            self.list.addItem(item)
        self.list.blockSignals(False)
        self._update_buttons()
        if rules:
            self.note.setText(self.tr("What is ticked is told while this window is open."))
        else:
            self.note.setText(
                self.tr(
                    "No rules yet. Be told when somebody appears, or has not been seen for a while. Nothing leaves "
                    "this computer except to an address or a command that you write here."
                )
            )

    @property
    def chosen(self) -> int | None:
        """The number of the rule selected."""
        item = self.list.currentItem()
        return item.data(NUMBER) if item else None

    def _update_buttons(self) -> None:
        for button in (self.test, self.delete):
            button.setEnabled(self.chosen is not None)

    def ask(self) -> RuleEditor:
        """Asks for a new rule."""
        editor = RuleEditor(self._gallery, self)
        editor.made.connect(lambda rule: self._write(lambda: kept.add(self._gallery, rule)))
        editor.open()
        return editor

    def _tick(self, item: QListWidgetItem) -> None:
        number = item.data(NUMBER)
        rule = replace(self._rules[number], on=item.checkState() is Qt.CheckState.Checked)
        self._write(lambda: kept.change(self._gallery, number, rule))

    def _test(self) -> None:
        number = self.chosen
        if number is not None:
            rule = self._rules[number]
            name = "" if rule.who.value == "unknown" else rule.name or self.tr("Test")
            self.tried.emit(Alert(rule, name, time.time(), self.tr("Test")))

    def _delete(self) -> None:
        number = self.chosen
        if number is not None:
            self._write(lambda: kept.remove(self._gallery, number))

    def _write(self, work: object) -> None:
        assert callable(work)

        def done(_result: object) -> None:
            self.read()
            self.changed.emit()

        self._writes.run(work, done, self._failed, self, announced=False)

    def _failed(self, error: Exception) -> None:
        show_error(self, error)
        self._update_buttons()
