"""The list of people enrolled."""
