"""The chunks of a PNG: strips a file down to those its picture needs, so that no other can prevent Pillow from reading
it; and writes and reads a text of the program's own.

ISO/IEC 15948 (W3C PNG), clause 5: a file consists of chunks of length, type, content and checksum. A chunk whose type
begins with a small letter is ancillary: a decoder may skip it.
"""

import zlib

SIGNATURE = b"\x89PNG\r\n\x1a\n"
HEADER = 25
"""Bytes of the first chunk, which gives the picture's size."""
MOST_INFLATED = 16_000_000
"""Largest colour profile or metadata in bytes; anything that unpacks to more is dropped."""
MOST_TEXT = 1_000_000
"""Longest text chunk in bytes: Pillow unpacks no more. The orientation is near the beginning."""
METADATA = (b"XML:com.adobe.xmp\0", b"Raw profile type exif\0", b"Raw profile type APP1\0")
"""Keywords of texts that may hold the picture's orientation."""


def essential(data: bytes) -> tuple[bytes, bytes | None]:
    """The PNG reduced to pixels, transparency and orientation; and its colour profile, None if it has none.

    Ancillary chunks with a wrong checksum are dropped. A missing end chunk is added.
    """
    kept, profile = [SIGNATURE], None
    at = len(SIGNATURE)
    while at + 8 <= len(data):
        length, kind = int.from_bytes(data[at : at + 4], "big"), data[at + 4 : at + 8]
        content = data[at + 8 : at + 8 + length]
        if kind == b"IEND":
            break
        if not kind[0] & 0x20:
            whole = len(content) == length and at + 12 + length <= len(data)
            kept.append(data[at : at + 12 + length] if whole else _chunk(kind, content))
        elif data[at + 8 + length : at + 12 + length] == _checksum(kind, content):
            if kind == b"iCCP":
                profile = _inflated(content.partition(b"\0")[2][1:])
            elif small := _needed(kind, content):
                kept.append(_chunk(b"tEXt" if kind == b"zTXt" else kind, small))
        at += 12 + length
    kept.append(_chunk(b"IEND", b""))
    return b"".join(kept), profile


def with_text(data: bytes, keyword: str, text: str) -> bytes:
    """The PNG with a text chunk added. keyword, text: Latin-1."""
    begin = len(SIGNATURE) + HEADER
    return data[:begin] + _chunk(b"tEXt", f"{keyword}\0{text}".encode("latin-1")) + data[begin:]


def text_of(data: bytes, keyword: str) -> str | None:
    """The text that `with_text` has added; None if there is none. data: any file."""
    begin = len(SIGNATURE) + HEADER
    length, kind = int.from_bytes(data[begin : begin + 4], "big"), data[begin + 4 : begin + 8]
    content = data[begin + 8 : begin + 8 + length]
    if not data.startswith(SIGNATURE) or kind != b"tEXt" or not content.startswith(f"{keyword}\0".encode("latin-1")):
        return None
    return content.partition(b"\0")[2].decode("latin-1")


def _needed(kind: bytes, content: bytes) -> bytes | None:
    """The content of an ancillary chunk, its text decompressed; None if the chunk isn't needed."""
    if kind in (b"tRNS", b"eXIf"):
        return content
    if not content.startswith(METADATA):
        return None
    keyword, _, rest = content.partition(b"\0")
    if kind == b"zTXt":
        text = _inflated(rest[1:])
    elif kind == b"iTXt":
        text = rest[2:].split(b"\0", 2)[-1]
        text = _inflated(text) if rest[:1] == b"\1" else text
    else:
        text = rest
    if text is None:
        return None
    return keyword + (b"\0\0\0\0\0" if kind == b"iTXt" else b"\0") + text[:MOST_TEXT]


def _inflated(packed: bytes) -> bytes | None:
    """Decompressed bytes; None if they are damaged or too large."""
    inflater = zlib.decompressobj()
    try:
        content = inflater.decompress(packed, MOST_INFLATED)
    except zlib.error:
        return None
    return content if inflater.eof else None


def _chunk(kind: bytes, content: bytes) -> bytes:
    return len(content).to_bytes(4, "big") + kind + content + _checksum(kind, content)


def _checksum(kind: bytes, content: bytes) -> bytes:
    return zlib.crc32(content, zlib.crc32(kind)).to_bytes(4, "big")
