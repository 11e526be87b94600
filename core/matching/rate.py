"""How often a stranger may be named."""

DEFAULT_RATE = 0.01
"""At most once in a hundred."""
