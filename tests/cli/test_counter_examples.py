"""`reject`, `photos` and `forget --photo`, and the question before a photo unlike the others is added."""

import os
import pty
import subprocess
import sys
from pathlib import Path

from tests.cli.commands import ROOT, as_json, firstsight, refused


def test_a_face_is_rejected_listed_and_taken_back(portraits: Path) -> None:
    wrong, other = portraits / "eileen_collins.png", portraits / "grace_hopper.jpg"
    firstsight("enroll", "Grace", wrong)
    assert "No face in" in refused("reject", "Grace", other)
    assert "Nobody called Ada" in refused("reject", "Ada", wrong)
    kept = as_json("reject", "grace", other, "--face", 0)["counter_example"]
    listed = as_json("photos", "Grace")["photos"]
    assert [(one["id"], one["counter_example"]) for one in listed] == [(1, False), (kept, True)]
    assert "counter-example" in firstsight("photos", "Grace").stdout
    assert "only photo" in refused("forget", "Grace", "--photo", 1)
    assert "no photo 77" in refused("forget", "Grace", "--photo", 77)
    assert as_json("forget", "Grace", "--photo", kept)["forgotten_photo"] == kept
    assert len(as_json("photos", "Grace")["photos"]) == 1


def test_a_named_face_is_rejected_by_the_photo_alone(portraits: Path) -> None:
    photo = portraits / "eileen_collins.png"
    firstsight("enroll", "Eileen", photo)
    assert firstsight("reject", "Eileen", photo).stdout == "Faces like this one are not called Eileen any more.\n"
    (face,) = as_json("identify", photo)["photos"][0]["faces"]
    assert face["name"] is None
    assert "is not Eileen's" in face["why"]


def answered(answer: str, *arguments: object) -> tuple[int, str]:
    """Runs a command in a terminal where somebody types an answer. Returns its exit code and what is shown."""
    ours, theirs = pty.openpty()
    os.write(ours, f"{answer}\n".encode())
    command = [sys.executable, "-m", "gui", *map(str, arguments)]
    done = subprocess.run(
        command, stdin=theirs, stdout=subprocess.DEVNULL, stderr=theirs, cwd=ROOT, timeout=120, check=False
    )
    shown = os.read(ours, 65536).decode()
    os.close(ours)
    os.close(theirs)
    return done.returncode, shown


def test_a_photo_unlike_the_others_is_added_only_after_a_yes(portraits: Path) -> None:
    firstsight("enroll", "Grace", portraits / "grace_hopper.jpg")
    code, shown = answered("n", "enroll", "Grace", portraits / "eileen_collins.png")
    assert code != 0
    assert "does not look like Grace" in shown
    assert "Traceback" not in shown
    assert len(as_json("photos", "Grace")["photos"]) == 1
    assert answered("y", "enroll", "Grace", portraits / "eileen_collins.png")[0] == 0
    assert [one["unlike"] for one in as_json("photos", "Grace")["photos"]] == [True, True]
