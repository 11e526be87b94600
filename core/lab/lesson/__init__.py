"""Figures for the lesson on metric learning: each shows, on a few points or on your pictures, what the program does."""
