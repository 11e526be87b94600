"""From an aligned face to its embedding: the Siamese network, its weights, and what runs it fastest here."""
