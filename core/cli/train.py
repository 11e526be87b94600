"""The commands `train encoder`, `train metric` and `train mean`."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from core.cli.options import AsJson, EncoderFile, Part, PeopleFolder, Seed, UnusedGallery
from core.cli.printing import print_table
from core.cli.progress import progress
from core.cli.reach import reach_record, tell_reach
from core.cli.training_faces import TrainingFaces, training_faces
from core.cli.writing import KeepFaces, Overwrite
from core.encoder.shipped import encoder_file
from core.errors import PhotoError
from core.system.terminal import print_json

if TYPE_CHECKING:
    from core.encoder.checkpoint import Checkpoint
    from core.lab.training.options import TrainingOptions

train = typer.Typer(name="train", no_args_is_help=True)

Out = Annotated[Path, typer.Option(metavar="FILE", help="Checkpoint file to write.")]
Validate = Annotated[
    int | None, typer.Option(metavar="N", help="Number of people held out for validation; by default a fifth.")
]
Degrade = Annotated[
    str | None,
    typer.Option(
        metavar="CONDITION",
        help="Also learn from degraded pictures: webcam, size=32, blur=2, … (`firstsight conditions` lists them).",
    ),
]
Variants = Annotated[int, typer.Option(min=1, help="Number of degraded variants of each picture, with --degrade.")]


@train.callback()
def _group() -> None:
    """Train an encoder or a metric on pictures of people."""


@train.command()
def encoder(
    folder: PeopleFolder,
    out: Out,
    start: Annotated[
        Path | None,
        typer.Option(
            "--from",
            parser=encoder_file,
            metavar="FILE",
            help="Start from this checkpoint, or from an encoder that ships: published or webcam.",
        ),
    ] = None,
    scratch: Annotated[
        str | None,
        typer.Option(metavar="ARCH", help="Train an architecture from scratch: small (default), sface or eigenfaces."),
    ] = None,
    loss: Annotated[
        str,
        typer.Option(
            help="Loss: contrastive, contrastive-squared, triplet, multi-similarity, arcface, or none (with --keep)."
        ),
    ] = "contrastive",
    margin: Annotated[float | None, typer.Option(help="Margin of the loss; each loss has its own default.")] = None,
    epochs: Annotated[
        int | None, typer.Option(help="Maximum number of epochs; by default, enough to show 40,000 faces: 10 to 300.")
    ] = None,
    rate: Annotated[
        float | None, typer.Option(help="Highest learning rate; by default 0.003, or 0.0001 with --from.")
    ] = None,
    people: Annotated[int, typer.Option(help="Number of people in a batch.")] = 16,
    pictures: Annotated[int, typer.Option(help="Number of pictures of each person in a batch.")] = 4,
    validate: Validate = None,
    patience: Annotated[
        int | None, typer.Option(help="Stop after this many epochs without improvement; by default never.")
    ] = None,
    freeze_norm: Annotated[
        bool, typer.Option("--freeze-norm", help="Don't train batch norm and PReLU slopes.")
    ] = False,
    weight_decay: Annotated[float, typer.Option(help="Weight decay of the kernels.")] = 0.05,
    augment: Annotated[
        str,
        typer.Option(
            help="Random changes to each face, new every time: full (shift, turn, scale, light, mirror, cut out a "
            "part), mirror or none."
        ),
    ] = "full",
    invent: Annotated[
        int | None,
        typer.Option(
            metavar="N",
            help="Also learn N synthetic people, warped from each real one; by default 3 when training from scratch on "
            "fewer than 100 people, otherwise 0.",
        ),
    ] = None,
    degrade: Degrade = None,
    variants: Variants = 4,
    metric: Annotated[
        str | None,
        typer.Option(
            help="Metric to compare embeddings with afterwards: learned (a Mahalanobis distance from pairs of the "
            "training people; the default) or cosine (the default with --from)."
        ),
    ] = None,
    keep: Annotated[
        float, typer.Option(help="Weight of the teacher loss, which keeps what the checkpoint of --from knows.")
    ] = 0,
    blend: Annotated[
        float, typer.Option(help="How far to go from the weights of --from to the trained ones: above 0, up to 1.")
    ] = 1,
    seed: Seed = 0,
    part: Part = None,
    logs: Annotated[Path | None, typer.Option(metavar="DIR", help="Add TensorBoard logs to this folder.")] = None,
    resume: Annotated[bool, typer.Option(help="Continue an interrupted training of the same file.")] = True,
    overwrite: Overwrite = False,
    keep_faces: KeepFaces = False,
    gallery: UnusedGallery = None,
    json: AsJson = False,
) -> None:
    """Train a Siamese encoder.

    Ctrl-C ends the training early with a usable checkpoint; the same command continues it.
    """
    del gallery
    if start and scratch:
        raise typer.BadParameter("--from and --scratch can't be combined")
    if keep and not start:
        raise typer.BadParameter("--keep needs a checkpoint as the teacher: give one with --from")
    from core.encoder.architectures import ARCHITECTURES, EIGENFACES
    from core.encoder.checkpoint import Checkpoint
    from core.lab.training.logs import require_tensorboard
    from core.lab.training.options import FEW_PEOPLE, INVENTED, MOST_EPOCHS, TrainingOptions, epochs_for
    from core.lab.training.processes import joined

    architecture = scratch or "small"
    if architecture not in ARCHITECTURES:
        raise typer.BadParameter(f"there is no architecture {architecture!r}: choose one of {', '.join(ARCHITECTURES)}")
    try:
        options = TrainingOptions(
            loss=loss, margin=margin, epochs=MOST_EPOCHS if epochs is None else epochs,
            rate=(1e-4 if start else 3e-3) if rate is None else rate,
            people=people, pictures=pictures, invent=invent or 0, seed=seed,
            patience=patience, freeze_norm=freeze_norm, weight_decay=weight_decay, augment=augment, keep=keep,
            metric=metric or ("cosine" if start else "learned"), blend=blend,
        )  # fmt: skip
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error
    begin = Checkpoint.load(start) if start else architecture
    require_tensorboard(logs)
    _check_places(out, logs, start, overwrite=overwrite, resume=resume, resumable=architecture != EIGENFACES)
    with joined() as processes:
        faces = training_faces(folder, part, degrade, variants, validate, seed, processes, keep_faces)
        if invent is None and not start and faces.learned.people < FEW_PEOPLE:
            options = replace(options, invent=INVENTED)
        if epochs is None:
            options = replace(options, epochs=epochs_for(len(faces.learned) * (1 + options.invent)))
        try:
            checkpoint = _trained(faces, out, options, begin, resume, logs)
        except ValueError as error:
            raise PhotoError(f"{folder} can't be trained on: {error}.") from error
    if checkpoint:
        _tell(checkpoint, faces, out, json)


@train.command()
def metric(
    folder: PeopleFolder,
    out: Out,
    encoder: EncoderFile = None,
    kind: Annotated[
        str,
        typer.Option(
            help="learned (a Mahalanobis distance, by gradient descent on pairs), whitened (a cosine that gives less "
            "weight to what differs between pictures of one person) or blind (the encoder's own cosine, made blind to "
            "masks, dark glasses, shadow and noise)."
        ),
    ] = "learned",
    validate: Validate = None,
    degrade: Degrade = None,
    variants: Variants = 1,
    seed: Seed = 0,
    part: Part = None,
    overwrite: Overwrite = False,
    keep_faces: KeepFaces = False,
    gallery: UnusedGallery = None,
    json: AsJson = False,
) -> None:
    """Learn a metric for an encoder's embeddings; the encoder's weights don't change."""
    del gallery
    from core.encoder.checkpoint import Checkpoint
    from core.encoder.encoder import Encoder
    from core.encoder.shipped import DEFAULT_ENCODER
    from core.lab.dataset.face_set import join
    from core.lab.evaluation.calibration import calibrate
    from core.lab.evaluation.people import embed_faces
    from core.lab.training.metric_learning import learn_metric
    from core.lab.training.nuisance import learn_blind_cosine
    from core.lab.training.processes import joined
    from core.lab.training.whitening import whitened_cosine
    from core.system.output import check_output

    if kind not in ("learned", "whitened", "blind"):
        raise typer.BadParameter(f"there is no kind {kind!r}: choose learned, whitened or blind")
    used = Encoder(encoder)
    check_output(out, overwrite=overwrite, inputs=[encoder or DEFAULT_ENCODER])
    with joined() as processes:
        faces = training_faces(folder, part, degrade, variants, validate, seed, processes, keep_faces)
    with progress("Embedding") as report:
        learned = embed_faces(join((faces.learned, *faces.degraded)), used, report)
        validation = embed_faces(faces.validation, used)
    with progress("Learning") as report:
        try:
            if kind == "whitened":
                result = whitened_cosine(learned, validation)
            elif kind == "blind":
                result = learn_blind_cosine(used, faces.learned, validation, seed, report)
            else:
                result = learn_metric(learned, validation, seed=seed, progress=report)
        except ValueError as error:
            raise PhotoError(f"{folder} can't be learned from: {error}.") from error
    curve = calibrate(validation, used.id, result.metric, least_people=2)
    about = used.checkpoint.about | {"metric": result.about() | {"seed": seed, "training": learned.people}}
    checkpoint = Checkpoint(used.checkpoint.architecture, used.checkpoint.weights, curve, result.history, about)
    checkpoint.save(out)
    if json:
        told = {"file": str(out), "encoder": checkpoint.id, "metric": curve.metric.id, "reach": reach_record(curve)}
        print_json(told | result.about())
        return
    shown = {"Euclid": result.before, kind: result.best}
    title = f"{learned.people} people learned, {validation.people} others validated"
    print_table(
        title,
        ["metric", "EER", "one-shot"],
        [[name, f"{of.eer:.2%}", f"{of.one_shot:.2%}"] for name, of in shown.items()],
    )
    tell_reach(curve)
    print(f"Saved as {out}. Use it with --encoder {out}.")


@train.command()
def mean(
    files: Annotated[
        list[Path],
        typer.Argument(
            parser=encoder_file,
            metavar="FILE",
            help="Checkpoints trained from the same weights; also published or webcam, which ship.",
        ),
    ],
    out: Out,
    share: Annotated[
        list[float] | None,
        typer.Option(
            metavar="S", help="Share of a checkpoint; repeat it for each, in order. By default all are equal."
        ),
    ] = None,
    half: Annotated[
        bool, typer.Option("--half", help="Store kernels as float16, for a file of half the size.")
    ] = False,
    overwrite: Overwrite = False,
    gallery: UnusedGallery = None,
    json: AsJson = False,
) -> None:
    """Average the weights of several fine-tuned encoders, and optionally of the one they started from."""
    del gallery
    from core.encoder.checkpoint import Checkpoint
    from core.lab.training.mean import mean_of
    from core.system.output import check_output

    check_output(out, overwrite=overwrite, inputs=files)
    try:
        checkpoint = mean_of([Checkpoint.load(file) for file in files], share or [1.0] * len(files), half=half)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--share") from error
    checkpoint.save(out)
    if json:
        print_json({"file": str(out), "encoder": checkpoint.id} | checkpoint.about)
        return
    print(f"Saved as {out}. It has no impostor curve yet: make one with `firstsight calibrate DIR --encoder {out}`.")


def _check_places(
    out: Path, logs: Path | None, start: Path | None, *, overwrite: bool, resume: bool, resumable: bool
) -> None:
    """Checks before the training that its files can be written.

    A training that continues an interrupted one may replace its checkpoint; whether the options are the same is checked
    when the resume file is read. Logs are added to existing ones.
    """
    from core.lab.training.trainer import resume_file
    from core.system.output import check_output, check_output_folder

    going_on = False
    if resumable:
        check_output(resume_file(out), overwrite=True)
        going_on = resume and resume_file(out).is_file()
    check_output(out, overwrite=overwrite or going_on, inputs=[start] if start else [])
    if logs:
        check_output_folder(logs, "events", overwrite=True)


def _trained(
    faces: TrainingFaces,
    out: Path,
    options: "TrainingOptions",
    start: "Checkpoint | str",
    resume: bool,
    logs: Path | None,
) -> "Checkpoint | None":
    from core.lab.training.outcome import fitted_eigenfaces
    from core.lab.training.trainer import train as learn

    if start == "eigenfaces":
        checkpoint = fitted_eigenfaces(faces.learned, faces.validation)
        checkpoint.save(out)
        return checkpoint
    with progress("Training") as report:
        return learn(
            faces.learned,
            faces.validation,
            out,
            options,
            start=start,
            resume=resume,
            logs=logs,
            degraded=faces.degraded,
            progress=lambda done, total, _figures: report(done, total),
        )


def _tell(checkpoint: "Checkpoint", faces: TrainingFaces, out: Path, json: bool) -> None:
    about: dict[str, Any] = checkpoint.about
    assert checkpoint.curve is not None, "every training measures a curve"
    if json:
        told = {"file": str(out), "encoder": checkpoint.id, "reach": reach_record(checkpoint.curve)}
        print_json(told | about)
        return
    shown = [(when, about[when]) for when in ("before", "best") if when in about]
    rows = [[when, f"{int(of['epoch'])}", f"{of['eer']:.2%}", f"{of['one_shot']:.2%}"] for when, of in shown]
    title = (
        f"{faces.learned.people} people learned, {faces.validation.people} others validated; ended: {about['ended']}"
    )
    if "metric" in about:
        learned = about["metric"]["best"]
        rows.append(["learned metric", "", f"{learned['eer']:.2%}", f"{learned['one_shot']:.2%}"])
    print_table(title, ["", "epoch", "EER", "one-shot"], rows)
    tell_reach(checkpoint.curve)
    print(f"Saved as {out}. Use it with --encoder {out}.")
