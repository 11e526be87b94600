"""The lesson's figures show what the program computes, and are written as pictures."""

from pathlib import Path

import numpy as np
import pytest
from matplotlib.figure import Figure
from PIL import Image

from core.encoder.checkpoint import Checkpoint
from core.encoder.encoder import Encoder
from core.encoder.shipped import PUBLISHED
from core.errors import ModelError, OutputError, PhotoError
from core.lab.dataset.face_set import FaceSet
from core.lab.dataset.split import split_people
from core.lab.evaluation.plot_style import LIGHT, Drawing
from core.lab.figure_file import write_figure
from core.lab.lesson import contrastive, ellipse, neighbours, pairs, siamese, threshold, tradeoff, triplet, ways
from core.lab.lesson.catalogue import CATALOGUE
from core.lab.lesson.figures import OF_ENCODER, OF_FACES, PLAIN
from core.lab.lesson.plane import REACH, as_embeddings, plane_metric
from core.lab.lesson.unseen import seen, unseen
from core.lab.training.losses import LOSSES
from core.lab.training.options import TrainingOptions
from core.lab.training.trainer import train
from core.matching.threshold import threshold_for
from core.matching.vectors import mahalanobis_distance
from tests.core.lab.training.faces import pattern_faces


@pytest.fixture(scope="module")
def faces() -> FaceSet:
    return pattern_faces(people=8)


@pytest.fixture(scope="module")
def trained(faces: FaceSet, tmp_path_factory: pytest.TempPathFactory) -> Checkpoint:
    """An encoder trained for one epoch on six of eight people; the other two are held out, chosen by the seed."""
    learned, validation = split_people(faces, 2)
    file = tmp_path_factory.mktemp("trained") / "small.safetensors"
    checkpoint = train(learned, validation, file, TrainingOptions(epochs=1, people=4, pictures=2))
    assert checkpoint is not None
    return checkpoint


def texts(drawing: Drawing) -> str:
    drawn = drawing(LIGHT)
    assert isinstance(drawn, Figure)
    return "\n".join(axes.get_title(loc=place) for axes in drawn.axes for place in ("left", "right"))


def test_every_figure_of_the_catalogue_is_drawn_by_one_maker() -> None:
    assert sorted([*PLAIN, *OF_ENCODER, *OF_FACES, "pairs"]) == sorted(CATALOGUE)
    assert all(not CATALOGUE[name].folder and not CATALOGUE[name].encoder for name in PLAIN)
    assert all(CATALOGUE[name].encoder and not CATALOGUE[name].folder for name in OF_ENCODER)
    assert all(CATALOGUE[name].encoder and CATALOGUE[name].folder for name in OF_FACES)


def test_cores_metric_gives_the_distances_of_the_plane() -> None:
    random = np.random.default_rng(0)
    points, weight = random.normal(size=(20, 2)), random.normal(size=(2, 2))
    embeddings = as_embeddings(points)
    assert np.linalg.norm(embeddings, axis=1) == pytest.approx(1)
    for metric, linear in ((plane_metric(), np.eye(2)), (plane_metric(weight), weight)):
        wanted = np.linalg.norm((points[:, None] - points[None]) @ linear.T, axis=2)
        assert metric.distance(embeddings, embeddings) == pytest.approx(wanted, abs=2e-2)
    with pytest.raises(ValueError, match="origin"):
        as_embeddings(np.array([[REACH, 1.0]]))


def test_neighbours_names_by_the_nearest_vote() -> None:
    points, person = neighbours.pictures()
    order = np.argsort(np.linalg.norm(points - neighbours.PROBE, axis=1))
    gallery = neighbours.index()
    one, five, weighted = (neighbours.vote(gallery, *how) for how in neighbours.VOTES)
    assert one.voters == tuple(order[:1])
    assert five.voters == weighted.voters == tuple(order[:5])
    # The point of the figure: with k = 1 the stray picture decides, with k = 5 it is outvoted.
    assert person[order[0]] == one.elected == 0
    assert five.elected == weighted.elected == 1
    assert five.weights == (1.0,) * 5
    distances = np.linalg.norm(points[order[:5]] - neighbours.PROBE, axis=1)
    assert weighted.weights == pytest.approx((1 / distances).tolist(), rel=0.02)
    assert set(np.unique(one.regions)) == {0, 1}


def test_the_ellipse_is_all_points_at_one_mahalanobis_distance_and_a_circle_after_w() -> None:
    example = ellipse.example()
    assert example.weight.T @ example.weight == pytest.approx(example.matrix)
    for distance in ellipse.RINGS:
        curve = ellipse.ring(example.weight, example.probe, distance)
        assert mahalanobis_distance(curve, example.probe, example.matrix) == pytest.approx(distance)
        after = np.linalg.norm((curve - example.probe) @ example.weight.T, axis=1)
        assert after == pytest.approx(distance)
    axes = np.linalg.eigvalsh(example.matrix)
    assert axes[1] / axes[0] > 4


def test_the_two_metrics_find_different_neighbours_like_a_plain_loop() -> None:
    example = ellipse.example()
    matrices = (np.eye(2), example.matrix)
    nearest = []
    for matrix, weight in zip(matrices, (np.eye(2), example.weight), strict=True):
        distances = mahalanobis_distance(example.points, example.probe, matrix)
        row, distance = example.nearest(weight)
        assert row == int(np.argmin(distances))
        assert distance == pytest.approx(float(distances[row]), abs=0.01)
        nearest.append(ellipse.PEOPLE[example.person[row]])
    assert nearest == ["Ben", "Ada"]


@pytest.mark.parametrize("squared", [False, True])
def test_contrastive_shows_the_margin_and_the_dead_zone(squared: bool) -> None:
    curves = contrastive.loss_curves(squared)
    power = 2 if squared else 1
    assert curves.margin == LOSSES["contrastive"].margin == 1
    assert curves.same == pytest.approx(curves.distances**power, abs=1e-6)
    assert curves.different == pytest.approx(np.maximum(0, 1 - curves.distances) ** power, abs=1e-6)
    assert not curves.different[curves.distances >= curves.margin].any()


def test_triplet_shows_the_formula_in_its_title() -> None:
    curve = triplet.triplet_curve()
    wanted = np.maximum(0, triplet.POSITIVE - curve.negatives + curve.margin)
    assert curve.losses == pytest.approx(wanted, abs=1e-5)


def test_siamese_counts_the_weights_of_the_encoder() -> None:
    checkpoint = Checkpoint.load(PUBLISHED)
    counted = sum(t.size for name, t in checkpoint.weights.items() if "running" not in name and "num_" not in name)
    shown = siamese.arrangement(checkpoint)
    assert (shown.architecture, shown.weights, shown.metric) == ("sface", counted, "centred cosine")


def test_the_threshold_follows_from_the_curve_and_a_fixed_one_breaks_the_promise() -> None:
    curve = Checkpoint.load(PUBLISHED).curve
    assert curve is not None
    shown = threshold.growing_threshold(curve)
    assert (shown.sizes[0], shown.sizes[-1]) == (1, threshold.LARGEST)
    for row, rate in enumerate(threshold.RATES):
        wanted = [threshold_for(curve, rate, int(size)).similarity for size in shown.sizes]
        assert shown.thresholds[row].tolist() == wanted
        for size, at in zip(shown.sizes[::30], wanted[::30], strict=True):
            assert threshold.strangers_named(curve, at, int(size)) == pytest.approx(rate, rel=0.01)
    assert (np.diff(shown.thresholds) > 0).all()
    for size, named in zip(threshold.FIXED_FOR, shown.named, strict=True):
        assert np.interp(size, shown.sizes, named) == pytest.approx(threshold.RATES[0], rel=0.05)
        assert named[-1] > 0.99


def test_pairs_compares_with_the_network_before_training(faces: FaceSet, trained: Checkpoint) -> None:
    before, again = pairs.untrained(trained), pairs.untrained(trained)
    assert before.id == again.id != trained.id
    # Epoch 0 in the history is of this same network.
    new = unseen(faces, trained)
    assert pairs.pair_distances(new, before).eer == pytest.approx(trained.about["before"]["eer"], abs=1e-6)
    shown = pairs.pair_distances(new, trained)
    assert len(shown.mated) == 2 * 6
    assert len(shown.non_mated) == 4 * 4
    assert pairs.margin_of(trained) == 1
    told = texts(pairs.drawing(faces, trained))
    assert "6 people it was trained on" in told
    assert "2 people it has never seen" in told


def test_pairs_trains_a_network_if_no_encoder_is_given(faces: FaceSet, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pairs, "EPOCHS", 1)
    told: list[tuple[int, int]] = []
    checkpoint = pairs.trained(faces, lambda done, total: told.append((done, total)))
    assert told[-1][0] == told[-1][1]
    assert "2 people it has never seen" in texts(pairs.drawing(faces, checkpoint))


def test_who_was_trained_on_and_who_was_not(faces: FaceSet, trained: Checkpoint) -> None:
    learned, new = seen(faces, trained), unseen(faces, trained)
    assert learned is not None
    assert learned.people == 6
    assert set(learned.names) | set(new.names) == set(faces.names)
    assert not set(learned.names) & set(new.names)
    elsewhere = FaceSet("elsewhere", faces.names, faces.files, faces.crops)
    assert seen(elsewhere, trained) is None
    assert unseen(elsewhere, trained) is elsewhere
    with pytest.raises(PhotoError, match="6 and validated on 2 people"):
        unseen(pattern_faces(people=9), trained)


def test_an_encoder_of_unknown_origin_has_no_before() -> None:
    with pytest.raises(ModelError, match="trained from"):
        pairs.untrained(Checkpoint.load(PUBLISHED))


def test_tradeoff_and_ways_show_unseen_people_only(faces: FaceSet, trained: Checkpoint) -> None:
    encoder = Encoder(trained)
    shown = tradeoff.trade_off(faces, encoder)
    assert shown.of.startswith("2 people, 12 mated and 16 non-mated")
    assert 0 <= shown.eer <= 1
    assert (np.diff(shown.points.fmr) >= 0).all()
    assert [result.ways for result in ways.accuracies(faces, encoder)] == [2]
    everybody = ways.accuracies(FaceSet("elsewhere", faces.names, faces.files, faces.crops), encoder)
    assert [result.ways for result in everybody] == list(range(2, 9))


@pytest.mark.parametrize("name", OF_FACES)
def test_a_folder_without_pairs_is_refused(trained: Checkpoint, name: str) -> None:
    faces = pattern_faces(people=3, pictures=1)
    with pytest.raises(PhotoError, match="two people with two pictures"):
        OF_FACES[name](FaceSet("elsewhere", faces.names, faces.files, faces.crops), Encoder(trained))


@pytest.mark.parametrize("name", PLAIN)
def test_a_figure_is_a_picture_and_the_same_bytes_each_time(name: str, tmp_path: Path) -> None:
    first, second = PLAIN[name](), PLAIN[name]()
    write_figure(first, tmp_path / "new" / "one.svg")
    write_figure(second, tmp_path / "new" / "two.svg")
    write_figure(first, tmp_path / "one.PNG")
    vector = (tmp_path / "new" / "one.svg").read_bytes()
    assert vector == (tmp_path / "new" / "two.svg").read_bytes()
    assert b"<svg" in vector
    assert np.asarray(Image.open(tmp_path / "one.PNG").convert("L")).std() > 10


def test_a_file_that_can_not_be_written_is_reported(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(OutputError, match="can't be written"):
        write_figure(PLAIN["triplet"](), tmp_path / "file" / "a.png")
    with pytest.raises(ValueError, match=r"\.svg or \.png"):
        write_figure(PLAIN["triplet"](), tmp_path / "a.gif")
