"""The recogniser in use: its encoder and its sensitivity."""
