"""The page *Metric*: how the people enrolled and the live faces lie to each other, and why a face is named as it is."""
