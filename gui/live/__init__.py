"""The live view: the source, its picture, and who is in it."""
