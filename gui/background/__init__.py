"""Work on threads other than the GUI thread."""
