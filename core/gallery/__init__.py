"""The enrolled people: an encrypted file, and immutable snapshots of it for look-ups."""

from core.gallery.people import Forgotten
from core.gallery.store import Gallery

__all__ = ["Forgotten", "Gallery"]
