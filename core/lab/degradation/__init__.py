"""Simulated bad pictures, as poor cameras take them: single steps, named conditions, and a sheet to look at."""
