"""Who was here: from recognised faces to sightings, and what can be told of them."""
