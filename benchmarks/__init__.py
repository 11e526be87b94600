"""Benchmarks of Firstsight against its alternatives, in one run on one machine. Not part of the tests."""
