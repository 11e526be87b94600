"""Servers on loopback whose responses tests define."""

import contextlib
import http.server
import socket
import threading
from collections.abc import Callable, Iterator

Handler = http.server.BaseHTTPRequestHandler
Answer = Callable[[Handler], None]


@contextlib.contextmanager
def http_server(answer: Answer) -> Iterator[str]:
    """Serves HTTP, each request on a thread of its own; gives the address, `http://127.0.0.1:port`."""

    class Requests(Handler):
        def do_GET(self) -> None:
            with contextlib.suppress(OSError):
                answer(self)

        def log_message(self, *_: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Requests)
    server.daemon_threads, server.block_on_close = True, False
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()


@contextlib.contextmanager
def raw_server(talk: Callable[[socket.socket], None]) -> Iterator[int]:
    """Serves TCP; gives the port. `talk` gets each connection, which is closed when it returns."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            with contextlib.suppress(OSError):
                while True:
                    connection, _ = listener.accept()
                    threading.Thread(target=one, args=(connection,), daemon=True).start()

        def one(connection: socket.socket) -> None:
            with connection, contextlib.suppress(OSError):
                talk(connection)

        threading.Thread(target=serve, daemon=True).start()
        yield listener.getsockname()[1]
        with contextlib.suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)


def begin(request: Handler, content_type: str | None, status: int = 200, **headers: str) -> None:
    """Sends status and headers."""
    request.send_response(status)
    if content_type:
        request.send_header("Content-Type", content_type)
    for name, value in headers.items():
        request.send_header(name.replace("_", "-"), value)
    request.end_headers()


def part(content: bytes, boundary: str = "--frame", *, length: int | None = -1) -> bytes:
    """One part of motion JPEG. length: the announced length; -1 for the right one, None for none."""
    announced = len(content) if length == -1 else length
    head = f"{boundary}\r\nContent-Type: image/jpeg\r\n"
    if announced is not None:
        head += f"Content-Length: {announced}\r\n"
    return head.encode() + b"\r\n" + content + b"\r\n"
