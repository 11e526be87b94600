"""Errors for servers that answer but send no video."""

from core.errors import SourceError


class RefusedError(SourceError):
    """The server refused the request: trying again is useless until something is changed."""


def answered(status: int, name: str, scheme: str) -> SourceError:
    """The error for an HTTP or RTSP status other than success. name: of the source, in the message."""
    match status:
        case 401 | 407:
            return RefusedError(
                f"{name} answers that the user or password is wrong or missing: write the address as "
                f"{scheme}://user:password@host/path."
            )
        case 403:
            return RefusedError(f"{name} doesn't allow this user to watch: check user, password and permissions.")
        case 404 | 410:
            return RefusedError(f"{name} is unknown to its server: check the part of the address after the host.")
        case _ if status >= 500:
            return SourceError(f"{name} has an internal error (status {status}): check the camera.")
        case _ if 300 <= status < 400:
            return RefusedError(f"{name} only redirects to other addresses (status {status}): check the address.")
    return RefusedError(f"{name} refuses to send a video (status {status}): check the address.")
