"""The main window: starts it, builds it and wires its parts."""
