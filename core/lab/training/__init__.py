"""Learning: losses over pairs of faces, the batches they are drawn from, and the loop that trains an encoder."""
