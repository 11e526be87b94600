"""The history page: who was here, and unknown people."""
