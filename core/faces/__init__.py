"""From a picture to faces: found, stood upright, cut out, judged."""
