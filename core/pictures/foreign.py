"""What a file is that is not read as a picture, by how it begins: nobody is told of damage where there is none."""

import re

EXPORT = "export it as a JPEG"
RAW = ("a raw photo of a camera", EXPORT)
VIDEO = ("a video", "choose a photo, or watch the video as a source")
DOCUMENT = "choose the picture itself"

BEGINNINGS: tuple[tuple[bytes, tuple[str, str]], ...] = (
    # JPEG's younger relatives
    (rb"\xff\x0a|\x00\x00\x00\x0cJXL ", ("a JPEG XL", EXPORT)),
    (rb"\x00\x00\x00\x0cjP  |\xff\x4f\xff\x51", ("a JPEG 2000", EXPORT)),
    (rb"II\xbc\x01", ("a JPEG XR", EXPORT)),
    # What a sensor gave
    (rb"II\*\x00....CR|....ftypcrx |....ftypcr3 |FUJIFILMCCD-RAW|IIU\x00|IIR[OS]|MMOR|\x00MRM|FOVb|II..HEAPCCDR", RAW),
    (rb"(?:II\*\x00|MM\x00\*)....(?:IIII|MMMM)", RAW),
    # Drawings and layers
    (rb"8BPS", ("a Photoshop document", EXPORT)),
    (rb"gimp xcf", ("a GIMP document", EXPORT)),
    (rb"(?=.*<svg)(?:\xef\xbb\xbf)?\s*<(?:\?xml|!--|!DOCTYPE svg|svg)", ("a drawing (SVG)", EXPORT)),
    (rb"%!PS|\xc5\xd0\xd3\xc6", ("a drawing (PostScript)", EXPORT)),
    (rb"\xd7\xcd\xc6\x9a|\x01\x00\x00\x00.{36} EMF", ("a drawing (Windows metafile)", EXPORT)),
    (rb"v/1\x01|#\?R", ("a picture of high dynamic range", EXPORT)),
    (rb"\x00\x00[\x01\x02]\x00[^\x00]", ("an icon", "choose a photo")),
    (rb"icns", ("an icon", "choose a photo")),
    (rb"BPG\xfb", ("a BPG", EXPORT)),
    (rb"qoif", ("a QOI", EXPORT)),
    (rb"DDS ", ("a texture (DDS)", EXPORT)),
    (rb".{128}DICM", ("a medical picture (DICOM)", EXPORT)),
    # No pictures
    (rb"%PDF", ("a PDF", EXPORT)),
    (rb"(?i:\s*(?:<!doctype html|<html|<head))", ("a web page", "save the picture that is in it")),
    (rb"PK\x03\x04|Rar!|7z\xbc\xaf|\x1f\x8b", ("an archive or a document", DOCUMENT)),
    # Videos
    (rb"....(?:ftyp|moov|mdat|wide|free)|\x1aE\xdf\xa3|RIFF....AVI |FLV\x01|OggS", VIDEO),
    (rb"\x30\x26\xb2\x75|\x00\x00\x01[\xba\xb3]", VIDEO),
    (rb"G.{187}G.{187}G|.{4}G.{191}G.{191}G", VIDEO),
)


def foreign(data: bytes) -> tuple[str, str] | None:
    """What it is ("a PDF") and what to do ("export it as a JPEG"); None when nothing is known that begins so."""
    return next((told for beginning, told in BEGINNINGS if re.match(beginning, data[:8192], re.DOTALL)), None)
