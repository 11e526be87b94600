"""Reading pictures: recognising the format, handling its quirks, converting its pixels."""
