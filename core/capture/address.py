"""The address of a camera on the network, which may hold a password and never shows it."""

import re
from typing import Final
from urllib.parse import SplitResult, parse_qsl, quote, unquote, urlsplit

from core.capture.naming import LONGEST, shown
from core.errors import SourceError

SCHEMES = ("rtsp", "rtsps", "http", "https")
HIDDEN = "…"
NO_ADDRESS = "This is no stream's address: write it as rtsp://host/path or http://host/path."
ESCAPE = (
    "This is no stream's address as it stands: in a user or password write / as %2F, # as %23, ? as %3F and @ as %40."
)
HARMLESS = {
    "action", "camera", "channel", "codec", "compression", "date", "fps", "height", "profile", "quality", "resolution",
    "size", "stream", "streamprofile", "subtype", "videocodec", "width",
}  # fmt: skip
"""Keys of a query that are no secret."""

_IS_ADDRESS = re.compile(r"\s*[A-Za-z][A-Za-z0-9+.-]*://")
_SPEAKING = re.compile(r"[A-Za-z0-9._~-]*")
"""A part of a path that may be shown."""
_RANDOM = re.compile(r"(?=.*\d)(?=.*[A-Za-z])[A-Za-z0-9_-]{12,}")
"""A part of a path that looks like a key: some cameras have no other password."""


class Address:
    """Where a stream is. As text it is only what may be shown: no user, password, query, or key in its path."""

    def __init__(self, text: str) -> None:
        """text: as a user writes it. Raises SourceError, whose sentence never repeats it."""
        self._parts: Final = _split(text.strip())

    def __str__(self) -> str:
        parts = self._parts
        path = "/".join(
            part if _SPEAKING.fullmatch(part) and not _RANDOM.fullmatch(part) else HIDDEN
            for part in parts.path.split("/")
        )
        text = f"{self.scheme}://{_host(parts)}{path}"
        return shown(text if len(text) <= LONGEST else text[: LONGEST - 1] + HIDDEN)

    __repr__ = __str__

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Address) and self._parts == other._parts

    def __hash__(self) -> int:
        return hash(self._parts)

    @property
    def scheme(self) -> str:
        """One of `SCHEMES`."""
        return self._parts.scheme.lower()

    @property
    def secret(self) -> bool:
        """Whether it holds something that is not shown, and so must not be kept in the clear."""
        parts, shown_path = self._parts, str(self).partition("://")[2].partition("/")[2]
        keys = {key.lower() for key, _ in parse_qsl(parts.query, keep_blank_values=True)}
        return parts.username is not None or HIDDEN in shown_path or not keys <= HARMLESS

    @property
    def host(self) -> str:
        """The host's name or number."""
        return self._parts.hostname or ""

    @property
    def user(self) -> str | None:
        """None where none is given."""
        return _decoded(self._parts.username)

    @property
    def password(self) -> str | None:
        """None where none is given."""
        return _decoded(self._parts.password)

    def written(self, *, credentials: bool = True) -> str:
        """The address itself, in ASCII, as programs take it. Never to be shown, logged or kept in the clear."""
        parts = self._parts
        login = ""
        if credentials and self.user is not None:
            login = quote(self.user, safe="", errors="surrogateescape")
            if self.password is not None:
                login += ":" + quote(self.password, safe="", errors="surrogateescape")
            login += "@"
        rest = _ascii(parts.path) + (f"?{_ascii(parts.query)}" if parts.query else "")
        return f"{self.scheme}://{login}{_host(parts)}{rest}"


def is_address(text: str) -> bool:
    """Whether it is meant as an address: a scheme, `://` and more."""
    return bool(_IS_ADDRESS.match(text))


def masked(text: str) -> str:
    """Text that was meant as a source and is none, so that it can be repeated: without what may be a password."""
    if "@" in text or _IS_ADDRESS.match(text) or re.search(r"(?i)(pass|pwd|token|secret|key)\w*\s*[=:]", text):
        return HIDDEN
    return shown(text)


def _split(text: str) -> SplitResult:
    try:
        parts = urlsplit(text)
    except ValueError:
        raise SourceError(NO_ADDRESS) from None
    if _looks_cut(parts):
        raise SourceError(ESCAPE)
    try:
        host, _ = parts.hostname, parts.port
    except ValueError:
        raise SourceError(NO_ADDRESS) from None
    if not host or parts.scheme.lower() not in SCHEMES:
        raise SourceError(NO_ADDRESS)
    return parts


def _looks_cut(parts: SplitResult) -> bool:
    """Whether a password with a / ? or # in it has been taken for the end of the host: `rtsp://user:pa/ss@host`."""
    if "@" in parts.netloc or ":" not in parts.netloc.rpartition("]")[2]:
        return False
    before, at, _ = parts.geturl().partition(parts.netloc)[2].partition("@")
    return bool(at) and "=" not in before


def _host(parts: SplitResult) -> str:
    """With its port; ASCII."""
    name = parts.hostname or ""
    if ":" in name:
        name = f"[{name}]"
    elif not name.isascii():
        try:
            name = name.encode("idna").decode("ascii")
        except UnicodeError:
            name = quote(name, errors="surrogateescape")
    return name if parts.port is None else f"{name}:{parts.port}"


def _ascii(text: str) -> str:
    return quote(text, safe="/%:=&?~#+!$,;'@()*[]-._|", errors="surrogateescape")


def _decoded(text: str | None) -> str | None:
    return None if text is None else unquote(text, errors="surrogateescape")
