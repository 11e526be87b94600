"""What a server that answers, but sends no video, is told as."""

from core.errors import SourceError


class RefusedError(SourceError):
    """The server has answered that this will not do: asking again won't help, until somebody changes something."""


def answered(status: int, name: str, scheme: str) -> SourceError:
    """What a status of HTTP or RTSP that is none of success means for whoever wrote the address."""
    match status:
        case 401 | 407:
            return RefusedError(
                f"{name} answers that user or password is wrong or missing: write the address as "
                f"{scheme}://user:password@host/path."
            )
        case 403:
            return RefusedError(f"{name} may not be watched by this user: check user, password and permissions.")
        case 404 | 410:
            return RefusedError(f"{name} is no address that its server knows: check the part after the host.")
        case _ if status >= 500:
            return SourceError(f"{name} has a fault of its own (it answers {status}): check its camera.")
        case _ if 300 <= status < 400:
            return RefusedError(f"{name} leads from one address to the next (it answers {status}): check it.")
    return RefusedError(f"{name} refuses to send a video (it answers {status}): check the address.")
