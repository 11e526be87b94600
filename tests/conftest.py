"""What tests share: the measuring data, and a home of their own so that no test touches the user's gallery."""

import importlib.util
import os
import signal
import sys
import tarfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.fail.Keyring"
# Windows under test show up nowhere, unless somebody wants to watch them.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from core.encoder.runtime import Runtime
from core.gallery import Gallery
from core.recognizer import Recognizer

# The same examples each time, and no test depends on time.
settings.register_profile("firstsight", deadline=None, derandomize=True)
settings.load_profile("firstsight")

ROOT = Path(__file__).resolve().parents[1]

# A shell's `&` makes a process ignore what is to end the programs under test, and they would inherit that.
signal.signal(signal.SIGINT, signal.default_int_handler)
if hasattr(signal, "SIGHUP"):
    signal.signal(signal.SIGHUP, signal.SIG_DFL)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whatever uses the measuring data, itself or by another fixture, can be left out by `-m "not shared"`."""
    for item in items:
        if "shared" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.shared)


@pytest.fixture(autouse=True)
def own_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A fresh FIRSTSIGHT_HOME, and no keyring of the user's."""
    home = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("FIRSTSIGHT_HOME", str(home))
    return home


@pytest.fixture(autouse=True)
def without_openvino(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is installed by default runs the encoder, whether OpenVINO is there or not; tests of it take this back."""
    monkeypatch.setitem(sys.modules, "openvino", None)


@pytest.fixture(params=["PyTorch", "OpenVINO"])
def runtime(
    request: pytest.FixtureRequest, without_openvino: None, monkeypatch: pytest.MonkeyPatch
) -> frozenset[Runtime]:
    """Each way in which the default encoder is run where it is installed; what it is called may follow the machine."""
    if request.param == "PyTorch":
        return frozenset({Runtime.BLOCKED, Runtime.FOLDED})
    monkeypatch.delitem(sys.modules, "openvino")
    if importlib.util.find_spec("openvino") is None:
        pytest.skip("needs OpenVINO")
    return frozenset({Runtime.OPENVINO})


@pytest.fixture(scope="session")
def shared() -> Path:
    """The measuring data beside the project; the test is skipped, visibly, where it isn't."""
    folder = ROOT.parent / "shared"
    if not (folder / "data").is_dir():
        pytest.skip("needs ../shared/data")
    return folder


@pytest.fixture(scope="session")
def portraits() -> Path:
    """The two portraits that ship with the program."""
    return ROOT / "assets" / "portraits"


@pytest.fixture(scope="session")
def lfw(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """160 people of LFW, at most three pictures each."""
    folder = tmp_path_factory.mktemp("lfw")
    people: set[str] = set()
    with tarfile.open(shared / "data" / "lfw-dev.tar") as archive:
        for member in archive:
            parts = Path(member.name).parts
            if len(parts) != 3 or not member.isfile() or int(parts[2][-8:-4]) > 3:
                continue
            people.add(parts[1])
            if len(people) > 160:
                break
            archive.extract(member, folder, filter="data")
    return folder / "lfw-dev"


@pytest.fixture(scope="session")
def lfw_once(lfw: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A hundred people, as few as have a curve, with one picture each."""
    folder = tmp_path_factory.mktemp("once")
    for person in sorted(lfw.iterdir())[:100]:
        (folder / person.name).mkdir()
        (folder / person.name / "1.jpg").symlink_to(min(person.iterdir()))
    return folder


@pytest.fixture
def gallery() -> Iterator[Gallery]:
    """An empty gallery."""
    with Gallery() as gallery:
        yield gallery


@pytest.fixture
def recognizer(gallery: Gallery) -> Recognizer:
    """Over the empty gallery, with the shipped models."""
    return Recognizer(gallery)
