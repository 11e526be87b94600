"""The window. It captures, paints and asks; everything else is `core`."""
