"""The command `evaluate verification`."""

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from core.cli.evaluate import Encoders, ReportFolder, Ways, begin, labels_of, write
from core.cli.options import AsJson, Part, PeopleFolder, Seed, UnusedGallery
from core.cli.printing import print_table
from core.cli.progress import progress
from core.cli.writing import KeepFaces, Overwrite
from core.system.terminal import print_json


def verification(
    folder: PeopleFolder,
    pairs: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="File of pairs to compare, in the format of LFW's pairs.txt; by default all."
        ),
    ] = None,
    encoder: Encoders = None,
    ways: Ways = None,
    part: Part = None,
    report: ReportFolder = None,
    overwrite: Overwrite = False,
    keep_faces: KeepFaces = False,
    seed: Seed = 0,
    gallery: UnusedGallery = None,
    json: AsJson = False,
) -> None:
    """Measure 1:1 verification: do two pictures show the same person?

    By LFW's protocol: the threshold of each fold is chosen on the others.
    """
    del gallery
    from core.encoder.encoder import Encoder
    from core.lab.dataset.loading import load_faces
    from core.lab.evaluation.measuring import measure
    from core.lab.evaluation.pairs import all_pairs, read_pairs, rows_of_pairs
    from core.lab.evaluation.people import embed_faces
    from core.matching.metric import Metric

    begin(report, overwrite=overwrite, keep_faces=keep_faces)
    encoders = {label: Encoder(file) for label, file in labels_of(encoder)}
    with progress("Finding faces") as found:
        listed = read_pairs(pairs) if pairs else None
        faces = load_faces(folder, part=part, keep=keep_faces, progress=found)
    for reason in faces.left_out:
        print(f"Left out: {reason}", file=sys.stderr)
    if listed:
        faces = faces.of_people({name for pair in listed for name in (pair.name_a, pair.name_b)})
    rows = rows_of_pairs(listed, faces.files) if listed else all_pairs(faces.names, seed=seed)
    for reason in rows.left_out:
        print(reason, file=sys.stderr)
    results = []
    for label, used in encoders.items():
        with progress(f"Embedding: {label}") as embedding:
            embeddings = embed_faces(faces, used, embedding).embeddings
        curve = used.checkpoint.curve
        metric = curve.metric if curve else Metric.euclidean()
        results.append(measure(label, folder, faces, rows, embeddings, metric, ways=ways, seed=seed))
    source = f"{len(rows):,} pairs of {faces.people:,} people from {faces.folder}."
    write(report, "Verification", source, results, rows.left_out)
    records: list[dict[str, Any]] = [
        {
            "encoder": result.label,
            **result.verification.record(),
            **({"one_shot": result.one_shot[0].record()} if result.one_shot else {}),
        }
        for result in results
    ]
    if json:
        print_json(records[0] if len(records) == 1 else {"encoders": records})
        return
    headings = ["encoder", "accuracy", "EER", "TMR at FMR 1e-2", "1e-3", "1e-4"] + ([f"{ways} ways"] if ways else [])
    lines = []
    for result in results:
        told = result.verification
        lines.append(
            [result.label, f"{told.accuracy:.2%} ± {told.accuracy_std:.2%}", f"{told.eer:.2%}"]
            + [f"{at.value:.2%}" + ("" if at.counted else " (too few pairs)") for at in told.tmr]
            + ["{:.2%} ({:.2%} to {:.2%})".format(shot.accuracy, *shot.interval) for shot in result.one_shot]
        )
    print_table(f"{len(rows):,} pairs of {faces.people:,} people", headings, lines)
