"""A source watched live: capture and recognition on threads of their own, and what is saved of it."""
