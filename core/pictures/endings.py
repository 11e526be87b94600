"""File name endings of pictures, raw photos and videos, in lower case."""

PICTURES = {
    ".jpg", ".jpeg", ".jpe", ".jif", ".jfif", ".jfi", ".mpo", ".png", ".apng", ".webp", ".bmp", ".dib", ".tif",
    ".tiff", ".gif", ".heic", ".heics", ".heif", ".heifs", ".hif", ".avif", ".avifs", ".pgm", ".ppm", ".pbm",
    ".pnm",
}  # fmt: skip
"""Pictures that `core.pictures.reading` reads."""

RAW_PHOTOS = {
    ".3fr", ".ari", ".arw", ".bay", ".cr2", ".cr3", ".crw", ".dcr", ".dng", ".erf", ".fff", ".gpr", ".iiq",
    ".k25", ".kdc", ".mef", ".mos", ".mrw", ".nef", ".nrw", ".orf", ".pef", ".raf", ".raw", ".rw2", ".rwl",
    ".sr2", ".srf", ".srw", ".x3f",
}  # fmt: skip
"""Sensor data in the camera makers' formats. Not read: many contain a small preview that could pass for the photo."""

VIDEOS = {
    ".mp4", ".m4v", ".mov", ".qt", ".mkv", ".webm", ".avi", ".wmv", ".asf", ".mpg", ".mpeg", ".mpe", ".m1v",
    ".m2v", ".mp2", ".ts", ".mts", ".m2ts", ".m2t", ".mod", ".tod", ".vob", ".3gp", ".3g2", ".flv", ".f4v",
    ".ogv", ".ogm", ".mxf", ".divx", ".dv", ".mjpg", ".mjpeg", ".rm", ".rmvb", ".y4m",
}  # fmt: skip
"""Videos, which can be watched but not enrolled from."""
