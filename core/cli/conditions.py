"""The command conditions."""

from pathlib import Path
from typing import Annotated

import typer

from core.cli.options import AsJson, GalleryFile, print_json, print_table
from core.cli.writing import Overwrite
from core.errors import OutputError


def conditions(
    photo: Annotated[Path | None, typer.Argument(metavar="[PHOTO]", help="A photo of a face, to draw.")] = None,
    out: Annotated[Path, typer.Option(metavar="FILE", help="Where the sheet goes, with PHOTO.")] = Path(
        "conditions.png"
    ),
    side: Annotated[int, typer.Option(min=32, max=512, help="Of each face on the sheet, in pixels.")] = 128,
    seed: Annotated[int, typer.Option(min=0, help="Of all that is drawn.")] = 0,
    overwrite: Overwrite = False,
    gallery: GalleryFile = None,
    json: AsJson = False,
) -> None:
    """Lists what --degrade can do to pictures; of a PHOTO, draws a sheet with the face under each."""
    del gallery
    from core.lab.degradation.conditions import CONDITIONS, FAMILIES

    record = {"conditions": list(CONDITIONS), "with_value": {name: list(of.values) for name, of in FAMILIES.items()}}
    if photo:
        _draw(photo, out, side, seed, overwrite=overwrite)
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
        raise OutputError(f"The sheet can't be written to {out}: give a file such as sheet.png.")
    check_output(out, overwrite=overwrite, inputs=[photo])
    picture = read_picture(photo)
    face = labelled_face(picture, photo, FaceDetector())
    sheet = contact_sheet(picture, face.box, np.random.default_rng(seed), side=side)
    # It shows a face.
    write_whole(out, cv2.imencode(ending, sheet)[1].tobytes(), private=True)
