"""The share of strangers that may be named."""

DEFAULT_RATE = 0.01
"""One stranger in a hundred."""
