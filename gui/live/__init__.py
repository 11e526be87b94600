"""The live view: a source, its picture, and who is in it."""
