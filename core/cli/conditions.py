"""The command `conditions`."""

from pathlib import Path
from typing import Annotated

import typer

from core.cli.options import AsJson, Seed, UnusedGallery
from core.cli.printing import print_table
from core.cli.writing import Overwrite
from core.errors import OutputError
from core.system.terminal import print_json


def conditions(
    photo: Annotated[Path | None, typer.Argument(metavar="PHOTO", help="A photo of the face to draw.")] = None,
    out: Annotated[Path, typer.Option(metavar="FILE", help="Picture file to write, with PHOTO.")] = Path(
        "conditions.png"
    ),
    side: Annotated[int, typer.Option(min=32, max=512, help="Width of each face on the sheet in pixels.")] = 128,
    seed: Seed = 0,
    overwrite: Overwrite = False,
    gallery: UnusedGallery = None,
    json: AsJson = False,
) -> None:
    """List the conditions that --degrade simulates. With PHOTO, also draw a sheet of its face under each of them."""
    del gallery
    from core.lab.degradation.conditions import CONDITIONS, FAMILIES

    record = {"conditions": list(CONDITIONS), "with_value": {name: list(of.values) for name, of in FAMILIES.items()}}
    if photo:
        _draw(photo, out, side, seed, overwrite=overwrite)
    if json:
        print_json(record | {"file": str(out) if photo else None})
        return
    rows = [[name, "several at once, as from a poor webcam"] for name in CONDITIONS]
    rows += [
        [f"{name}=VALUE", ", ".join(map(family.caption.format, family.values))] for name, family in FAMILIES.items()
    ]
    print_table("Conditions", ["condition", "examples"], rows)
    if photo:
        print(f"Saved as {out}.")


def _draw(photo: Path, out: Path, side: int, seed: int, *, overwrite: bool) -> None:
    import cv2
    import numpy as np

    from core.faces.detector import FaceDetector
    from core.lab.dataset.labelled_face import labelled_face
    from core.lab.degradation.contact_sheet import contact_sheet
    from core.pictures.reading import read_picture
    from core.system.output import check_output
    from core.system.whole_file import write_whole

    ending = out.suffix.lower() or ".png"
    if not cv2.haveImageWriter(f"sheet{ending}"):
        raise OutputError(f"The sheet can't be saved as {out}: name a picture file such as sheet.png.")
    check_output(out, overwrite=overwrite, inputs=[photo])
    picture = read_picture(photo)
    face = labelled_face(picture, photo, FaceDetector())
    sheet = contact_sheet(picture, face.box, np.random.default_rng(seed), side=side)
    # It shows a face.
    write_whole(out, cv2.imencode(ending, sheet)[1].tobytes(), private=True)
