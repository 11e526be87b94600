"""The laboratory: training, evaluation and the lesson's figures. Recognition works without it."""
