"""Periods to choose from, ending today."""

from datetime import date, timedelta

from PySide6.QtCore import QDate, Signal
from PySide6.QtWidgets import QComboBox, QDateEdit, QHBoxLayout, QWidget

from core.history.days import begin_of, end_of

ANY, TODAY, YESTERDAY, WEEK, MONTH, DAY = range(6)


class Period(QWidget):
    """A choice of days; the last one asks for a date."""

    chosen = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.choice = QComboBox()
        self.choice.setAccessibleName(self.tr("Period"))
        self.choice.addItems(
            [
                self.tr("Any day"),
                self.tr("Today"),
                self.tr("Yesterday"),
                self.tr("Last 7 days"),
                self.tr("Last 30 days"),
                self.tr("One day…"),
            ]
        )
        self.day = QDateEdit(QDate.currentDate())
        self.day.setCalendarPopup(True)
        self.day.setAccessibleName(self.tr("Day"))
        self.day.hide()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        row.addWidget(self.choice)
        row.addWidget(self.day)
        self.choice.currentIndexChanged.connect(self._choose)
        self.day.dateChanged.connect(lambda _day: self.chosen.emit())

    def _choose(self, which: int) -> None:
        self.day.setVisible(which == DAY)
        self.chosen.emit()

    @property
    def days(self) -> tuple[date, date] | None:
        """The first day and the last, included; None for any."""
        today, day = date.today(), self.day.date()
        one = date(day.year(), day.month(), day.day())
        return {
            TODAY: (today, today),
            YESTERDAY: (today - timedelta(days=1), today - timedelta(days=1)),
            WEEK: (today - timedelta(days=6), today),
            MONTH: (today - timedelta(days=29), today),
            DAY: (one, one),
        }.get(self.choice.currentIndex())

    @property
    def moments(self) -> tuple[float | None, float | None]:
        """Unix times at which the period begins and ends; None for any."""
        days = self.days
        return (begin_of(days[0]), end_of(days[1])) if days else (None, None)
