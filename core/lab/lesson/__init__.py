"""Figures for learning and teaching: each shows on a few numbers, or on your pictures, what the program computes."""
