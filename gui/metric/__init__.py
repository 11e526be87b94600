"""The metric page: how similar the people enrolled and the live faces are, and why a face is named."""
