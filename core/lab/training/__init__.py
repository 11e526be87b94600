"""Training: losses over pairs of faces, the batches they come from, the loop that trains an encoder, and metrics."""
