"""An HTTP request with an endless response, which can be interrupted and times out."""

import contextlib
import http.client
import ipaddress
import socket
import ssl
import threading
import urllib.error
import urllib.request
from collections.abc import Callable
from typing import Any

from core.capture.address import Address
from core.capture.refusal import RefusedError, answered
from core.errors import SourceError

PIECE = 1 << 16
"""Bytes read at once."""


class HttpStream:
    """A response, opened and read by one thread; `interrupt` may be called from any thread."""

    def __init__(self, address: Address, name: str, open_seconds: float) -> None:
        """name: the source's name in messages. open_seconds: time-out for the response headers."""
        self._address = address
        self._name = name
        self._open_seconds = open_seconds
        self._socket: socket.socket | None = None
        self._response: Any = None
        self._interrupted = False

    def open(self) -> None:
        """Sends the request and waits for the response headers. Raises SourceError."""
        late = threading.Timer(self._open_seconds, self.interrupt)
        late.daemon = True
        late.start()
        try:
            self._response = self._opener().open(
                urllib.request.Request(
                    self._address.written(credentials=False), headers={"User-Agent": "Firstsight", "Accept": "*/*"}
                ),
                timeout=self._open_seconds,
            )
        except urllib.error.HTTPError as error:
            error.close()
            raise answered(error.code, self._name, self._address.scheme) from None
        except (OSError, http.client.HTTPException, ValueError, AttributeError) as error:
            # Not chained, because these errors may contain the address.
            raise self._unanswered(error) from None
        finally:
            late.cancel()
        if self._interrupted:
            raise SourceError(self._silent())

    def _opener(self) -> urllib.request.OpenerDirector:
        """An opener for HTTP and HTTPS only, so that a redirect can't lead to a file or to FTP."""
        opener = urllib.request.OpenerDirector()
        passwords = urllib.request.HTTPPasswordMgrWithDefaultRealm()
        if self._address.user is not None:
            uri = self._address.written(credentials=False)
            passwords.add_password(None, uri, self._address.user, self._address.password or "")
        for handler in (
            urllib.request.ProxyHandler({} if _is_local(self._address.host) else None),
            urllib.request.UnknownHandler(),
            _Http(self._connected),
            _Https(self._connected),
            urllib.request.HTTPDefaultErrorHandler(),
            urllib.request.HTTPRedirectHandler(),
            urllib.request.HTTPErrorProcessor(),
            urllib.request.HTTPBasicAuthHandler(passwords),
            urllib.request.HTTPDigestAuthHandler(passwords),
        ):
            opener.add_handler(handler)
        return opener

    def _connected(self, connection: socket.socket) -> None:
        self._socket = connection
        if self._interrupted:
            self.interrupt()

    @property
    def content_type(self) -> str:
        """The MIME type in lower case, such as `multipart/x-mixed-replace`; empty if the server doesn't say."""
        return str(self._response.headers.get_content_type()).lower() if self._response.headers["Content-Type"] else ""

    @property
    def boundary(self) -> str | None:
        """The announced boundary between parts; None if there is none."""
        return str(self._response.headers.get_boundary() or "") or None

    def more(self, seconds: float) -> bytes:
        """The next bytes of the response, empty at its end. Raises OSError, or TimeoutError after `seconds`."""
        if self._socket is not None and self._socket.fileno() >= 0:
            self._socket.settimeout(max(seconds, 0.01))
        try:
            piece: bytes = self._response.read1(PIECE)
        except (http.client.HTTPException, ValueError, AttributeError) as error:
            raise ConnectionError(type(error).__name__) from None
        if self._interrupted:
            raise ConnectionError("interrupted")
        return piece

    def interrupt(self) -> None:
        """Ends any waiting in `open` or `more`."""
        self._interrupted = True
        if self._socket is not None:
            with contextlib.suppress(OSError):
                # Not SSLSocket's own method: it would make a read in another thread fail with a different error.
                socket.socket.shutdown(self._socket, socket.SHUT_RDWR)

    def close(self) -> None:
        """Closes the connection."""
        if self._response is not None:
            self._response.close()

    # Messages

    def _silent(self) -> str:
        return f"{self._name} does not answer: check the address and that the camera is on."

    def _unanswered(self, error: Exception) -> SourceError:
        reason = getattr(error, "reason", error)
        if isinstance(reason, ssl.SSLCertVerificationError):
            return RefusedError(
                f"{self._name} has a certificate that this computer doesn't trust ({reason.verify_message}): add it to "
                "the system's certificates, or use http:// in a network that you trust."
            )
        if isinstance(reason, ssl.SSLError):
            return SourceError(f"{self._name} does not answer over https://: check the address, or use http://.")
        if isinstance(reason, socket.gaierror):
            return SourceError(f"{self._name} can't be found: check the host name in the address.")
        if isinstance(error, ValueError) and "auth" in str(error).lower():
            return answered(401, self._name, self._address.scheme)
        if isinstance(error, http.client.HTTPException) and not self._interrupted:
            return SourceError(f"{self._name} does not answer like a web server: check the address and the port.")
        return SourceError(self._silent())


def _is_local(host: str) -> bool:
    """Whether a host is in the local network, which is not reached through a proxy."""
    try:
        return not ipaddress.ip_address(host).is_global
    except ValueError:
        return "." not in host or host.endswith(".local")


class _Reporting:
    """A connection that calls `connected` with its socket once it is connected."""

    sock: socket.socket

    def __init__(self, *arguments: Any, connected: Callable[[socket.socket], None], **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._connected = connected

    def connect(self) -> None:
        """Connects, as in `http.client`, and reports the socket."""
        super().connect()  # type: ignore[misc]
        self._connected(self.sock)


class _HttpConnection(_Reporting, http.client.HTTPConnection):
    pass


class _HttpsConnection(_Reporting, http.client.HTTPSConnection):
    pass


class _Http(urllib.request.HTTPHandler):
    def __init__(self, connected: Callable[[socket.socket], None]) -> None:
        super().__init__()
        self._connected = connected

    def http_open(self, req: urllib.request.Request) -> http.client.HTTPResponse:
        kind: Any = _HttpConnection
        return self.do_open(kind, req, connected=self._connected)


class _Https(urllib.request.HTTPSHandler):
    """Verifies the server's certificate."""

    def __init__(self, connected: Callable[[socket.socket], None]) -> None:
        super().__init__()
        self._connected = connected

    def https_open(self, req: urllib.request.Request) -> http.client.HTTPResponse:
        context = ssl.create_default_context()
        kind: Any = _HttpsConnection
        return self.do_open(kind, req, connected=self._connected, context=context)
