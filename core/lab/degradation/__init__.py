"""What cameras do to pictures, made on purpose: steps, named conditions, and a sheet to look at."""
