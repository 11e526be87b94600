"""The laboratory: training, measuring, and the figures of the lesson. The program recognises without it."""
