"""Measures: the impostor curve, and identification as a user would meet it."""
