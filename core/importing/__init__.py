"""Many people at once: from a folder, a table or photos into the gallery, and out of it into a folder."""
