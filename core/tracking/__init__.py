"""From frame to frame: the same face followed, its evidence pooled."""
