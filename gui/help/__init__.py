"""Help: pages to read, the list of shortcuts, and the guide that points at parts of the window."""
