"""Rules, who triggers them, and how they are told: by real processes, a real web server and a real broker."""

import json
import shutil
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from queue import Queue
from typing import Any

import numpy as np
import pytest

from core.alerts import kept
from core.alerts.rules import Means, Rule, When, Who
from core.alerts.sending import Sender, carry_out
from core.alerts.telling import duration, sentence, text
from core.alerts.watcher import AWAY, Alert, Watcher
from core.errors import AlertError, FirstsightError
from core.gallery import Gallery
from core.matching.threshold import threshold_for
from core.types import Candidate, Decision, Face, Frame, Person, Quality, Recognition, RecognizedFace
from tests.core.gallery.made_up import enroll
from tests.core.matching.test_matching import CURVE

NOON = 1_800_000_000.0
THRESHOLD = threshold_for(CURVE, 0.01, 2)
ADA, BOB = Person(1, "Ada", 1, NOON - 9e6, NOON - 7200, "Class 7b"), Person(2, "Bob", 1, NOON - 9e6, NOON - 60)
PEOPLE = {1: ADA, 2: BOB}
FRAME = Frame(np.zeros((4, 4, 3), np.uint8), 0, 0.0, 0.0)
GOOD = Quality(0.9, 60, 1, 120, 40, 0, 0, 0, 1)


def face(person: Person | None, track: int = 1) -> RecognizedFace:
    """A face named, or clearly unknown."""
    closest = Candidate(1, "Ada", 0.9 if person else 0.01, 1)
    named = Candidate(person.id, person.name, 0.9, 1) if person else None
    decision = Decision(THRESHOLD, (named or closest,), named)
    box = Face((0, 0, 2, 2), 1.0, np.zeros((5, 2), np.float32))
    return RecognizedFace(box, np.zeros((168, 168, 3), np.uint8), GOOD, np.zeros(128, np.float32), decision, track)


def told(watcher: Watcher, rule: Rule, now: float, *faces: RecognizedFace) -> list[str]:
    return [alert.name for alert in watcher.note({7: rule}, PEOPLE, Recognition(FRAME, faces), NOON + now)]


def test_whom_a_rule_tells_of() -> None:
    everybody = (face(ADA, 1), face(BOB, 2), face(None, 3))
    for rule, names in (
        (Rule(Who.ANYBODY), ["Ada", "Bob"]),
        (Rule(Who.PERSON, "ada "), ["Ada"]),
        (Rule(Who.GROUP, "class 7B"), ["Ada"]),
        (Rule(Who.UNKNOWN), [""]),
        (Rule(Who.ANYBODY, on=False), []),
    ):
        assert told(Watcher("Door"), rule, 0, *everybody) == names, rule


def test_a_stay_is_told_once_and_no_more_often_than_wanted() -> None:
    watcher, rule = Watcher("Door"), Rule(Who.ANYBODY, every=300)
    assert told(watcher, rule, 0, face(ADA)) == ["Ada"]
    assert told(watcher, rule, 20, face(ADA)) == []
    assert told(watcher, rule, 40, face(ADA, 2)) == [], "still the same stay"
    assert told(watcher, rule, 50 + AWAY, face(ADA)) == [], "too soon after the last alert"
    assert told(watcher, rule, 60 + AWAY, face(BOB)) == ["Bob"], "that is somebody else"
    assert told(watcher, rule, 400, face(ADA)) == ["Ada"]


def test_only_who_stays_is_told_of() -> None:
    watcher, rule = Watcher("Door"), Rule(Who.UNKNOWN, seconds=5)
    assert told(watcher, rule, 0, face(None, 4)) == []
    assert told(watcher, rule, 4, face(None, 4)) == []
    assert told(watcher, rule, 5, face(None, 4)) == [""]
    assert told(watcher, rule, 6, face(None, 5)) == []
    assert told(watcher, rule, 20, face(None, 5)) == [], "unknown people share one pause"


def test_who_is_missing_is_told_once_for_each_absence() -> None:
    watcher = Watcher("Door")
    rules = {1: Rule(Who.ANYBODY, when=When.MISSING, seconds=3600)}
    assert [alert.name for alert in watcher.missing(rules, PEOPLE.values(), NOON)] == ["Ada"]
    assert watcher.missing(rules, PEOPLE.values(), NOON + 60) == []
    back = [replace(ADA, last_seen=NOON + 120), replace(BOB, last_seen=NOON + 120)]
    assert watcher.missing(rules, back, NOON + 180) == []
    assert [one.name for one in watcher.missing(rules, back, NOON + 4000)] == ["Ada", "Bob"]


@pytest.mark.parametrize(
    ("rule", "why"),
    [
        ({"who": Who.PERSON}, "say which"),
        ({"who": Who.UNKNOWN, "when": When.MISSING, "seconds": 3600}, "can't be missing"),
        ({"who": Who.ANYBODY, "when": When.MISSING, "seconds": 5}, "after a minute"),
        ({"who": Who.ANYBODY, "seconds": float("nan")}, "0 seconds or more"),
        ({"who": Who.ANYBODY, "means": Means.COMMAND}, "Name the command"),
        ({"who": Who.ANYBODY, "means": Means.COMMAND, "target": "say 'oops"}, "quotation"),
        ({"who": Who.ANYBODY, "means": Means.WEBHOOK, "target": "file:///etc/passwd"}, "address of a webhook"),
        ({"who": Who.ANYBODY, "means": Means.WEBHOOK, "target": "https://host:99999/"}, "address of a webhook"),
        ({"who": Who.ANYBODY, "means": Means.MQTT, "target": "mqtt://host"}, "MQTT topic"),
        ({"who": Who.ANYBODY, "means": Means.MQTT, "target": "mqtt://host/a/+"}, "no [+] or #"),
        ({"who": Who.ANYBODY, "means": Means.SOUND, "target": "x"}, "leave it empty"),
    ],
)
def test_rules_must_make_sense(rule: dict[str, Any], why: str) -> None:
    with pytest.raises(AlertError, match=why):
        Rule(**rule)


def test_rules_are_kept_for_this_computer_only(tmp_path: Path, own_home: Path) -> None:
    secret = Rule(Who.PERSON, "Ada", means=Means.MQTT, target="mqtt://me:hunter2@broker:1884/door?key=hunter2")
    with Gallery(tmp_path / "some.gallery") as gallery:
        enroll(gallery, "Ada")
        number = kept.add(gallery, secret)
        assert kept.rules(gallery) == {number: secret}
        kept.change(gallery, number, replace(secret, on=False))
        assert not kept.rules(gallery)[number].on
        (own_home / "computer.id").write_text("another")
        assert kept.rules(gallery) == {}
        with pytest.raises(AlertError, match="no rule"):
            kept.remove(gallery, number)
    assert "hunter2" not in sentence(secret)
    assert b"hunter2" not in (tmp_path / "some.gallery").read_bytes()


def alert(means: Means, target: str, person: Person | None = ADA) -> Alert:
    rule = Rule(Who.ANYBODY if person else Who.UNKNOWN, means=means, target=target)
    return Alert(rule, person.name if person else "", NOON, "Door", 0.9)


def test_sentences() -> None:
    assert text(alert(Means.SOUND, "")) == "Ada is here."
    assert text(alert(Means.SOUND, "", None)) == "Somebody unknown is here."
    assert sentence(Rule(Who.UNKNOWN, seconds=5)) == (
        "somebody unknown has been in view for 5 s: notification, at most every 5 min"
    )
    missing = Rule(Who.GROUP, "Staff", When.MISSING, 7200, means=Means.COMMAND, target="call --for secret")
    assert sentence(missing) == "anybody of the group Staff has not been seen for 2 h: command call"
    assert [duration(seconds) for seconds in (90, 300, 86_400, 172_800)] == ["90 s", "5 min", "24 h", "2 days"]


def test_a_command_runs_without_a_shell(tmp_path: Path) -> None:
    script = tmp_path / "note.py"
    script.write_text(
        "import os, sys, json\n"
        "told = {'arguments': sys.argv[2:], 'name': os.environ['FIRSTSIGHT_NAME'], 'input': json.load(sys.stdin)}\n"
        "open(sys.argv[1], 'w').write(json.dumps(told))\n"
    )
    file = tmp_path / "told.json"
    carry_out(alert(Means.COMMAND, f"{sys.executable} '{script}' '{file}' '$(rm -rf /)' '; ls'"))
    ran = json.loads(file.read_text())
    assert ran["arguments"] == ["$(rm -rf /)", "; ls"]
    assert ran["name"] == "Ada"
    assert ran["input"]["event"] == "appears"
    assert ran["input"]["source"] == "Door"
    with pytest.raises(AlertError, match="was not found"):
        carry_out(alert(Means.COMMAND, str(tmp_path / "nothing")))
    with pytest.raises(AlertError, match="failed"):
        carry_out(alert(Means.COMMAND, f"{sys.executable} -c 'raise SystemExit(3)'"))


@pytest.fixture
def server() -> Iterator[tuple[str, Queue[dict[str, Any]]]]:
    posted: Queue[dict[str, Any]] = Queue()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            posted.put(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            code = {"/moved": 302, "/broken": 500}.get(self.path, 204)
            self.send_response(code)
            if code == 302:
                self.send_header("Location", "/hook")
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as http:
        threading.Thread(target=http.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{http.server_address[1]}", posted
        http.shutdown()


def test_a_webhook_gets_json_and_leads_nowhere_else(server: tuple[str, Queue[dict[str, Any]]]) -> None:
    address, posted = server
    carry_out(alert(Means.WEBHOOK, f"{address}/hook"))
    record = posted.get(timeout=10)
    assert (record["name"], record["known"], record["similarity"]) == ("Ada", True, 0.9)
    assert set(record) == {"event", "name", "known", "time", "source", "similarity"}, "no picture, no embedding"
    for path, code in (("/moved", 302), ("/broken", 500)):
        with pytest.raises(AlertError, match=f"answered {code}"):
            carry_out(alert(Means.WEBHOOK, f"{address}{path}"))
        posted.get(timeout=10)
    assert posted.empty(), "a redirection is not followed"
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        with pytest.raises(AlertError, match="can't be reached"):
            carry_out(alert(Means.WEBHOOK, f"http://127.0.0.1:{unused.getsockname()[1]}/"))


def test_what_fails_is_said_and_the_rest_goes_on(server: tuple[str, Queue[dict[str, Any]]], tmp_path: Path) -> None:
    address, posted = server
    said: list[FirstsightError] = []
    sender = Sender(said.append)
    sender.send(alert(Means.COMMAND, str(tmp_path / "nothing")))
    sender.send(alert(Means.WEBHOOK, address))
    sender.close()
    assert posted.get(timeout=10)["name"] == "Ada"
    assert ["was not found" in str(one) for one in said] == [True]


MOSQUITTO = shutil.which("mosquitto", path="/usr/sbin:/usr/bin:/usr/local/sbin:/usr/local/bin")


@pytest.mark.skipif(MOSQUITTO is None, reason="needs the MQTT broker mosquitto")
def test_mqtt_is_published_to_a_real_broker(tmp_path: Path) -> None:
    from paho.mqtt import subscribe

    assert MOSQUITTO
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    passwords = tmp_path / "passwords"
    passwords.write_text("desk:" + _hashed("a/b c") + "\n")
    settings = f"listener {port} 127.0.0.1\nallow_anonymous false\npassword_file {passwords}\nuser root\n"
    (tmp_path / "broker.conf").write_text(settings)
    broker = subprocess.Popen([MOSQUITTO, "-c", str(tmp_path / "broker.conf")], stderr=subprocess.PIPE)
    try:
        _wait_for(port)
        retained: Queue[Any] = Queue()
        login: Any = {"username": "desk", "password": "a/b c"}

        def listen() -> None:
            retained.put(subscribe.simple("door/seen", hostname="127.0.0.1", port=port, auth=login, qos=1, keepalive=5))

        client = threading.Thread(target=listen, daemon=True)
        client.start()
        address = f"mqtt://desk:a%2Fb%20c@127.0.0.1:{port}/door/seen"
        while client.is_alive() and retained.empty():
            # Until the subscription is there, what is published is lost.
            carry_out(alert(Means.MQTT, address))
            client.join(0.2)
        message = json.loads(retained.get(timeout=30).payload)
        assert message["name"] == "Ada"
        with pytest.raises(AlertError, match="did not take the alert") as refused:
            carry_out(alert(Means.MQTT, address.replace("a%2F", "wrong")))
        assert "wrong" not in str(refused.value)
    finally:
        broker.kill()
        broker.communicate()


def _hashed(password: str) -> str:
    """As mosquitto_passwd writes it: PBKDF2 with SHA-512."""
    import base64
    import hashlib

    salt = b"twelve bytes"
    key = hashlib.pbkdf2_hmac("sha512", password.encode(), salt, 101)
    return f"$7$101${base64.b64encode(salt).decode()}${base64.b64encode(key).decode()}"


def _wait_for(port: int) -> None:
    for _ in range(200):
        with socket.socket() as trial:
            trial.settimeout(0.1)
            if trial.connect_ex(("127.0.0.1", port)) == 0:
                return
        threading.Event().wait(0.05)
    raise AssertionError("the broker did not start")
