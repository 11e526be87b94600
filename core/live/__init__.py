"""Live sessions: capture and recognition of a source on separate threads, and recording."""
