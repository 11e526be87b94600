"""The command evaluate identification."""

import sys
from itertools import product
from pathlib import Path
from typing import Annotated, Any

import typer

from core.cli.measure import Encoders, Folder, Part, ReportFolder, Seed, Ways, begin, labels_of, write
from core.cli.options import AsJson, GalleryFile, Rate, print_json, print_table, progress
from core.cli.writing import KeepFaces, Overwrite

CLEAN = "clean"
"""The condition of pictures as they are."""


def identification(
    folder: Folder,
    rate: Rate = 0.01,
    encoder: Encoders = None,
    degrade: Annotated[
        list[str] | None,
        typer.Option(
            metavar="CONDITION",
            help="Look up pictures made poorer, enroll them as they are: webcam, size=32, blur=2, light=0.5, motion=9, "
            "noise=12, jpeg=30, colour=0.4, occlusion=0.2, turn=20; several, and clean, are compared.",
        ),
    ] = None,
    frames: Annotated[int, typer.Option(min=1, help="Look up the mean of so many poorer pictures of each.")] = 1,
    ways: Ways = None,
    curve: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Another impostor curve than the encoder's.")
    ] = None,
    part: Part = None,
    report: ReportFolder = None,
    overwrite: Overwrite = False,
    keep_faces: KeepFaces = False,
    seed: Seed = 0,
    gallery: GalleryFile = None,
    json: AsJson = False,
) -> None:
    """One photo each is enrolled, the rest looked up; people with one picture are the strangers."""
    del gallery
    from core.encoder.encoder import Encoder
    from core.lab.dataset.loading import load_faces
    from core.lab.evaluation.pairs import all_pairs
    from core.lab.evaluation.people import embed_faces
    from core.lab.evaluation.seen import seen_under
    from core.lab.evaluation.trial import Trial, records
    from core.matching.curve import ImpostorCurve

    conditions = _checked(degrade or [CLEAN], frames)
    begin(report, overwrite=overwrite, keep_faces=keep_faces)
    encoders = {label: Encoder(file) for label, file in labels_of(encoder)}
    curves = {label: ImpostorCurve.load(curve) if curve else used.curve for label, used in encoders.items()}
    for label, used in encoders.items():
        curves[label].require(used.id)
    with progress("Finding faces") as found:
        faces = load_faces(folder, part=part, keep=keep_faces, progress=found)
    for reason in faces.left_out:
        print(f"Left out: {reason}", file=sys.stderr)
    pairs = all_pairs(faces.names, seed=seed) if ways or report else None
    trial = Trial(folder, faces, rate, ways, seed, pairs)
    enrolled = {}
    for label, used in encoders.items():
        with progress(f"Embedding: {label}") as told:
            enrolled[label] = embed_faces(faces, used, told)
    # A condition at a time: its faces go before those of the next are found.
    seen = {
        condition: seen_under(condition, folder, faces, encoders, progress, part=part, frames=frames, keep=keep_faces)
        for condition in conditions
        if condition != CLEAN
    }
    outcomes = []
    for label, condition in product(encoders, conditions):
        heading = label if len(conditions) == 1 else f"{label}, {condition}"
        shown = seen[condition][label] if condition in seen else enrolled[label].embeddings
        outcomes.append(trial.outcome((label, condition), curves[label], enrolled[label], shown, heading=heading))
    source = f"{len(faces):,} pictures of {faces.people:,} people from {faces.folder}."
    write(report, "Identification", source, [outcome.pairs for outcome in outcomes if outcome.pairs])
    told_of = records(outcomes)
    if json:
        print_json(told_of[0] if len(told_of) == 1 else {"results": told_of})
        return
    if trial.is_open_set:
        _show_open_set(told_of)
    if ways:
        _show_one_shot(told_of, ways)


def _checked(conditions: list[str], frames: int) -> list[str]:
    from core.lab.degradation.conditions import degrading

    if frames > 1 and conditions == [CLEAN]:
        raise typer.BadParameter("--frames pools poorer pictures: say how poor with --degrade")
    try:
        for condition in conditions:
            if condition != CLEAN:
                degrading(condition)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error
    return conditions


def _show_one_shot(records: list[dict[str, Any]], ways: int) -> None:
    def more(than: dict[str, Any] | None) -> str:
        return "{:+.2%} ({:+.2%} to {:+.2%})".format(than["accuracy"], *than["interval"]) if than else ""

    columns: dict[str, list[str]] = {
        "encoder": [record["encoder"] for record in records],
        "pictures": [record["condition"] for record in records],
        "EER": [f"{record['eer']:.2%}" for record in records],
        f"{ways} ways": [f"{record['one_shot']['accuracy']:.2%}" for record in records],
        "95 % interval": ["{:.2%} to {:.2%}".format(*record["one_shot"]["interval"]) for record in records],
        "more than by Euclid": [more(record["one_shot"].get("by_euclid", {}).get("more")) for record in records],
        "more than the first": [more(record["one_shot"].get("more_than_first")) for record in records],
    }
    filled = {heading: cells for heading, cells in columns.items() if any(cells)}
    rows = [list(row) for row in zip(*filled.values(), strict=True)]
    print_table(f"One photo each of {ways} people is known: whose is another one?", list(filled), rows)


def _show_open_set(records: list[dict[str, Any]]) -> None:
    several = len(records) > 1
    rows = []
    for record in records:
        sweep = record["sweep"][-1:] if several else record["sweep"]
        rows += [
            ([record["encoder"], record["condition"]] if several else [])
            + [
                f"{at['people']}",
                f"{at['threshold']:.3f}",
                f"{at['fpir']:.2%}",
                "{:.2%} to {:.2%}".format(*at["fpir_interval"]),
                f"{at['tpir']:.2%}",
            ]
            + ([f"{record['tpir_at_exact_rate']:.2%}", f"{record['rank1']:.2%}"] if several else [])
            for at in sweep
        ]
    first = records[0]
    headings = ["enrolled", "threshold", "strangers named", "95 % interval", "people found"]
    if several:
        headings = ["encoder", "pictures", *headings, f"found at exactly {first['rate']:g}", "right first"]
    print_table(
        f"{first['probes']:,} probes of {first['people']:,} people, {first['strangers']:,} strangers, "
        f"{first['rate']:g} asked for",
        headings,
        rows,
    )
    if not several:
        exact = first["tpir_at_exact_rate"]
        print(f"Right person first: {first['rank1']:.2%}. Found at exactly {first['rate']:g}: {exact:.2%}.")
