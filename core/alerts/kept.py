"""The rules of this computer, kept in the gallery."""

from core.alerts.rules import Rule
from core.errors import AlertError
from core.gallery import Gallery
from core.system.computer import computer_id, known_computer_id


def rules(gallery: Gallery) -> dict[int, Rule]:
    """The rules by number. Raises GalleryError and AlertError."""
    here = known_computer_id()
    return {number: Rule.from_json(text) for number, text in gallery.alerts(here)} if here else {}


def add(gallery: Gallery, rule: Rule) -> int:
    """Keeps a rule. Returns its number. Raises GalleryError."""
    return gallery.add_alert(computer_id(), rule.to_json())


def change(gallery: Gallery, number: int, rule: Rule) -> None:
    """Replaces a rule. Raises GalleryError, and AlertError when it has been deleted."""
    if not gallery.change_alert(number, computer_id(), rule.to_json()):
        raise AlertError(f"There is no rule {number}: `firstsight alerts` lists the numbers.")


def remove(gallery: Gallery, number: int) -> None:
    """Deletes a rule. Raises GalleryError, and AlertError when there is none of that number."""
    if not gallery.change_alert(number, computer_id(), None):
        raise AlertError(f"There is no rule {number}: `firstsight alerts` lists the numbers.")
