"""The recogniser in use, with its encoder and its sensitivity."""
