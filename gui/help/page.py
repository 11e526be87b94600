"""A page of help: headings and text, with buttons below."""

from collections.abc import Callable, Sequence
from html import escape

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QFrame, QHBoxLayout, QPushButton, QTextBrowser, QVBoxLayout, QWidget

from gui.look.window_size import resize_to_fit

Section = tuple[str, str]
"""A heading and its text, both plain; a new line in the text stays one."""


class HelpPage(QDialog):
    """A window to read in; the program goes on beside it."""

    def __init__(self, title: str, sections: Sequence[Section], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(title)
        self.text = QTextBrowser(openLinks=False)
        self.text.setTabChangesFocus(True)
        self.text.setFrameShape(QFrame.Shape.NoFrame)
        self.text.setAccessibleName(title)
        self.text.document().setDocumentMargin(18)
        self.text.setHtml("".join(map(_as_html, sections)))
        close = QPushButton(self.tr("Close"), default=True)
        close.clicked.connect(self.reject)
        self._buttons = QHBoxLayout()
        self._buttons.addStretch()
        self._buttons.addWidget(close)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(18, 18, 18, 16)
        layout.setSpacing(14)
        layout.addWidget(self.text, 1)
        layout.addLayout(self._buttons)
        resize_to_fit(self, 620, 600)

    def add_button(self, text: str, slot: Callable[[], object]) -> QPushButton:
        """Adds a button on the left."""
        button = QPushButton(text, autoDefault=False)
        button.clicked.connect(lambda: slot())
        self._buttons.insertWidget(self._buttons.count() - 2, button)
        return button


def _as_html(section: Section) -> str:
    heading, text = (escape(part).replace("\n", "<br>") for part in section)
    return f"<h3>{heading}</h3><p>{text}</p>"
