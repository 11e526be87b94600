"""Tabs of a page: words with a line under the chosen one."""

from PySide6.QtWidgets import QTabBar

STYLE = """QTabBar::tab { padding: 7px 14px; border: none; border-bottom: 2px solid transparent; color: palette(text); }
    QTabBar::tab:selected { border-bottom-color: palette(highlight); }
    QTabBar::tab:hover { border-bottom-color: palette(highlight); }
    QTabBar::tab:selected:focus { border: 2px solid palette(highlight); border-radius: 6px; padding: 5px 12px; }"""


def tab_bar(name: str, *titles: str) -> QTabBar:
    """name: of the page, for screen readers."""
    tabs = QTabBar(drawBase=False, expanding=False)
    tabs.setStyleSheet(STYLE)
    tabs.setUsesScrollButtons(False)
    tabs.setAccessibleName(name)
    for title in titles:
        tabs.addTab(title)
    return tabs
