"""What tests share: the measuring data, and a home of their own so that no test touches the user's gallery."""

from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(autouse=True)
def own_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A fresh FIRSTSIGHT_HOME, and no keyring of the user's."""
    home = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("FIRSTSIGHT_HOME", str(home))
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
    return home


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
