"""How `core.images` reads pictures: which format, its quirks, its pixels."""
