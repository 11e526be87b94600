"""How `core.pictures.reading` reads pictures: which format, its quirks, its pixels."""
