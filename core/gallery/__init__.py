"""The enrolled people: an encrypted file, and an immutable snapshot of it for the look-up."""

from core.gallery.snapshot import Snapshot
from core.gallery.store import Forgotten, Gallery

__all__ = ["Forgotten", "Gallery", "Snapshot"]
