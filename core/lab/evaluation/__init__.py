"""Evaluation: the impostor curve, verification, identification as users meet it, and reports."""
