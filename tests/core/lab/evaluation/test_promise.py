"""Whether the promise holds among people who are alike: made-up sets whose statistics are known, and real ones."""

import dataclasses
import tarfile
from pathlib import Path

import numpy as np
import pytest

from core.encoder.encoder import Encoder
from core.errors import PhotoError
from core.lab.dataset.loading import load_faces
from core.lab.evaluation.calibration import calibrate
from core.lab.evaluation.people import LabelledFaces, embed_faces
from core.lab.evaluation.plot_style import DARK, LIGHT
from core.lab.evaluation.promise import PromiseTrial, by_group, promise, read_groups
from core.lab.evaluation.promise_plot import promise_figure
from core.matching.curve import ImpostorCurve


def population(people: int, alike: float, seed: int, pictures: int = 3) -> LabelledFaces:
    """People with a direction in common: `alike` of it for each of a person's own."""
    random = np.random.default_rng(seed)
    common = random.normal(size=128)
    names = [f"{person:03}" for person in range(people) for _ in range(pictures)]
    own = np.repeat(random.normal(size=(people, 128)), pictures, axis=0)
    embeddings = alike * common + own + 0.5 * random.normal(size=own.shape)
    return LabelledFaces(f"set {seed}", np.array(names), embeddings.astype(np.float32))


@pytest.fixture(scope="module")
def curve() -> ImpostorCurve:
    return calibrate(population(400, 0.0, 0), "e")


def kind(trials: tuple[PromiseTrial, ...], enrolled: int, seen: int) -> PromiseTrial:
    (trial,) = (trial for trial in trials if (trial.enrolled, trial.seen) == (enrolled, seen))
    return trial


def test_people_who_are_alike_are_named_before_and_not_after(curve: ImpostorCurve) -> None:
    result = promise(population(60, 0.4, 1), curve, draws=20)
    assert result.people == 60
    assert [(trial.enrolled, trial.seen) for trial in result.trials] == [
        (n, s) for n in (1, 3, 10, 30) for s in (0, 3, 10, 30) if n + s <= 55
    ]
    known = kind(result.trials, 10, 10)
    assert known.before.named > 0.08
    assert known.named <= 0.02
    low, high = known.named_interval
    assert low <= known.named <= high
    assert known.found is not None
    assert known.found_at_same_rate is not None
    assert known.found >= known.found_at_same_rate - 0.01
    nobody = kind(result.trials, 1, 0)
    assert nobody.named <= 0.02
    assert nobody.threshold > kind(result.trials, 1, 30).threshold


def test_in_a_mixed_crowd_nothing_is_lost(curve: ImpostorCurve) -> None:
    known = kind(promise(population(70, 0.0, 2), curve, draws=20).trials, 30, 30)
    assert known.named <= 0.015
    assert known.found is not None
    assert known.before.found is not None
    assert known.found >= known.before.found - 0.01


def test_each_rate_has_its_trials_and_a_seed_its_result(curve: ImpostorCurve) -> None:
    faces = population(20, 0.3, 3)
    result = promise(faces, curve, [0.1, 0.01], draws=4, seed=5)
    assert {trial.asked for trial in result.trials} == {0.1, 0.01}
    for loose, strict in zip(result.trials[::2], result.trials[1::2], strict=True):
        assert loose.named >= strict.named
    assert result == promise(faces, curve, [0.1, 0.01], draws=4, seed=5)


def test_without_other_pictures_nobody_can_be_found(curve: ImpostorCurve) -> None:
    for trial in promise(population(12, 0.3, 3, pictures=1), curve, draws=2).trials:
        assert trial.found is trial.before.found is trial.found_at_same_rate is None


def test_a_set_of_few_people_is_refused(curve: ImpostorCurve) -> None:
    with pytest.raises(PhotoError, match="5 people with a usable picture, and at least 6"):
        promise(population(5, 0.3, 3), curve)


def test_groups_are_sets(tmp_path: Path) -> None:
    (tmp_path / "groups.csv").write_text("person,group,more\n000,a,x\n001,a,\n002,b,\n003,,\nnobody,c,\n000,b,\n")
    groups = read_groups(tmp_path / "groups.csv")
    sets = by_group(population(5, 0, 0), groups)
    assert [(each.folder, each.people) for each in sets] == [("set 0: a", 2), ("set 0: b", 2)]
    (tmp_path / "other.csv").write_text("name,sex\nAda,f\n")
    with pytest.raises(PhotoError, match="person and group"):
        read_groups(tmp_path / "other.csv")
    with pytest.raises(PhotoError, match=r"can't be read \(No such file"):
        read_groups(tmp_path / "none.csv")


def test_the_figure_draws_every_set(curve: ImpostorCurve) -> None:
    results = [
        dataclasses.replace(promise(population(people, 0.3, 3), curve, [0.1, 0.01], draws=2), set=f"_{people} $x$")
        for people in (9, 20)
    ]
    for theme in (LIGHT, DARK):
        drawn = promise_figure(results, theme)
        assert len(drawn.axes) == 2 * 3
        assert [axes.get_title() for axes in drawn.axes[:3]] == ["1 enrolled", "3 enrolled", "10 enrolled"]


@pytest.mark.slow
@pytest.mark.parametrize("name", ["yale", "umist", "bollywood100"])
def test_the_promise_on_real_populations(shared: Path, tmp_path: Path, name: str) -> None:
    """At 1 % asked, among populations whose strangers a mixed crowd's threshold names by up to a quarter."""
    with tarfile.open(shared / "data" / "populations.tar") as archive:
        wanted = [member for member in archive.getmembers() if member.name.startswith(f"{name}/")]
        archive.extractall(tmp_path, wanted, filter="data")
    encoder = Encoder()
    result = promise(embed_faces(load_faces(tmp_path / name), encoder), encoder.curve, draws=100)
    for trial in result.trials:
        assert trial.before.named > 0.03
        assert trial.named < trial.before.named / 3
        if trial.enrolled + trial.seen >= 10:
            assert trial.named <= 0.02
            assert trial.found is not None
            assert trial.found_at_same_rate is not None
            assert trial.found >= trial.found_at_same_rate - 0.05
