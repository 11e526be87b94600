"""Follows faces from frame to frame and pools their evidence."""
