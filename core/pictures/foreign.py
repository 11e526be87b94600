"""Recognises files that aren't pictures Firstsight reads, by their first bytes, so that they aren't called damaged."""

import re

EXPORT = "export it as a JPEG"
RAW = ("a raw photo from a camera", EXPORT)
VIDEO = ("a video", "choose a photo, or watch the video as a source")
DOCUMENT = "choose the picture itself"

SIGNATURES: tuple[tuple[bytes, tuple[str, str]], ...] = (
    # JPEG's successors
    (rb"\xff\x0a|\x00\x00\x00\x0cJXL ", ("a JPEG XL", EXPORT)),
    (rb"\x00\x00\x00\x0cjP  |\xff\x4f\xff\x51", ("a JPEG 2000", EXPORT)),
    (rb"II\xbc\x01", ("a JPEG XR", EXPORT)),
    # Raw photos
    (rb"II\*\x00....CR|....ftypcrx |....ftypcr3 |FUJIFILMCCD-RAW|IIU\x00|IIR[OS]|MMOR|\x00MRM|FOVb|II..HEAPCCDR", RAW),
    (rb"(?:II\*\x00|MM\x00\*)....(?:IIII|MMMM)", RAW),
    # Drawings, layered documents and other pictures
    (rb"8BPS", ("a Photoshop document", EXPORT)),
    (rb"gimp xcf", ("a GIMP document", EXPORT)),
    (rb"(?=.*<svg)(?:\xef\xbb\xbf)?\s*<(?:\?xml|!--|!DOCTYPE svg|svg)", ("a drawing (SVG)", EXPORT)),
    (rb"%!PS|\xc5\xd0\xd3\xc6", ("a drawing (PostScript)", EXPORT)),
    (rb"\xd7\xcd\xc6\x9a|\x01\x00\x00\x00.{36} EMF", ("a drawing (Windows metafile)", EXPORT)),
    (rb"v/1\x01|#\?R", ("a high dynamic range picture", EXPORT)),
    (rb"\x00\x00[\x01\x02]\x00[^\x00]", ("an icon", "choose a photo")),
    (rb"icns", ("an icon", "choose a photo")),
    (rb"BPG\xfb", ("a BPG", EXPORT)),
    (rb"qoif", ("a QOI", EXPORT)),
    (rb"DDS ", ("a texture (DDS)", EXPORT)),
    (rb".{128}DICM", ("a medical image (DICOM)", EXPORT)),
    # Documents
    (rb"%PDF", ("a PDF", EXPORT)),
    (rb"(?i:\s*(?:<!doctype html|<html|<head))", ("a web page", "save the picture on it")),
    (rb"PK\x03\x04|Rar!|7z\xbc\xaf|\x1f\x8b", ("an archive or a document", DOCUMENT)),
    # Videos
    (rb"....(?:ftyp|moov|mdat|wide|free)|\x1aE\xdf\xa3|RIFF....AVI |FLV\x01|OggS", VIDEO),
    (rb"\x30\x26\xb2\x75|\x00\x00\x01[\xba\xb3]", VIDEO),
    (rb"G.{187}G.{187}G|.{4}G.{191}G.{191}G", VIDEO),
)


def foreign(data: bytes) -> tuple[str, str] | None:
    """What the file is ("a PDF") and what to do ("export it as a JPEG"); None if it isn't recognised."""
    return next((told for signature, told in SIGNATURES if re.match(signature, data[:8192], re.DOTALL)), None)
