"""The panel with the people enrolled."""
