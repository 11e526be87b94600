"""Rules: whom the user wants to be told of, when, how, and how often at most."""

import json
import math
import shlex
from dataclasses import asdict, dataclass
from enum import StrEnum
from urllib.parse import SplitResult, urlsplit

from core.errors import AlertError
from core.gallery.names import clean_name, same_name_key
from core.types import Person


class Who(StrEnum):
    """Whom a rule is about."""

    ANYBODY = "anybody"
    """Everybody enrolled."""
    PERSON = "person"
    GROUP = "group"
    UNKNOWN = "unknown"
    """Somebody who is clearly nobody enrolled."""


class When(StrEnum):
    """What has to happen."""

    APPEARS = "appears"
    MISSING = "missing"
    """Somebody enrolled has not been seen for a while."""


class Means(StrEnum):
    """How the user is told."""

    NOTIFICATION = "notification"
    SOUND = "sound"
    COMMAND = "command"
    WEBHOOK = "webhook"
    MQTT = "mqtt"


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. Raises AlertError when it makes no sense."""

    who: Who
    name: str = ""
    """Of the person or group; else empty."""
    when: When = When.APPEARS
    seconds: float = 0.0
    """Seconds for which somebody must be in view, or not have been seen."""
    every: float = 300.0
    """Least seconds between two alerts about the same person, or about unknown people."""
    means: Means = Means.NOTIFICATION
    target: str = ""
    """A command with its arguments, a webhook's address, or mqtt://[user:password@]host[:port]/topic; else empty."""
    on: bool = True

    def __post_init__(self) -> None:
        if self.who in (Who.PERSON, Who.GROUP) and not self.name.strip():
            raise AlertError(f"This rule is about a {self.who.value}: say which.")
        if self.who is Who.UNKNOWN and self.when is When.MISSING:
            raise AlertError("Somebody unknown can't be missing: choose a person, a group or everybody enrolled.")
        if not all(math.isfinite(value) and value >= 0 for value in (self.seconds, self.every)):
            raise AlertError("Times must be 0 seconds or more.")
        if self.when is When.MISSING and self.seconds < 60:
            raise AlertError("Somebody is missing after a minute at the earliest: choose a longer time.")
        _CHECKS[self.means](self.target)

    def concerns(self, person: Person) -> bool:
        """Whether the rule is about this person."""
        if self.who is Who.PERSON:
            return same_name_key(person.name) == same_name_key(clean_name(self.name))
        if self.who is Who.GROUP:
            return person.group.casefold() == self.name.strip().casefold()
        return self.who is Who.ANYBODY

    @property
    def shown_target(self) -> str:
        """The target without passwords, keys or arguments, which may be secret."""
        if self.means is Means.COMMAND:
            return shlex.split(self.target)[0]
        if self.means in (Means.WEBHOOK, Means.MQTT):
            parts = urlsplit(self.target)
            return f"{parts.scheme}://{parts.hostname}{f':{parts.port}' if parts.port else ''}/…"
        return ""

    def to_json(self) -> str:
        """The rule as kept in the gallery."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> "Rule":
        """A rule as kept. Raises AlertError when it isn't one."""
        try:
            kept = json.loads(text)
            return cls(**{**kept, "who": Who(kept["who"]), "when": When(kept["when"]), "means": Means(kept["means"])})
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise AlertError("A rule in the gallery was made by a newer Firstsight: update this one.") from error


def _nothing(target: str) -> None:
    if target:
        raise AlertError("Only a command, a webhook and MQTT have an address: leave it empty.")


def _command(target: str) -> None:
    try:
        words = shlex.split(target)
    except ValueError as error:
        raise AlertError(f"This command can't be read ({error}): check its quotation marks.") from error
    if not words:
        raise AlertError("Name the command to run.")


def _webhook(target: str) -> None:
    parts = _address(target)
    if parts is None or parts.scheme not in ("http", "https"):
        raise AlertError("This is not the address of a webhook: write it as https://host/path.")


def _mqtt(target: str) -> None:
    parts = _address(target)
    if parts is None or parts.scheme not in ("mqtt", "mqtts") or not parts.path.strip("/"):
        raise AlertError("This is not the address of an MQTT topic: write it as mqtt://host/topic.")
    if "+" in parts.path or "#" in target:
        raise AlertError("A topic to publish to has no + or #: name one topic.")


def _address(target: str) -> SplitResult | None:
    try:
        parts = urlsplit(target.strip())
        return parts if parts.hostname and (parts.port is None or parts.port) else None
    except ValueError:
        return None


_CHECKS = {
    Means.NOTIFICATION: _nothing,
    Means.SOUND: _nothing,
    Means.COMMAND: _command,
    Means.WEBHOOK: _webhook,
    Means.MQTT: _mqtt,
}
