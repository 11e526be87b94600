"""From a picture to faces: detection, rotation upright, alignment, quality."""
