"""`doctor`: what this installation has, and what is missing."""

import hashlib
import platform
import sys
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from core import __version__
from core.cli.options import AsJson, GalleryFile, print_json
from core.paths import ASSETS, default_gallery, home

PACKAGES = ("torch", "opencv-python-headless", "numpy", "PySide6-Essentials", "sqlcipher3", "pillow", "pillow-heif")
MODELS = {
    "face_detection_yunet_2023mar.onnx": "8f2383e4dd3cfbb4553ea8718107fc0423210dc964f9f4280604804ed2552fa4",
    "sface_2021dec.safetensors": "c41275d717b873ceafa336d2b292bb65ddd869452a11fcb647e74f06641057f3",
    "sface_webcam.safetensors": "ee1c6f2edf330766df2e9a470e9db3ff3dced00145b2ffbd0ecb24629494b014",
}


def doctor(gallery: GalleryFile = None, json: AsJson = False) -> None:
    """Shows versions, cameras, models and where the data is; says what is missing."""
    missing: list[str] = []
    report: dict[str, Any] = {
        "firstsight": __version__,
        "python": platform.python_version(),
        "system": platform.platform(),
        "packages": {name: _version(name, missing) for name in PACKAGES},
        **_encoder(missing),
        "models": {name: _model(name, expected, missing) for name, expected in MODELS.items()},
        "curve": _curve(missing),
        "cameras": _cameras(missing),
        "home": str(home()),
        "gallery": _gallery(gallery, missing),
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


def _show(key: str, value: Any) -> None:
    if isinstance(value, dict):
        print(f"{key}:")
        for name, item in value.items():
            print(f"  {name}: {item}")
    elif isinstance(value, list):
        print(f"{key}: {', '.join(map(str, value)) or 'none'}")
    else:
        print(f"{key}: {value}")


def _version(package: str, missing: list[str]) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        missing.append(f"The package {package} is missing: pip install {package}")
        return None


def _encoder(missing: list[str]) -> dict[str, str | None]:
    """On what the encoder runs, and by which means."""
    try:
        from core.encoder import Encoder

        encoder = Encoder()
        return {"device": str(encoder.device), "runtime": str(encoder.runtime)}
    except Exception as error:
        missing.append(f"The encoder does not run: {error}")
        return {"device": None, "runtime": None}


def _model(name: str, expected: str, missing: list[str]) -> str | None:
    path = ASSETS / "models" / name
    if not path.is_file():
        missing.append(f"The model {path} is missing: reinstall Firstsight.")
        return None
    found = hashlib.sha256(path.read_bytes()).hexdigest()
    if found != expected:
        missing.append(f"The model {path} is not the published one: reinstall Firstsight.")
    return found


def _curve(missing: list[str]) -> str | None:
    from core.encoder import Encoder
    from core.errors import ModelError

    try:
        curve = Encoder().curve
    except ModelError as error:
        missing.append(str(error))
        return None
    return f"{curve.pairs:,} pairs of {curve.people:,} people from {curve.source}, for {curve.encoder}"


def _cameras(missing: list[str]) -> list[str]:
    from core.capture import list_cameras

    try:
        cameras = [f"{camera.index}: {camera.name}" for camera in list_cameras()]
    except Exception as error:
        missing.append(f"The cameras can't be listed: {error}")
        return []
    if not cameras:
        missing.append("There is no camera: plug one in, or watch a video, an address or the demo scene.")
    return cameras


def _gallery(path: Any, missing: list[str]) -> dict[str, Any]:
    from core.errors import GalleryError
    from core.gallery import Gallery

    file = path or default_gallery()
    if not file.exists():
        return {"file": str(file), "people": 0, "key": "Made with the first enrolment."}
    try:
        with Gallery(path, create=False) as gallery:
            return {"file": str(file), "people": len(gallery), "key": gallery.key_place}
    except GalleryError as error:
        missing.append(str(error))
        return {"file": str(file), "people": None, "key": None}
