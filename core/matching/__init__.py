"""From an embedding to a decision: nearest neighbours, the impostor curve, the threshold."""
