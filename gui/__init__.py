"""The window. It paints and asks; everything else is in `core`."""
