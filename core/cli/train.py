"""Commands that learn: train encoder."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from core.cli.options import AsJson, GalleryFile, print_json, print_table, progress
from core.errors import PhotoError

train = typer.Typer(name="train", help="Learns from pictures of people.", no_args_is_help=True)


@train.callback()
def _group() -> None:
    """Learns from pictures of people."""


@train.command()
def encoder(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A folder with a folder of pictures for each person.")],
    out: Annotated[Path, typer.Option(metavar="FILE", help="Where the checkpoint goes.")],
    start: Annotated[Path | None, typer.Option("--from", metavar="FILE", help="A checkpoint to go on from.")] = None,
    scratch: Annotated[
        str | None, typer.Option(metavar="ARCH", help="Train this architecture from nothing: small (default), sface.")
    ] = None,
    loss: Annotated[
        str, typer.Option(help="contrastive, contrastive-squared, triplet, multi-similarity or arcface.")
    ] = "contrastive",
    margin: Annotated[float | None, typer.Option(help="Of the loss; by default its own.")] = None,
    epochs: Annotated[int, typer.Option(help="At most so many.")] = 60,
    rate: Annotated[float, typer.Option(help="Learning rate at its highest.")] = 1e-3,
    people: Annotated[int, typer.Option(help="In a batch.")] = 8,
    pictures: Annotated[int, typer.Option(help="Of each person in a batch.")] = 4,
    validate: Annotated[
        int | None, typer.Option(metavar="N", help="People kept apart for validation; by default a fifth.")
    ] = None,
    patience: Annotated[int | None, typer.Option(help="Stop after so many epochs without a better one.")] = None,
    freeze_norm: Annotated[bool, typer.Option("--freeze-norm", help="Keep batch norm's statistics.")] = False,
    seed: Annotated[int, typer.Option(min=0, help="Of everything random.")] = 0,
    part: Annotated[
        str | None, typer.Option(metavar="K/N", help="Only the K-th of N parts of the people, split by name.")
    ] = None,
    logs: Annotated[Path | None, typer.Option(metavar="DIR", help="Write TensorBoard's logs there.")] = None,
    resume: Annotated[bool, typer.Option(help="Go on with a training that was ended.")] = True,
    gallery: GalleryFile = None,
    json: AsJson = False,
) -> None:
    """Trains a Siamese encoder. Ctrl-C ends it early and leaves a usable checkpoint; the same command goes on."""
    del gallery
    if start and scratch:
        raise typer.BadParameter("--from and --scratch exclude each other")
    from core.architectures import ARCHITECTURES
    from core.checkpoint import Checkpoint
    from core.dataset import load_faces, split_people
    from core.training.options import TrainingOptions
    from core.training.processes import joined
    from core.training.trainer import train as learn

    architecture = scratch or "small"
    if architecture not in ARCHITECTURES:
        raise typer.BadParameter(f"there is no architecture {architecture!r}: choose one of {', '.join(ARCHITECTURES)}")
    try:
        options = TrainingOptions(
            loss=loss, margin=margin, epochs=epochs, rate=rate, people=people, pictures=pictures, seed=seed,
            patience=patience, freeze_norm=freeze_norm,
        )  # fmt: skip
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error
    with joined() as processes:
        with processes.first_goes_ahead(), progress("Finding faces") as report:
            faces = load_faces(folder, part=part, progress=report)
        if processes.first:
            for reason in faces.left_out:
                print(f"Left out: {reason}", file=sys.stderr)
        learned, validation = split_people(faces, validate or max(2, faces.people // 5), seed)
        with progress("Training") as report:
            try:
                checkpoint = learn(
                    learned,
                    validation,
                    out,
                    options,
                    start=Checkpoint.load(start) if start else architecture,
                    resume=resume,
                    logs=logs,
                    progress=lambda done, total, _figures: report(done, total),
                )
            except ValueError as error:
                raise PhotoError(f"{folder} can't be trained on: {error}.") from error
    if not checkpoint:
        return
    about = checkpoint.about
    if json:
        print_json({"file": str(out), "encoder": checkpoint.id} | about)
        return
    shown = [("before", about["before"]), ("best", about["best"])]
    rows = [[when, f"{int(of['epoch'])}", f"{of['eer']:.2%}", f"{of['one_shot']:.2%}"] for when, of in shown]
    title = f"{learned.people} people learned, {validation.people} others validated; ended: {about['ended']}"
    print_table(title, ["", "epoch", "EER", "one-shot"], rows)
    print(f"Saved as {out}. Use it with --encoder {out}.")
