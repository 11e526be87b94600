"""Carries out alerts that leave the program: commands, webhooks, MQTT. Only to where the user's rule says.

Notifications and sounds belong to whoever has a desktop or a terminal.
"""

import json
import os
import queue
import shlex
import subprocess
import threading
import urllib.error
import urllib.request
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote, urlsplit

from core.alerts.rules import Means
from core.alerts.watcher import Alert
from core.errors import AlertError, FirstsightError

LONGEST = 10.0
"""Seconds that a command may run, or a server take to answer."""
MOST = 50
"""Alerts that may wait; further ones are dropped, and this is said."""
OUTSIDE = frozenset({Means.COMMAND, Means.WEBHOOK, Means.MQTT})
"""What this module carries out."""


class Sender:
    """Carries out alerts one after the other on one thread."""

    def __init__(self, failed: Callable[[FirstsightError], None]) -> None:
        """failed: called on that thread when an alert could not be carried out."""
        self._failed = failed
        self._waiting: queue.Queue[Alert | None] = queue.Queue(MOST)
        self._thread: threading.Thread | None = None

    def send(self, alert: Alert) -> None:
        """Queues an alert. Returns at once."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._work, name="firstsight alerts", daemon=True)
            self._thread.start()
        try:
            self._waiting.put_nowait(alert)
        except queue.Full:
            self._failed(AlertError(f"{alert.rule.shown_target} is too slow: some alerts were not sent."))

    def close(self, seconds: float = LONGEST) -> None:
        """Waits until everything is carried out, for `seconds` at most."""
        if self._thread:
            self._waiting.put(None)
            self._thread.join(seconds)

    def _work(self) -> None:
        while alert := self._waiting.get():
            try:
                carry_out(alert)
            except FirstsightError as error:
                self._failed(error)


def carry_out(alert: Alert) -> None:
    """Runs the command, or sends the alert. Raises AlertError when that fails."""
    {Means.COMMAND: _run, Means.WEBHOOK: _post, Means.MQTT: _publish}[alert.rule.means](alert)


def _run(alert: Alert) -> None:
    """Runs the command without a shell; the alert is in its environment, and as JSON on its standard input."""
    shown, record = alert.rule.shown_target, alert.record()
    told = {f"FIRSTSIGHT_{key.upper()}": "" if value is None else str(value) for key, value in record.items()}
    try:
        done = subprocess.run(
            shlex.split(alert.rule.target),
            input=json.dumps(record),
            env={**os.environ, **told},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            errors="replace",
            timeout=LONGEST,
            check=False,
        )
    except FileNotFoundError as error:
        raise AlertError(f"The command {shown} was not found: change the rule.") from error
    except subprocess.TimeoutExpired as error:
        raise AlertError(f"The command {shown} took more than {LONGEST:g} s and was ended.") from error
    except OSError as error:
        raise AlertError(f"The command {shown} can't be run ({error.strerror}): change the rule.") from error
    if done.returncode:
        said = done.stderr.strip().splitlines()
        raise AlertError(f"The command {shown} failed{f' ({said[-1]})' if said else ''}: check it.")


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """An alert goes to the address that the user wrote, and nowhere else."""

    def redirect_request(self, *_: Any) -> None:
        return None


def _post(alert: Alert) -> None:
    """Posts the alert as JSON."""
    parts, shown = urlsplit(alert.rule.target.strip()), alert.rule.shown_target
    request = urllib.request.Request(
        alert.rule.target.strip(),
        json.dumps(alert.record()).encode(),
        {"Content-Type": "application/json", "User-Agent": "Firstsight"},
    )
    assert parts.scheme in ("http", "https")
    # No proxy of the environment: what is sent goes to that address.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), _NoRedirects())
    try:
        with opener.open(request, timeout=LONGEST) as answer:
            answer.read(1)
    except urllib.error.HTTPError as error:
        raise AlertError(f"{shown} answered {error.code}: check the address of the webhook.") from error
    except (OSError, ValueError) as error:
        reason = getattr(error, "reason", error)
        raise AlertError(f"{shown} can't be reached ({reason}): check the address of the webhook.") from error


def _publish(alert: Alert) -> None:
    """Publishes the alert as JSON, once the broker has confirmed it (QoS 1)."""
    try:
        from paho.mqtt import MQTTException, publish
    except ImportError as error:
        raise AlertError('MQTT needs the package paho-mqtt: pip install "firstsight[mqtt]".') from error
    parts, shown = urlsplit(alert.rule.target.strip()), alert.rule.shown_target
    secure = parts.scheme == "mqtts"
    login: Any = None
    # Empty: the system's certificates.
    encryption: Any = {} if secure else None
    if parts.username:
        login = {"username": unquote(parts.username), "password": unquote(parts.password or "") or None}
    try:
        publish.single(
            unquote(parts.path.strip("/")),
            json.dumps(alert.record()),
            qos=1,
            hostname=parts.hostname or "",
            port=parts.port or (8883 if secure else 1883),
            auth=login,
            tls=encryption,
        )
    except (OSError, ValueError, MQTTException) as error:
        raise AlertError(f"{shown} did not take the alert ({error}): check the broker and its password.") from error
