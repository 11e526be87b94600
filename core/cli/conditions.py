"""The command conditions."""

from pathlib import Path
from typing import Annotated

import typer

from core.cli.options import AsJson, GalleryFile, print_json, print_table
from core.errors import PhotoError


def conditions(
    photo: Annotated[Path | None, typer.Argument(metavar="[PHOTO]", help="A photo of a face, to draw.")] = None,
    out: Annotated[Path, typer.Option(metavar="FILE", help="Where the sheet goes, with PHOTO.")] = Path(
        "conditions.png"
    ),
    side: Annotated[int, typer.Option(min=32, max=512, help="Of each face on the sheet, in pixels.")] = 128,
    seed: Annotated[int, typer.Option(min=0, help="Of all that is drawn.")] = 0,
    gallery: GalleryFile = None,
    json: AsJson = False,
) -> None:
    """Lists what --degrade can do to pictures; of a PHOTO, draws a sheet with the face under each."""
    del gallery
    from core.degradation.conditions import CONDITIONS, FAMILIES

    record = {"conditions": list(CONDITIONS), "with_value": {name: list(of.values) for name, of in FAMILIES.items()}}
    if photo:
        _draw(photo, out, side, seed)
    if json:
        print_json(record | {"file": str(out) if photo else None})
        return
    rows = [[name, "everything at once, as a poor webcam does it"] for name in CONDITIONS]
    rows += [
        [f"{name}=VALUE", ", ".join(map(family.caption.format, family.values))] for name, family in FAMILIES.items()
    ]
    print_table("Conditions", ["condition", "such as"], rows)
    if photo:
        print(f"Saved as {out}.")


def _draw(photo: Path, out: Path, side: int, seed: int) -> None:
    import cv2
    import numpy as np

    from core.dataset import labelled_face
    from core.degradation.contact_sheet import contact_sheet
    from core.detector import FaceDetector
    from core.images import read_picture

    picture = read_picture(photo)
    face = labelled_face(picture, photo, FaceDetector())
    sheet = contact_sheet(picture, face.box, np.random.default_rng(seed), side=side)
    try:
        written = cv2.imencode(out.suffix or ".png", sheet)[1]
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_bytes(written.tobytes())
    except (OSError, cv2.error) as error:
        raise PhotoError(
            f"The sheet can't be written to {out}: give a file such as sheet.png in a folder of yours."
        ) from error
