"""Network cameras, simulated by real servers: their streams are read within bounds, and their faults are reported."""

import base64
import contextlib
import itertools
import resource
import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest

from core.capture import network_stream
from core.capture.network_stream import NetworkStream
from core.errors import SourceError
from core.live.session import LiveSession, SourceState
from core.types import Image, Recognition
from tests.core.capture.made import jpeg, make_video, plain
from tests.core.capture.servers import Handler, begin, http_server, part, raw_server

PICTURES = plain(4)
MOTION = "multipart/x-mixed-replace; boundary=frame"


def read(address: str, count: int = 1) -> list[Image]:
    stream = NetworkStream(address)
    try:
        stream.open()
        frames = [stream.read() for _ in range(count)]
    finally:
        stream.close()
    return [frame[0] for frame in frames if frame]


def refused(address: str) -> str:
    with pytest.raises(SourceError) as caught:
        read(address)
    sentence = str(caught.value)
    assert sentence.endswith(".")
    return sentence


def brightness(frames: list[Image]) -> list[int]:
    return [round(float(frame.mean()) / 10) for frame in frames]


EXPECTED = brightness(PICTURES)


def sends(content_type: str | None, *pieces: bytes, pause: float = 0.0) -> Callable[[Handler], None]:
    def answer(request: Handler) -> None:
        begin(request, content_type)
        for piece in pieces:
            request.wfile.write(piece)
            request.wfile.flush()
            time.sleep(pause)

    return answer


# Motion JPEG as cameras send it


@pytest.mark.parametrize(
    ("announced", "sent"),
    [
        ("frame", "--frame"),
        ('"frame"', "--frame"),
        ("--frame", "--frame"),
        ('"--frame"', "--frame"),
        ("----frame", "----frame"),
        ("another", "--frame"),
        ("frame", "frame"),
        ("", "--frame"),
    ],
)
@pytest.mark.parametrize("length", [-1, None, 0])
def test_boundaries_are_understood_however_they_are_announced(announced: str, sent: str, length: int | None) -> None:
    kind = f"multipart/x-mixed-replace;boundary={announced}" if announced else "multipart/x-mixed-replace"
    pieces = [part(jpeg(picture), sent, length=length) for picture in (*PICTURES, PICTURES[0])]
    with http_server(sends(kind, b"\r\n", *pieces)) as address:
        assert brightness(read(address, 4)) == EXPECTED


@pytest.mark.parametrize("wrong", [1, 100_000_000_000, 2_000_000_000])
def test_lengths_that_are_wrong_cost_neither_memory_nor_the_stream(wrong: int) -> None:
    pieces = [part(jpeg(PICTURES[0]), length=wrong), *(part(jpeg(picture)) for picture in PICTURES)]
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with http_server(sends(MOTION, *pieces)) as address:
        frames = brightness(read(address, 4))
    assert frames[-3:] in (EXPECTED[:3], EXPECTED[1:])
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 200_000


def test_a_part_without_end_is_passed_over_without_being_kept() -> None:
    def answer(request: Handler) -> None:
        begin(request, MOTION)
        request.wfile.write(b"--frame\r\nContent-Type: image/jpeg\r\nContent-Length: 2000000000\r\n\r\n")
        for _ in range(300):
            request.wfile.write(b"x" * 1_000_000)
        request.wfile.write(b"\r\n" + part(jpeg(PICTURES[2])) + part(jpeg(PICTURES[3])))

    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with http_server(answer) as address:
        assert brightness(read(address)) == [EXPECTED[2]]
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 150_000


def test_pictures_that_cannot_be_read_are_passed_over() -> None:
    blocks = np.random.default_rng(0).integers(0, 255, (12, 16, 3), np.uint8)
    good = jpeg(np.asarray(cv2.resize(blocks, (64, 48)), np.uint8))
    bad = [
        good[: len(good) // 2],
        b"",
        b"no picture",
        b"\xff\xd8" + b"no picture",
        jpeg(np.zeros((9000, 9000, 3), np.uint8)),
    ]
    pieces = [part(content) for one in bad for content in (one, jpeg(PICTURES[1]))]
    with http_server(sends(MOTION, *pieces)) as address:
        assert brightness(read(address, len(bad))) == [EXPECTED[1]] * len(bad)


def test_a_picture_without_its_last_two_bytes_is_read() -> None:
    with http_server(sends(MOTION, part(jpeg(PICTURES[1])[:-2]), part(jpeg(PICTURES[2])))) as address:
        assert brightness(read(address, 2)) == EXPECTED[1:3]


def test_a_stream_of_nothing_but_bad_pictures_is_said_to_be_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(network_stream, "READ_SECONDS", 0.5)

    def answer(request: Handler) -> None:
        begin(request, MOTION)
        while True:
            request.wfile.write(part(b"no picture"))
            time.sleep(0.02)

    with http_server(answer) as address:
        assert "sends pictures that can't be read" in refused(address)


@pytest.mark.parametrize("chunked", [False, True])
def test_answers_in_chunks_and_without_a_length_are_read(chunked: bool) -> None:
    content = b"".join(part(jpeg(picture)) for picture in PICTURES)

    def talk(connection: socket.socket) -> None:
        connection.recv(4096)
        head = "HTTP/1.1 200 OK\r\nContent-Type: " + MOTION + "\r\n"
        if not chunked:
            connection.sendall(head.encode() + b"\r\n" + content)
            return
        connection.sendall(head.encode() + b"Transfer-Encoding: chunked\r\n\r\n")
        for begins in range(0, len(content), 777):
            piece = content[begins : begins + 777]
            connection.sendall(f"{len(piece):x}\r\n".encode() + piece + b"\r\n")
        connection.sendall(b"0\r\n\r\n")

    with raw_server(talk) as port:
        assert brightness(read(f"http://127.0.0.1:{port}/", 4)) == EXPECTED


@pytest.mark.parametrize("content_type", ["image/jpeg", "application/octet-stream", None])
def test_a_single_picture_is_asked_for_again_and_again(content_type: str | None) -> None:
    asked = itertools.count()

    def answer(request: Handler) -> None:
        begin(request, content_type)
        request.wfile.write(jpeg(PICTURES[next(asked)]))

    with http_server(answer) as address:
        assert brightness(read(address, 4)) == EXPECTED
    assert next(asked) == 4


def test_a_server_that_hangs_up_after_each_picture_is_asked_again() -> None:
    with http_server(sends(MOTION, part(jpeg(PICTURES[1])))) as address:
        assert brightness(read(address, 3)) == [EXPECTED[1]] * 3


def test_pictures_one_after_the_other_without_anything_between_are_read() -> None:
    with http_server(sends("video/x-motion-jpeg", *(jpeg(picture) for picture in PICTURES))) as address:
        assert brightness(read(address, 4)) == EXPECTED


def test_a_video_at_an_address_is_played(tmp_path: Path) -> None:
    data = make_video(tmp_path / "v.mp4", plain(5), [n / 10 for n in range(5)]).read_bytes()

    def answer(request: Handler) -> None:
        begin(request, "video/mp4", Content_Length=str(len(data)))
        request.wfile.write(data)

    with http_server(answer) as address:
        assert len(read(f"{address}/v.mp4", 5)) == 5


def test_redirects_are_followed_but_not_without_end_nor_anywhere() -> None:
    def answer(request: Handler) -> None:
        places = {"/once": "/there", "/round": "/round", "/file": "file:///etc/passwd", "/ftp": "ftp://127.0.0.1/x"}
        if request.path in places:
            begin(request, None, 302, Location=places[request.path])
        else:
            sends(MOTION, part(jpeg(PICTURES[3])), part(jpeg(PICTURES[3])))(request)

    with http_server(answer) as address:
        assert brightness(read(f"{address}/once")) == [EXPECTED[3]]
        for path, words in (("/round", "(status 302)"), ("/file", "(status 302)"), ("/ftp", "does not answer")):
            assert words in refused(address + path)


# Messages


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (401, "user or password is wrong or missing"),
        (403, "doesn't allow this user to watch"),
        (404, "is unknown to its server"),
        (410, "is unknown to its server"),
        (500, "has an internal error (status 500)"),
        (503, "has an internal error (status 503)"),
        (418, "refuses to send a video (status 418)"),
    ],
)
def test_what_a_status_means_is_said(status: int, words: str) -> None:
    with http_server(lambda request: begin(request, "text/html", status)) as address:
        stream = NetworkStream(f"{address}/stream")
        with pytest.raises(SourceError) as caught:
            stream.open()
    assert words in str(caught.value)
    assert stream.can_resume == (status >= 500)


PAGES = [
    b"<!DOCTYPE html><html>",
    b"\r\n<html>",
    b'{"error": 1}',
    b"Please log in",
    b"\xef\xbb\xbf<?xml version='1.0'?>",
]


@pytest.mark.parametrize("page", PAGES)
def test_a_web_page_is_said_to_be_one(page: bytes) -> None:
    with http_server(sends("text/html; charset=utf-8", page)) as address:
        assert "is a web page, not a video stream" in refused(address)


def test_what_is_no_video_at_all_is_said() -> None:
    with http_server(sends("application/octet-stream", bytes(5000))) as address:
        assert "sends nothing that can be played" in refused(address)


def test_users_and_passwords_are_sent_when_asked_for_and_only_to_whom_they_belong() -> None:
    seen: list[str | None] = []
    wanted = "Basic " + base64.b64encode(b"us er:p@ss/w#rd").decode()

    def answer(request: Handler) -> None:
        seen.append(request.headers["Authorization"])
        if seen[-1] == wanted:
            sends(MOTION, part(jpeg(PICTURES[1])), part(jpeg(PICTURES[1])))(request)
        else:
            begin(request, None, 401, WWW_Authenticate='Basic realm="camera"')

    with http_server(answer) as address:
        host = address.removeprefix("http://")
        assert brightness(read(f"http://us%20er:p%40ss%2Fw%23rd@{host}/x")) == [EXPECTED[1]]
        assert "wrong or missing" in refused(f"http://us%20er:wrong@{host}/x")
        assert "wrong or missing" in refused(f"http://{host}/x")
    assert seen[:2] == [None, wanted]


def test_digest_is_answered() -> None:
    def answer(request: Handler) -> None:
        given = request.headers["Authorization"] or ""
        if given.startswith("Digest") and 'username="admin"' in given and "53cr3t" not in given:
            sends(MOTION, part(jpeg(PICTURES[1])), part(jpeg(PICTURES[1])))(request)
        else:
            begin(request, None, 401, WWW_Authenticate='Digest realm="camera", nonce="1a2b", qop="auth", algorithm=MD5')

    with http_server(answer) as address:
        assert brightness(read(address.replace("//", "//admin:53cr3t@"))) == [EXPECTED[1]]


def test_a_way_to_log_in_that_is_unknown_is_told_as_a_missing_password() -> None:
    with http_server(lambda request: begin(request, None, 401, WWW_Authenticate="Bearer")) as address:
        assert "wrong or missing" in refused(address.replace("//", "//admin:53cr3t@"))


@pytest.mark.parametrize("status", [401, 404, 500])
def test_rtsp_servers_are_understood_too(status: int) -> None:
    def talk(connection: socket.socket) -> None:
        while request := connection.recv(4096).decode():
            number = next(line for line in request.splitlines() if line.startswith("CSeq"))
            connection.sendall(f"RTSP/1.0 {status} No\r\n{number}\r\nWWW-Authenticate: Basic realm=x\r\n\r\n".encode())

    words = {401: "wrong or missing", 404: "is unknown to its server", 500: "has an internal error"}
    with raw_server(talk) as port:
        sentence = refused(f"rtsp://admin:53cr3t@127.0.0.1:{port}/stream")
    assert words[status] in sentence
    assert "53cr3t" not in sentence


NO_ANSWER = "does not answer: check the address and that the camera is on."
NO_WEB_SERVER = "does not answer like a web server: check the address and the port."
NOTHING_TO_PLAY = "sends nothing that can be played: check the address."


@pytest.mark.parametrize(
    ("said", "resets", "told_of_http"),
    [
        (b"", False, NO_WEB_SERVER),
        (b"", True, NO_ANSWER),
        (b"SSH-2.0-OpenSSH_9\r\n", False, NO_WEB_SERVER),
        (b"\x00\x01\x02", False, NO_WEB_SERVER),
        (b"\x00\x01\x02", True, NO_ANSWER),
        (b"HTTP/1.1 200 OK\r\n", False, NOTHING_TO_PLAY),
        (b"HTTP/1.1 200 OK\r\n", True, NO_ANSWER),
        (b"HTTP/1.1 200 OK\r\n\r\n", True, "has stopped sending: check the camera and the network."),
    ],
)
@pytest.mark.parametrize("scheme", ["http", "rtsp"])
def test_a_server_that_hangs_up_or_talks_of_something_else_is_told(
    scheme: str, said: bytes, resets: bool, told_of_http: str
) -> None:
    """RTSP's errors don't tell one from the other."""

    def talk(connection: socket.socket) -> None:
        # Where a request is left unread, closing resets the connection: sooner or later than the answer is read.
        connection.recv(4096)
        connection.sendall(said)
        if resets:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    with raw_server(talk) as port:
        address = f"{scheme}://127.0.0.1:{port}/x"
        assert refused(address) == f"{address} {told_of_http if scheme == 'http' else NO_ANSWER}"


def test_nothing_of_a_password_is_in_what_is_raised() -> None:
    with http_server(lambda request: begin(request, None, 404)) as address:
        host = address.removeprefix("http://")
        for text in (f"http://admin:53cr3t@{host}/x?pwd=53cr3t", "rtsp://admin:53cr3t@127.0.0.1:9/53cr3tabc123456"):
            with pytest.raises(SourceError) as caught:
                read(text)
            error: BaseException | None = caught.value
            assert "53cr3t" not in str(error)
            assert error is not None
            assert error.__suppress_context__


def test_a_certificate_that_is_not_trusted_is_said(tmp_path: Path) -> None:
    certificate = self_signed(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)

    def talk(connection: socket.socket) -> None:
        with contextlib.suppress(ssl.SSLError), context.wrap_socket(connection, server_side=True) as safe:
            safe.recv(100)

    with raw_server(talk) as port:
        sentence = refused(f"https://127.0.0.1:{port}/x")
        assert "certificate that this computer doesn't trust" in sentence
    with raw_server(lambda connection: connection.sendall(b"HTTP/1.0 200 OK\r\n\r\n")) as port:
        assert "does not answer over https://" in refused(f"https://127.0.0.1:{port}/x")


def self_signed(folder: Path) -> Path:
    """Key and certificate for 127.0.0.1 in one file."""
    import datetime

    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    file = folder / "server.pem"
    file.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    return file


# Waiting


@pytest.mark.parametrize("piece", [b"H", b"HTTP/1.0 200 OK\r\nX: y\r\n"])
def test_headers_that_trickle_in_are_given_up(piece: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(network_stream, "OPEN_SECONDS", 0.8)

    def talk(connection: socket.socket) -> None:
        connection.sendall(piece)
        while True:
            connection.sendall(b"X: y\r\n"[:1])
            time.sleep(0.1)

    with raw_server(talk) as port:
        assert "does not answer" in refused(f"http://127.0.0.1:{port}/x")


def test_a_picture_that_trickles_in_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(network_stream, "READ_SECONDS", 0.8)
    content = part(jpeg(PICTURES[0]))

    def answer(request: Handler) -> None:
        begin(request, MOTION)
        for number in range(len(content)):
            request.wfile.write(content[number : number + 1])
            time.sleep(0.1)

    with http_server(answer) as address:
        assert "has stopped sending" in refused(address)


@pytest.mark.parametrize("path", ["/silent", "/headers"])
def test_closing_ends_what_another_thread_waits_for(path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(network_stream, "OPEN_SECONDS", 600.0)
    monkeypatch.setattr(network_stream, "READ_SECONDS", 600.0)
    hung = threading.Event()

    def answer(request: Handler) -> None:
        if request.path == "/headers":
            hung.set()
            hung_up.wait(600)
            return
        begin(request, MOTION)
        request.wfile.write(part(jpeg(PICTURES[0])))
        hung_up.wait(600)

    hung_up = threading.Event()
    ended = threading.Event()
    with http_server(answer) as address:
        stream = NetworkStream(address + path)

        def use() -> None:
            with contextlib.suppress(SourceError):
                stream.open()
                while stream.read():
                    hung.set()
            ended.set()

        threading.Thread(target=use, daemon=True).start()
        assert hung.wait(60)
        # Until it asks for more than there is.
        time.sleep(0.1)
        stream.close()
        assert ended.wait(60)
        hung_up.set()


def test_a_hanging_host_name_lookup_stops_no_other_stream(monkeypatch: pytest.MonkeyPatch) -> None:
    """The system looks up host names, which may take half a minute."""
    let_go, looked_up, real = threading.Event(), threading.Event(), socket.getaddrinfo

    def hangs(host: str, *rest: object, **options: object) -> object:
        if host == "hangs.invalid":
            looked_up.set()
            let_go.wait(600)
            raise socket.gaierror(-2, "Name or service not known")
        return real(host, *rest, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(socket, "getaddrinfo", hangs)
    sentences: list[str] = []
    waiting = threading.Thread(target=lambda: sentences.append(refused("http://hangs.invalid/x")), daemon=True)
    waiting.start()
    assert looked_up.wait(60)
    with http_server(sends(MOTION, part(jpeg(PICTURES[1])), part(jpeg(PICTURES[1])))) as address:
        assert brightness(read(address)) == [EXPECTED[1]]
    let_go.set()
    waiting.join(60)
    assert "can't be found: check the host name" in sentences[0]


def test_a_local_camera_is_not_reached_through_a_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    with http_server(sends(MOTION, part(jpeg(PICTURES[1])), part(jpeg(PICTURES[1])))) as address:
        assert brightness(read(address)) == [EXPECTED[1]]


def test_bad_pictures_and_hanging_up_change_no_state() -> None:
    good = jpeg(PICTURES[1])

    def answer(request: Handler) -> None:
        begin(request, MOTION)
        for content in (good, b"no picture", good, good[: len(good) // 2], good):
            request.wfile.write(part(content))
            time.sleep(0.01)

    states: list[SourceState] = []
    with http_server(answer) as address:
        session = LiveSession(
            NetworkStream(address), Recognition, on_change=lambda: states.append(session.status.state)
        )
        session.start()
        deadline = time.monotonic() + 60
        while session.status.captured < 15 and time.monotonic() < deadline:
            time.sleep(0.01)
        session.stop()
    assert session.status.captured >= 15
    assert set(states[:-1]) <= {SourceState.OPENING, SourceState.RUNNING, SourceState.STOPPED}
    assert SourceState.RECONNECTING not in states
