"""From recognised faces to alerts: which rules apply now."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from core.alerts.rules import Rule, When, Who
from core.history.recorder import Key, subject_of
from core.types import Person, Recognition, RecognizedFace

AWAY = 30.0
"""Seconds out of view after which somebody who comes back appears anew."""


@dataclass(frozen=True, slots=True, eq=False)
class Alert:
    """Something to tell."""

    rule: Rule
    name: str
    """Of the person; empty for somebody unknown."""
    when: float
    """Unix time."""
    source: str
    similarity: float | None = None
    face: RecognizedFace | None = None
    """None if somebody is missing."""

    def record(self) -> dict[str, Any]:
        """For commands, webhooks and MQTT. Holds no picture and no embedding."""
        return {
            "event": self.rule.when.value,
            "name": self.name or None,
            "known": bool(self.name),
            "time": datetime.fromtimestamp(self.when).astimezone().isoformat(timespec="seconds"),
            "source": self.source,
            "similarity": None if self.similarity is None else round(self.similarity, 3),
        }


@dataclass(slots=True)
class _Presence:
    """Somebody in view."""

    since: float
    last: float
    told: set[int]
    """Numbers of the rules by which this stay has been told."""


class Watcher:
    """Follows who is in view. For one thread."""

    def __init__(self, source: str) -> None:
        """source: its name, for the alerts."""
        self._source = source
        self._present: dict[Key, _Presence] = {}
        self._told: dict[tuple[int, int | None], float] = {}
        """When a rule (number) last told of a person (id), or of somebody unknown."""
        self._missed: dict[tuple[int, int], float | None] = {}
        """By rule and person told to be missing: when they had last been seen."""

    def begin(self, source: str) -> None:
        """Goes on with another source; who has been told of stays known."""
        self._source = source
        self._present.clear()

    def note(
        self, rules: Mapping[int, Rule], people: Mapping[int, Person], result: Recognition, now: float
    ) -> list[Alert]:
        """The alerts that a result leads to. rules: by number. people: by id. now: Unix time."""
        alerts: list[Alert] = []
        for face in result.faces:
            key = subject_of(face)
            if key is None:
                continue
            stay = self._present.get(key)
            if stay is None or now - stay.last > AWAY:
                stay = self._present[key] = _Presence(now, now, set())
            stay.last = now
            person = people.get(key[1]) if key[0] == "person" else None
            for number, rule in rules.items():
                if number not in stay.told and self._applies(number, rule, key, person, now - stay.since, now):
                    stay.told.add(number)
                    self._told[number, person.id if person else None] = now
                    name = person.name if person else ""
                    alerts.append(Alert(rule, name, now, self._source, face.decision.similarity, face))
        for key in [key for key, stay in self._present.items() if now - stay.last > AWAY]:
            del self._present[key]
        return alerts

    def _applies(self, number: int, rule: Rule, key: Key, person: Person | None, stayed: float, now: float) -> bool:
        if not rule.on or rule.when is not When.APPEARS or stayed < rule.seconds:
            return False
        if (rule.who is Who.UNKNOWN) is (key[0] == "person"):
            return False
        if key[0] == "person" and (person is None or not rule.concerns(person)):
            return False
        return now - self._told.get((number, person.id if person else None), -rule.every) >= rule.every

    def missing(self, rules: Mapping[int, Rule], people: Iterable[Person], now: float) -> list[Alert]:
        """The alerts about people who have not been seen for too long, once for each absence. now: Unix time."""
        alerts: list[Alert] = []
        everybody = list(people)
        for number, rule in rules.items():
            if not rule.on or rule.when is not When.MISSING:
                continue
            for person in everybody:
                seen = person.last_seen
                if not rule.concerns(person) or now - (person.enrolled if seen is None else seen) < rule.seconds:
                    continue
                if self._missed.get((number, person.id), -1.0) != seen:
                    self._missed[number, person.id] = seen
                    alerts.append(Alert(rule, person.name, now, self._source))
        return alerts
