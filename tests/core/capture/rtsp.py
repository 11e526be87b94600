"""A simulated RTSP camera (RFC 2326) that sends MPEG-4 video interleaved in the same connection (RFC 6416)."""

import base64
import contextlib
import socket
import struct
import time
from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import BinaryIO

import av

from core.types import Image
from tests.core.capture.servers import raw_server

LARGEST = 1200
"""Most bytes of a packet's content."""


class RtspCamera:
    """Sends its pictures in a loop to anyone who logs in; can fall silent or hang up on request."""

    def __init__(self, pictures: Sequence[Image], login: str = "") -> None:
        """login: `user:password`; empty if none is needed."""
        self._config, self._frames = _encoded(pictures)
        self._login = "Basic " + base64.b64encode(login.encode()).decode() if login else ""
        self.silent = self.hangs_up = False
        self.connections = 0

    @contextlib.contextmanager
    def serving(self) -> Iterator[int]:
        """Serves on loopback; gives the port."""
        with raw_server(self._talk) as port:
            yield port
        self.hangs_up = True

    def _talk(self, connection: socket.socket) -> None:
        self.connections += 1
        with connection.makefile("rb") as lines:
            while request := _request(lines):
                method, headers = request
                if self._login and headers.get("authorization") != self._login and method != "OPTIONS":
                    self._answer(connection, headers, 401, 'WWW-Authenticate: Basic realm="camera"')
                elif method == "DESCRIBE":
                    self._answer(connection, headers, 200, "Content-Type: application/sdp", content=self._description())
                elif method == "SETUP":
                    transport = "Transport: RTP/AVP/TCP;unicast;interleaved=0-1"
                    self._answer(connection, headers, 200, transport, "Session: 1")
                else:
                    self._answer(connection, headers, 200, "Session: 1", "Public: DESCRIBE, SETUP, PLAY, TEARDOWN")
                if method == "PLAY":
                    self._play(connection)
                    return

    def _answer(
        self, connection: socket.socket, headers: dict[str, str], status: int, *more: str, content: str = ""
    ) -> None:
        head = (f"RTSP/1.0 {status} -", f"CSeq: {headers['cseq']}", *more, f"Content-Length: {len(content)}")
        connection.sendall("\r\n".join((*head, "", content)).encode())

    def _description(self) -> str:
        lines = (
            *("v=0", "o=- 0 0 IN IP4 127.0.0.1", "s=-", "c=IN IP4 0.0.0.0", "t=0 0", "m=video 0 RTP/AVP 96"),
            *("a=rtpmap:96 MP4V-ES/90000", f"a=fmtp:96 profile-level-id=1;config={self._config.hex()}"),
            "a=control:track1",
        )
        return "\r\n".join(lines) + "\r\n"

    def _play(self, connection: socket.socket) -> None:
        sequence = 0
        for number in range(100_000):
            if self.hangs_up:
                return
            frame = b"" if self.silent else self._frames[number % len(self._frames)]
            for begins in range(0, len(frame), LARGEST):
                content = frame[begins : begins + LARGEST]
                last = 0x80 if begins + LARGEST >= len(frame) else 0
                head = struct.pack(">BBHII", 0x80, last | 96, sequence & 0xFFFF, number * 3600 & 0xFFFFFFFF, 1)
                connection.sendall(struct.pack(">cBH", b"$", 0, len(head) + len(content)) + head + content)
                sequence += 1
            time.sleep(0.04)


def _request(lines: BinaryIO) -> tuple[str, dict[str, str]] | None:
    first = lines.readline().decode("latin-1").split()
    headers: dict[str, str] = {}
    while line := lines.readline().decode("latin-1").strip():
        key, _, value = line.partition(":")
        headers[key.strip().lower()] = value.strip()
    return (first[0], headers) if first else None


def _encoded(pictures: Sequence[Image]) -> tuple[bytes, list[bytes]]:
    """The decoder's configuration, and each picture as a complete frame."""
    encoder = av.CodecContext.create("mpeg4", "w")
    encoder.height, encoder.width = pictures[0].shape[:2]
    encoder.pix_fmt, encoder.time_base, encoder.gop_size = "yuv420p", Fraction(1, 25), 1
    encoder.flags |= int(av.codec.context.Flags.global_header)
    encoder.open()
    frames = []
    for number, picture in enumerate(pictures):
        frame = av.VideoFrame.from_ndarray(picture, format="bgr24")
        frame.pts, frame.time_base = number, Fraction(1, 25)
        frames += [bytes(packet) for packet in encoder.encode(frame)]
    frames += [bytes(packet) for packet in encoder.encode(None)]
    return bytes(encoder.extradata or b""), frames
