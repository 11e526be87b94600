"""From an aligned face to its embedding: the Siamese network, its weights, and the runtimes that run it."""
