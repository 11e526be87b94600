"""The commands `enroll`, `reject`, `identify` and `compare`."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from core.cli.opening import recognizer_for
from core.cli.options import AsJson, EncoderFile, GalleryFile, Rate, person_name
from core.cli.population import population_record
from core.cli.printing import already_done, print_table
from core.cli.records import enrollment_record, face_record
from core.errors import PhotoError
from core.matching.alike import told
from core.matching.rate import DEFAULT_RATE
from core.system.terminal import can_ask, print_json
from core.system.text import printable

if TYPE_CHECKING:
    from core.recognizer import Enrollment, Recognizer
    from core.types import Threshold


def enroll(
    name: Annotated[
        str,
        typer.Argument(
            metavar="NAME",
            parser=person_name,
            help="The person's name. If it is already enrolled, the person gets one more photo.",
        ),
    ],
    photo: Annotated[Path, typer.Argument(metavar="PHOTO", help="A photo of the face; one is enough.")],
    face: Annotated[
        int | None, typer.Option(metavar="N", help="Number of the face, from 0 for the largest, which is the default.")
    ] = None,
    gallery: GalleryFile = None,
    encoder: EncoderFile = None,
    json: AsJson = False,
) -> None:
    """Enroll a person from one photo."""
    with recognizer_for(gallery, DEFAULT_RATE, encoder, create=True) as recognizer:
        if not json and can_ask():
            _ask_if_unlike(recognizer, name, photo, face)
        done = recognizer.enroll(name, photo, face)
    with already_done():
        if json:
            print_json(enrollment_record(done))
        else:
            _tell_enrollment(done)


def _ask_if_unlike(recognizer: "Recognizer", name: str, photo: Path, face: int | None) -> None:
    """In a terminal: asks whether to go on if the photo doesn't look like the person's others."""
    from core.gallery.doubts import Doubt

    chosen = recognizer.choose(photo, face)
    for doubt in recognizer.doubts(name, chosen):
        if doubt.kind is Doubt.UNLIKE:
            typer.confirm(f"{doubt.question} Add it", default=False, abort=True, err=True)


def reject(
    name: Annotated[str, typer.Argument(metavar="NAME", parser=person_name, help="The person whose face this is not.")],
    photo: Annotated[Path, typer.Argument(metavar="PHOTO", help="A photo with the face.")],
    face: Annotated[
        int | None,
        typer.Option(metavar="N", help="Number of the face, from 0 for the largest; by default the one named NAME."),
    ] = None,
    gallery: GalleryFile = None,
    encoder: EncoderFile = None,
    rate: Rate = DEFAULT_RATE,
    json: AsJson = False,
) -> None:
    """Say that a face is not a person's, so that faces like it are not given that name again."""
    with recognizer_for(gallery, rate, encoder) as recognizer:
        person = recognizer.gallery.require(name)
        if face is None:
            named = [one for one in recognizer.identify(photo) if one.decision.name == person.name]
            if not named:
                raise PhotoError(
                    f"No face in {photo} is named {person.name}: choose the face with --face, 0 for the largest."
                )
            chosen = named[0]
        else:
            chosen = recognizer.choose(photo, face)
        kept = recognizer.reject(name, chosen)
    with already_done():
        if json:
            print_json({"person": person.id, "name": person.name, "counter_example": kept.id})
        else:
            print(f"Faces like this one are not called {person.name} any more.")


def _tell_enrollment(done: "Enrollment") -> None:
    photos = done.person.templates
    print(f"Enrolled {done.person.name}" + (f", now with {photos} photos." if photos > 1 else " from one photo."))
    for problem in done.face.quality.problems:
        print(f"Note: {problem.remedy}")
    for doubt in done.doubts:
        print(f"Note: {doubt.question}")


def identify(
    photos: Annotated[list[Path], typer.Argument(metavar="PHOTO", help="Photos with any number of faces.")],
    gallery: GalleryFile = None,
    encoder: EncoderFile = None,
    rate: Rate = DEFAULT_RATE,
    k: Annotated[int, typer.Option(min=1, help="Number of nearest photos that vote on who it is.")] = 1,
    weighted: Annotated[bool, typer.Option(help="Give nearer photos a larger vote, or all the same vote.")] = True,
    json: AsJson = False,
) -> None:
    """Say who is in photos."""
    from core.pictures.reading import read_picture

    records: list[dict[str, Any]] = []
    failures: list[PhotoError] = []
    with recognizer_for(gallery, rate, encoder, k=k, weighted=weighted) as recognizer:
        for photo in photos:
            record: dict[str, Any] = {"photo": str(photo), "size": None, "faces": []}
            try:
                picture = read_picture(photo)
                # Boxes are in pixels of the picture as read; a very large one is reduced.
                record["size"] = [picture.shape[1], picture.shape[0]]
                record["faces"] = [face_record(face) for face in recognizer.identify(picture)]
            except PhotoError as error:
                record["error"] = str(error)
                failures.append(error)
            records.append(record)
        threshold = recognizer.threshold
    if json:
        print_json({"photos": records, "population": population_record(threshold)})
    else:
        _show(records, voters=k > 1)
        _note(threshold)
    if failures:
        reasons = " ".join(map(str, failures))
        many = f"{len(failures)} of {len(photos)} photos could not be read. " if len(failures) > 1 else ""
        if json:  # The errors are in the photos' records already, so no error object is printed.
            print(f"firstsight: {many}{reasons}", file=sys.stderr)
            raise typer.Exit(1)
        raise PhotoError(many + reasons)


def _show(records: list[dict[str, Any]], *, voters: bool) -> None:
    rows = []
    for record in records:
        photo = printable(record["photo"])
        for face in record["faces"]:
            x, y, width, height = (round(value) for value in face["box"])
            similarity = "" if face["similarity"] is None else f"{face['similarity']:.2f}"
            threshold = f"{face['threshold']:.2f}"
            place = f"{width}×{height} at {x}, {y}"
            row = [photo, face["name"] or "Unknown", similarity, threshold, place]
            row.append(", ".join([*(["likely"] if face["certainty"] == "likely" else []), *face["problems"]]))
            votes = [f"{voter['name']} {voter['similarity']:.2f} × {voter['weight']:.2g}" for voter in face["voters"]]
            rows.append(row + (["\n".join(votes)] if voters else []))
        if not record["faces"] and "error" not in record:
            rows.append([photo, "no face", "", "", "", ""] + ([""] if voters else []))
    if rows:
        headings = ["photo", "who", "similarity", "needed", "face", "note"]
        headings += ["neighbours × weight"] if voters else []
        if not any(row[5] for row in rows):
            headings, rows = [*headings[:5], *headings[6:]], [[*row[:5], *row[6:]] for row in rows]
        print_table("Faces", headings, rows)


def _note(threshold: "Threshold") -> None:
    """Prints how alike the people here are, if that matters."""
    if sentence := told(threshold):
        print(f"Note: {sentence}")


def compare(
    first: Annotated[Path, typer.Argument(metavar="PHOTO", help="A photo.")],
    second: Annotated[Path, typer.Argument(metavar="OTHER", help="Another photo.")],
    rate: Annotated[
        float,
        typer.Option(
            min=1e-6,
            max=0.5,
            help="Share of pairs of different people that may be taken for one person: 0.01 is one in a hundred.",
        ),
    ] = DEFAULT_RATE,
    gallery: GalleryFile = None,
    encoder: EncoderFile = None,
    json: AsJson = False,
) -> None:
    """Say whether two photos show the same person, going by the largest face in each (verification, 1:1)."""
    with recognizer_for(gallery, rate, encoder) as recognizer:
        result = recognizer.compare(first, second)
    if json:
        print_json(
            {
                "same": result.same,
                "similarity": result.similarity,
                "threshold": result.threshold.similarity,
                "false_match_rate": result.false_match_rate,
                "chance": result.chance,
                "chance_is_at_most": not result.counted,
                "problems": [[str(problem) for problem in problems] for problems in result.problems],
                "population": population_record(result.threshold),
            }
        )
        return
    print("The same person." if result.same else "Different people.")
    print(f"Similarity {result.similarity:.2f}; {result.threshold.similarity:.2f} is needed at a rate of {rate:g}.")
    share = f"{result.chance:.2g}" if result.counted else f"less than {result.chance:.1g}"
    print(f"The share of pairs of different people that are at least this similar is {share}.")
    _note(result.threshold)
    for photo, problems in zip((first, second), result.problems, strict=True):
        for problem in problems:
            print(f"Note: {printable(str(photo))}: {problem.remedy}")
