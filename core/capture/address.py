"""Addresses of network cameras. They may contain passwords, which are never shown."""

import re
from typing import Final
from urllib.parse import SplitResult, parse_qsl, quote, unquote, urlsplit

from core.capture.naming import LONGEST, shown
from core.errors import SourceError

SCHEMES = ("rtsp", "rtsps", "http", "https")
HIDDEN = "…"
INVALID = "This is not the address of a stream: write it as rtsp://host/path or http://host/path."
UNESCAPED = (
    "This is not the address of a stream: in a user name or password write / as %2F, # as %23, ? as %3F and @ as %40."
)
PUBLIC_KEYS = {
    "action", "camera", "channel", "codec", "compression", "date", "fps", "height", "profile", "quality", "resolution",
    "size", "stream", "streamprofile", "subtype", "videocodec", "width",
}  # fmt: skip
"""Query parameters that hold no secret."""

_IS_ADDRESS = re.compile(r"\s*[A-Za-z][A-Za-z0-9+.-]*://")
_PLAIN = re.compile(r"[A-Za-z0-9._~-]*")
"""A part of a path that may be shown."""
_KEY = re.compile(r"(?=.*\d)(?=.*[A-Za-z])[A-Za-z0-9_-]{12,}")
"""A part of a path that looks like a key, which is the only password of some cameras."""


class Address:
    """The address of a stream. `str` gives the part that may be shown: no user, password, query or key."""

    def __init__(self, text: str) -> None:
        """text: the address as the user wrote it. Raises SourceError, whose message never repeats it."""
        self._parts: Final = _split(text.strip())

    def __str__(self) -> str:
        parts = self._parts
        path = "/".join(
            part if _PLAIN.fullmatch(part) and not _KEY.fullmatch(part) else HIDDEN for part in parts.path.split("/")
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
        """Whether part of the address is hidden, so that it must not be stored unencrypted."""
        parts, shown_path = self._parts, str(self).partition("://")[2].partition("/")[2]
        keys = {key.lower() for key, _ in parse_qsl(parts.query, keep_blank_values=True)}
        return parts.username is not None or HIDDEN in shown_path or not keys <= PUBLIC_KEYS

    @property
    def host(self) -> str:
        """The host's name or IP address."""
        return self._parts.hostname or ""

    @property
    def user(self) -> str | None:
        """The user name, None if there is none."""
        return _decoded(self._parts.username)

    @property
    def password(self) -> str | None:
        """The password, None if there is none."""
        return _decoded(self._parts.password)

    def written(self, *, credentials: bool = True) -> str:
        """The full address, percent-encoded in ASCII. Never show it, log it or store it unencrypted."""
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
    """Whether text is meant as an address: it begins with a scheme and `://`."""
    return bool(_IS_ADDRESS.match(text))


def masked(text: str) -> str:
    """Text that is no valid source, to repeat in a message; hidden if it may contain a password."""
    if "@" in text or _IS_ADDRESS.match(text) or re.search(r"(?i)(pass|pwd|token|secret|key)\w*\s*[=:]", text):
        return HIDDEN
    return shown(text)


def _split(text: str) -> SplitResult:
    try:
        parts = urlsplit(text)
    except ValueError:
        raise SourceError(INVALID) from None
    if _has_unescaped_password(parts):
        raise SourceError(UNESCAPED)
    try:
        host, _ = parts.hostname, parts.port
    except ValueError:
        raise SourceError(INVALID) from None
    if not host or parts.scheme.lower() not in SCHEMES:
        raise SourceError(INVALID)
    return parts


def _has_unescaped_password(parts: SplitResult) -> bool:
    """Whether a password with a / ? or # in it was split, as in `rtsp://user:pa/ss@host`."""
    if "@" in parts.netloc or ":" not in parts.netloc.rpartition("]")[2]:
        return False
    before, at, _ = parts.geturl().partition(parts.netloc)[2].partition("@")
    return bool(at) and "=" not in before


def _host(parts: SplitResult) -> str:
    """Host and port, in ASCII."""
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
