"""The command `doctor`: what this installation has, and what is missing."""

import hashlib
import os
import platform
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from core import __version__
from core.cli.options import AsJson, GalleryFile
from core.cli.population import population_record, threshold_of
from core.errors import FirstsightError
from core.system.installed import PACKAGES, version_of
from core.system.paths import ASSETS, default_gallery, home, kept_folder
from core.system.terminal import print_json

if TYPE_CHECKING:
    from core.matching.curve import ImpostorCurve

T = TypeVar("T")
NO_ENCODER: dict[str, str | None] = {"device": None, "runtime": None, "curve": None}
"""Reported if the encoder doesn't run."""

MODELS = {
    "face_detection_yunet_2023mar.onnx": "8f2383e4dd3cfbb4553ea8718107fc0423210dc964f9f4280604804ed2552fa4",
    "sface_2021dec.safetensors": "c41275d717b873ceafa336d2b292bb65ddd869452a11fcb647e74f06641057f3",
    "sface_webcam.safetensors": "ee1c6f2edf330766df2e9a470e9db3ff3dced00145b2ffbd0ecb24629494b014",
}
"""The models that ship, with their SHA-256."""


def doctor(
    clean: Annotated[
        bool,
        typer.Option("--clean", help="First delete the faces that --keep-faces or older versions kept on disk."),
    ] = False,
    gallery: GalleryFile = None,
    json: AsJson = False,
) -> None:
    """Check the installation: show versions, models, cameras, data folders and kept faces, and what is missing."""
    missing: list[str] = []
    kept = _asked(missing, "The kept faces can't be read", _kept_faces, None)
    if clean and kept:
        kept = _asked(missing, "The kept faces can't be deleted", _delete_faces, kept)
    no_cameras: list[str] = []
    nobody = {"file": str(gallery) if gallery else None, "people": None, "key": None, "population": None}
    report: dict[str, Any] = {
        "firstsight": __version__,
        "python": platform.python_version(),
        "system": platform.platform(),
        "packages": {name: _version(name, missing) for name in PACKAGES},
        **_asked(missing, "The encoder doesn't run", lambda: _encoder(missing), NO_ENCODER),
        "models": {name: _model(name, missing) for name in MODELS},
        "cameras": _asked(missing, "The cameras can't be listed", lambda: _cameras(missing), no_cameras),
        "home": _asked(missing, "There is no folder for your data", lambda: _home(missing), None),
        "gallery": _asked(missing, "The gallery can't be read", lambda: _gallery(gallery), nobody),
        "kept_faces": kept,
        "missing": missing,
    }
    if json:
        print_json(report)
        return
    for key, value in report.items():
        if key != "missing":
            _show(key, value)
    print("\nMissing:" if missing else "\nNothing is missing.")
    for sentence in missing:
        print(f"  {sentence}")
    if missing and any("camera" not in sentence.lower() for sentence in missing):
        sys.exit(1)


def _asked(missing: list[str], trouble: str, ask: Callable[[], T], instead: T) -> T:
    """The result of `ask`, one part of the report. If it fails, `instead`, and a sentence is added to `missing`.

    trouble: begins the sentence if the error is not a FirstsightError.
    """
    try:
        return ask()
    except FirstsightError as error:
        sentence = str(error)
    except Exception as error:
        why = getattr(error, "strerror", None) or error
        sentence = f"{trouble} ({why})."
    if sentence not in missing:
        missing.append(sentence)
    return instead


def _show(key: str, value: Any) -> None:
    if key == "kept_faces":
        print(f"kept faces: {_kept_text(value)}")
    elif isinstance(value, dict):
        print(f"{key}:")
        for name, item in value.items():
            print(f"  {name}: {item}")
    elif isinstance(value, list):
        print(f"{key}: {', '.join(map(str, value)) or 'none'}")
    else:
        print(f"{key}: {value}")


def _kept_text(kept: dict[str, Any] | None) -> str:
    if not kept:
        return "unknown"
    if not kept["bytes"]:
        return "none" + (f"; {kept['deleted'] / 1e6:,.1f} MB have been deleted" if kept["deleted"] else "")
    size = f"{kept['bytes'] / 1e6:,.1f} MB"
    return f"{size}, not encrypted, in {kept['folder']}: `firstsight doctor --clean` deletes them"


def _version(package: str, missing: list[str]) -> str | None:
    version = version_of(package)
    if version is None:
        missing.append(f"The package {package} is missing: install it with `pip install {package}`.")
    return version


def _encoder(missing: list[str]) -> dict[str, str | None]:
    """The encoder's device, its runtime, and the impostor curve that its threshold is derived from."""
    from core.encoder.encoder import Encoder

    encoder = Encoder()
    return {
        "device": str(encoder.device),
        "runtime": str(encoder.runtime),
        "curve": _asked(missing, "The impostor curve can't be read", lambda: _described(encoder.curve), None),
    }


def _described(curve: "ImpostorCurve") -> str:
    return f"{curve.pairs:,} pairs of {curve.people:,} people from {curve.source}, for {curve.encoder}"


def _model(name: str, missing: list[str]) -> str | None:
    path = ASSETS / "models" / name
    if not path.is_file():
        missing.append(f"The model {path} is missing: reinstall Firstsight.")
        return None
    content = _asked(missing, f"The model {path} can't be read", path.read_bytes, None)
    found = hashlib.sha256(content).hexdigest() if content is not None else None
    if found and found != MODELS[name]:
        missing.append(f"The model {path} is not the one that ships: reinstall Firstsight.")
    return found


def _cameras(missing: list[str]) -> list[str]:
    from core.capture import list_cameras

    cameras = [f"{camera.index}: {camera.name}" for camera in list_cameras()]
    if not cameras:
        missing.append("There is no camera: plug one in, or watch a network camera, a video or the demo scene.")
    return cameras


def _gallery(path: Path | None) -> dict[str, Any]:
    from core.gallery import Gallery

    file = path or default_gallery()
    if not file.exists():
        return {"file": str(file), "people": 0, "key": "Created with the first enrolment.", "population": None}
    with Gallery(path, create=False) as gallery:
        population = population_record(threshold_of(gallery))
        return {"file": str(file), "people": len(gallery), "key": gallery.key_place, "population": population}


def _home(missing: list[str]) -> str:
    place = home()
    there = next(folder for folder in (place, *place.parents) if folder.exists())
    effective = os.access in os.supports_effective_ids
    if not there.is_dir() or not os.access(there, os.R_OK | os.W_OK | os.X_OK, effective_ids=effective):
        missing.append(
            f"Your data should be in {place}, but {there} can't be written to: set FIRSTSIGHT_HOME to another folder."
        )
    return str(place)


def _kept_faces() -> dict[str, Any]:
    """Folder and size of the kept faces, including those of older versions and incomplete ones."""
    from core.lab.dataset.kept_faces import kept_bytes

    return {"folder": str(kept_folder()), "bytes": kept_bytes(), "encrypted": False, "deleted": 0}


def _delete_faces() -> dict[str, Any]:
    from core.lab.dataset.kept_faces import remove_kept

    before = _kept_faces()
    remove_kept()
    return before | {"bytes": 0, "deleted": before["bytes"]}
