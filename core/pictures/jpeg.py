"""JPEG details that Pillow doesn't report: how a picture is coded, and how much of it is missing.

ISO/IEC 10918-1 (ITU-T T.81), annex B: a file consists of segments. Each begins with a marker: FF and a byte that is
neither 00 nor FF. Coded pixels follow an SOS segment and end at the next marker other than a restart (RST).
"""

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image as Pillow
from PIL import JpegImagePlugin

END = b"\xff\xd9"
SCAN, JPEG_LS = 0xDA, 0xF7
FRAMES = {*range(0xC0, 0xD0), JPEG_LS} - {0xC4, 0xC8, 0xCC}
PROGRESSIVE, LOSSLESS = {0xC2, 0xC6, 0xCA, 0xCE}, {0xC3, 0xC7, 0xCB, 0xCF, JPEG_LS}
_MARKER = re.compile(rb"\xff[\x02-\xcf\xd9-\xfe]")
"""A marker that begins a segment or ends the file; neither a stuffed byte nor a restart within a scan."""
_INTERVAL = bytes(range(1, 255)) * 8
NOISE = _INTERVAL + b"".join(bytes((0xFF, 0xD0 + number)) + _INTERVAL for number in range(8))
"""Bytes that decode to noise: within the current restart interval, and after each of the eight restart markers."""


@dataclass(frozen=True, slots=True)
class Coding:
    """How a JPEG is coded."""

    bits: int
    """Bits per channel."""
    lossless: bool
    kept: float
    """Bytes per pixel that a decoder keeps until it has read the last scan; 0 if there is only one scan."""


def coding_of(data: bytes) -> Coding | None:
    """Reads how a JPEG is coded from its header; None if the header is damaged."""
    kind, frame, scan = 0, b"", b""
    for marker, content, _ in _segments(data):
        if marker in FRAMES:
            kind, frame = marker, content
        if marker == SCAN:
            scan = content
            break
    if len(frame) < 9 or not scan:
        return None
    across, down = ([sampling >> shift & 15 for sampling in frame[7::3]] for shift in (4, 0))
    samples = sum(h * v for h, v in zip(across, down, strict=True)) / max(max(across) * max(down), 1)
    several_scans = kind in PROGRESSIVE or scan[0] < frame[5]
    return Coding(bits=frame[0], lossless=kind in LOSSLESS, kept=2 * samples if several_scans else 0.0)


def with_end(data: bytes) -> bytes:
    """The file with an end marker: decoders fill missing rows with grey, but Pillow rejects a file without an end."""
    return data if END in data[-64:] else data + END


def missing_share(picture: Pillow.Image, data: bytes) -> float:
    """Share of a decoded JPEG's rows that are missing from its file, counted from the bottom: 0 to 1.

    A decoder fills missing rows with middle grey. To tell them from grey rows of the picture itself, noise is appended
    to the coded data: it is decoded where rows are missing, and ignored where the picture is complete.
    """
    grey = _grey_rows(picture)
    if not grey:
        return 0.0
    whole = data[: _end_of_scans(data)].rstrip(b"\xff")
    one, other = _coarse(whole + END), _coarse(whole + NOISE + END)
    differing = np.flatnonzero(np.any(one != other, axis=1))
    if not len(differing):
        return 0.0
    return min(grey / picture.height, 1 - float(differing[0]) / len(one))


def has_all_detail(data: bytes) -> bool:
    """Whether every scan of a progressive JPEG has at least begun; always true for other JPEGs.

    Each scan holds some bits of some coefficients, the most important first.
    """
    lacking: dict[int, list[int]] = {}
    for marker, content, _ in _segments(data):
        if marker in FRAMES:
            if marker not in PROGRESSIVE:
                return True
            lacking = {component: [16] * 64 for component in content[6::3]}
        elif marker == SCAN and content and len(content) >= 4 + 2 * content[0]:
            after = 1 + 2 * content[0]
            first, last, bits = content[after : after + 3]
            for component in content[1:after:2]:
                lacking.get(component, [])[first : last + 1] = [bits & 15] * (last + 1 - first)
    return not any(any(bits[:64]) for bits in lacking.values())


def _segments(data: bytes) -> Iterator[tuple[int, bytes, int]]:
    """Marker, content and end offset of each segment, up to the end of the picture."""
    at = 2
    while found := _MARKER.search(data, at):
        at = found.start()
        kind = data[at + 1]
        if kind == END[1] or at + 4 > len(data):
            return
        end = at + 2 + int.from_bytes(data[at + 2 : at + 4], "big")
        yield kind, data[at + 4 : end], end
        at = end


def _end_of_scans(data: bytes) -> int:
    """Offset at which the last scan ends: the next marker, or the end of the data."""
    at = max((end for marker, _, end in _segments(data) if marker == SCAN), default=0)
    found = _MARKER.search(data, at)
    return found.start() if found else len(data)


def _grey_rows(picture: Pillow.Image, band: int = 16) -> int:
    """Number of rows at the bottom that are entirely middle grey, in steps of `band` rows."""
    rows = 0
    while rows < picture.height:
        top = max(picture.height - rows - band, 0)
        extrema = picture.crop((0, top, picture.width, picture.height - rows)).getextrema()
        ranges = extrema if isinstance(extrema[0], tuple) else (extrema,)
        if any(low < 127 or high > 128 for low, high in ranges):
            break
        rows = picture.height - top
    return rows


def _coarse(data: bytes) -> NDArray[np.uint8]:
    """The picture at about one pixel per block: one row of values for each row of blocks."""
    with JpegImagePlugin.JpegImageFile(io.BytesIO(data)) as picture:
        picture.draft(None, (max(picture.width // 8, 1), max(picture.height // 8, 1)))
        pixels = np.asarray(picture, dtype=np.uint8)
    return pixels.reshape(len(pixels), -1)
