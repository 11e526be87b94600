"""Telling the user who appears or is missing."""
