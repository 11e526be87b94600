"""Enrolling people from photos."""
