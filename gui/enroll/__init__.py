"""Enrolling somebody from a photo."""
