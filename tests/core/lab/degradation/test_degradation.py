"""Each degradation changes a picture as described, no more, and in the same way for the same seed."""

from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.faces.detector import FaceDetector
from core.faces.photo_search import faces_in_photo
from core.lab.degradation.conditions import CONDITIONS, FAMILIES, condition, degrading
from core.lab.degradation.contact_sheet import contact_sheet
from core.lab.degradation.steps import (
    Chain,
    ColourCast,
    Degradation,
    FaceWidth,
    GaussianBlur,
    Jpeg,
    Light,
    MotionBlur,
    Noise,
    Occlusion,
    Sometimes,
    for_picture,
)
from core.pictures.reading import read_picture
from core.types import Box, Image

EVERY = [(name, None) for name in CONDITIONS] + [
    (name, value) for name, family in FAMILIES.items() for value in family.values
]
WEBCAM = CONDITIONS["webcam"]

Portrait = tuple[Image, Box]


@pytest.fixture(scope="module", params=["eileen_collins.png", "grace_hopper.jpg"])
def portrait(request: pytest.FixtureRequest, portraits: Path) -> Portrait:
    image = read_picture(portraits / request.param)
    return image, faces_in_photo(FaceDetector(), image)[0].box


def degraded(step: Degradation, portrait: Portrait, seed: int = 0) -> Image:
    return step(*portrait, np.random.default_rng(seed))[0]


def plain(value: int) -> Portrait:
    return np.full((90, 120, 3), value, np.uint8), (30.0, 20.0, 50.0, 60.0)


def sharpness(image: Image) -> float:
    return float(cv2.Laplacian(image, cv2.CV_64F).var())


@pytest.mark.parametrize(("name", "value"), EVERY)
def test_every_condition_gives_a_new_picture_the_same_for_the_same_seed(
    portrait: Portrait, name: str, value: float | None
) -> None:
    image, box = portrait
    before = image.copy()
    image.flags.writeable = False
    results = [condition(name, value)(image, box, for_picture(3, "somebody/1.jpg")) for _ in range(2)]
    assert np.array_equal(image, before)
    assert results[0][0].tobytes() == results[1][0].tobytes()
    assert results[0][1] == results[1][1]
    assert results[0][0].dtype == np.uint8
    assert results[0][0].shape[2] == 3
    assert results[0][0].shape != image.shape or not np.array_equal(results[0][0], image)


@pytest.mark.parametrize("name", ["webcam", "motion", "noise", "occlusion"])
def test_another_seed_gives_another_picture(portrait: Portrait, name: str) -> None:
    step = condition(name, FAMILIES[name].values[-1] if name in FAMILIES else None)
    assert degraded(step, portrait, 1).tobytes() != degraded(step, portrait, 2).tobytes()


@settings(max_examples=40)
@given(
    size=st.tuples(st.integers(20, 90), st.integers(20, 90)),
    box=st.tuples(st.floats(-9, 9), st.floats(-9, 9), st.floats(15, 90), st.floats(15, 90)),
    name=st.sampled_from(EVERY),
    seed=st.integers(0, 2**32),
)
def test_any_picture_and_box_is_accepted(
    size: tuple[int, int], box: Box, name: tuple[str, float | None], seed: int
) -> None:
    image = np.random.default_rng(seed).integers(0, 256, (*size, 3), np.uint8)
    before = image.copy()
    result, where = condition(*name)(image, box, np.random.default_rng(seed))
    assert np.array_equal(image, before)
    assert not np.shares_memory(image, result)
    assert result.dtype == np.uint8
    scale = where[2] / box[2]
    assert where == pytest.approx([side * scale for side in box])
    assert result.shape[:2] == pytest.approx([side * scale for side in size], abs=0.51)


@pytest.mark.parametrize("width", [16, 48, 96, 300])
def test_the_box_still_frames_the_face_when_the_picture_is_scaled(portrait: Portrait, width: float) -> None:
    image, box = FaceWidth((width, width))(*portrait, np.random.default_rng(0))
    assert box[2] == pytest.approx(width)
    if width > 40:
        found = faces_in_photo(FaceDetector(), image)[0].box
        assert found == pytest.approx(box, abs=width / 10)


def test_scaling_is_exact_to_a_fraction_of_a_pixel() -> None:
    ramp = np.repeat(np.tile(np.arange(250, dtype=np.uint8), (250, 1))[..., None], 3, 2)
    image, box = FaceWidth((36.9, 36.9))(ramp, (80, 80, 90, 100), np.random.default_rng(0))
    # A value of the ramp is the position, between pixel centres, that it came from.
    edges = np.interp([box[0] - 0.5, box[0] + box[2] - 0.5], np.arange(image.shape[1]), image[40, :, 0])
    assert edges == pytest.approx([79.5, 169.5], abs=0.6)


def test_webcam_is_as_described(portrait: Portrait) -> None:
    described = Chain(
        (
            FaceWidth((24, 48)),
            Sometimes(0.5, GaussianBlur((0.8, 0.8), kernel=3)),
            Light((0.35, 1.2)),
            Noise((6, 6)),
            Jpeg((30, 70)),
        )
    )
    assert described == WEBCAM
    widths = [WEBCAM(*portrait, np.random.default_rng(seed))[1][2] for seed in range(60)]
    assert 24 <= min(widths) < 28
    assert 44 < max(widths) <= 48


@pytest.mark.parametrize("factor", [0.2, 0.35, 0.5, 0.75])
def test_light_scales_every_value(portrait: Portrait, factor: float) -> None:
    expected = portrait[0].astype(float) * factor
    assert np.abs(degraded(condition("light", factor), portrait) - expected).max() <= 0.51


def test_too_much_light_stops_at_white(portrait: Portrait) -> None:
    brighter = degraded(Light((2, 2)), portrait)
    assert np.array_equal(brighter, np.minimum(portrait[0].astype(int) * 2, 255))


@given(low=st.floats(0.2, 0.9), more=st.floats(0, 0.5), seed=st.integers(0, 2**32))
def test_light_is_drawn_within_its_range(low: float, more: float, seed: int) -> None:
    result = degraded(Light((low, low + more)), plain(100), seed)
    assert low * 100 - 0.51 <= result.mean() <= (low + more) * 100 + 0.51


def test_a_colour_cast_changes_blue_against_red() -> None:
    warm = degraded(condition("colour", 0.4), plain(100))
    assert warm[0, 0].tolist() == [60, 100, 140]
    assert degraded(condition("colour", -0.4), plain(100))[0, 0].tolist() == [140, 100, 60]
    gains = ((0.5, 0.6), (0.9, 1.0), (1.2, 1.3))
    assert [low * 10 for low, _ in gains] <= degraded(ColourCast(gains), plain(10))[0, 0].tolist()


@pytest.mark.parametrize("sigma", [3.0, 6.0, 25.0])
def test_noise_has_its_sigma_and_each_channel_its_own(sigma: float) -> None:
    noise = degraded(Noise((sigma, sigma)), plain(128)).astype(float) - 128
    assert noise.std() == pytest.approx(sigma, rel=0.03)
    assert abs(noise.mean()) < sigma / 20
    between_channels = np.corrcoef(noise.reshape(-1, 3).T)[np.triu_indices(3, 1)]
    assert np.abs(between_channels).max() < 0.05


def test_jpeg_is_lossy_and_lossier_at_lower_quality(portrait: Portrait) -> None:
    losses = [
        np.abs(degraded(condition("jpeg", quality), portrait).astype(int) - portrait[0]).mean()
        for quality in FAMILIES["jpeg"].values
    ]
    assert losses[0] > 0
    assert losses == sorted(losses)
    assert losses[-1] < 20


def test_jpeg_draws_both_ends_of_its_range(portrait: Portrait) -> None:
    small = FaceWidth((24, 24))(*portrait, np.random.default_rng(0))
    either = {degraded(Jpeg((50, 51)), small, seed).tobytes() for seed in range(20)}
    assert either == {degraded(Jpeg((quality, quality)), small).tobytes() for quality in (50, 51)}


@pytest.mark.parametrize("name", ["blur", "motion", "size"])
def test_stronger_is_less_sharp(portrait: Portrait, name: str) -> None:
    back = FaceWidth((portrait[1][2], portrait[1][2]))

    def shown(value: float) -> Image:
        return degraded(Chain((condition(name, value), back)), portrait)

    sharp = [sharpness(shown(value)) for value in FAMILIES[name].values]
    assert sharp == sorted(sharp, reverse=True)
    assert sharp[-1] < sharp[0] / 2


def test_the_standard_blur_is_three_by_three() -> None:
    image, box = plain(0)
    image[45, 60] = 255
    spread = degraded(GaussianBlur((0.8, 0.8), kernel=3), (image, box))[..., 0]
    weights = np.exp(-0.5 / 0.8**2) ** np.array([1, 0, 1])
    weights /= weights.sum()
    assert np.abs(spread[44:47, 59:62] - 255 * np.outer(weights, weights)).max() < 1.5
    assert np.count_nonzero(spread) == 9


def test_blur_is_relative_to_the_face() -> None:
    image, _ = plain(0)
    image[45, 60] = 255
    near = degraded(condition("blur", 2), (image, (0, 0, 112, 112)))
    assert np.array_equal(near, degraded(GaussianBlur((2, 2)), (image, (0, 0, 112, 112))))
    far = degraded(condition("blur", 2), (image, (0, 0, 56, 56)))
    assert np.array_equal(far, degraded(GaussianBlur((1, 1)), (image, (0, 0, 56, 56))))


@pytest.mark.parametrize("angle", [0, 30, 90, 135])
def test_motion_blurs_along_its_direction_and_keeps_the_brightness(angle: float) -> None:
    image, box = plain(0)
    image[45, 60] = 255
    smeared = degraded(MotionBlur((12, 12), (angle, angle)), (image, box))[..., 0].astype(float)
    rows, columns = np.nonzero(smeared)
    along = (columns - 60) * np.cos(np.radians(angle)) + (rows - 45) * np.sin(np.radians(angle))
    across = (rows - 45) * np.cos(np.radians(angle)) - (columns - 60) * np.sin(np.radians(angle))
    assert smeared.sum() == pytest.approx(255, rel=0.1)
    assert np.abs(across).max() < 1.5
    assert 5 <= -along.min() <= 7.5
    assert 5 <= along.max() <= 7.5


@given(share=st.floats(0.03, 0.75), seed=st.integers(0, 2**32))
def test_an_occlusion_hides_its_share_of_the_face_and_nothing_else(share: float, seed: int) -> None:
    image = np.zeros((240, 300, 3), np.uint8)
    hidden = (degraded(Occlusion((share, share)), (image, (50, 30, 160, 180)), seed) > 0).any(axis=2)
    assert hidden.sum() == pytest.approx(share * 160 * 180, rel=0.05, abs=40)
    assert hidden[30:210, 50:210].sum() == hidden.sum()


def test_a_face_beyond_the_border_is_hidden_where_it_is_seen() -> None:
    image = np.zeros((60, 60, 3), np.uint8)
    hidden = degraded(Occlusion((0.75, 0.75)), (image, (-30, -30, 60, 60)))
    assert hidden[:20, :20].any()
    assert not hidden[31:].any()


def test_sometimes_is_applied_with_its_probability() -> None:
    step = Sometimes(0.3, Light((0, 0)))
    rng = np.random.default_rng(0)
    dark = sum(not step(*plain(9), rng)[0].any() for _ in range(1000))
    assert 250 < dark < 350
    assert degraded(Sometimes(0, Light((0, 0))), plain(9)).all()
    assert not degraded(Sometimes(1, Light((0, 0))), plain(9)).any()


def test_a_chain_takes_its_steps_in_order() -> None:
    assert degraded(Chain((Light((2, 2)), Light((0.5, 0.5)))), plain(200)).max() == 128
    assert degraded(Chain((Light((0.5, 0.5)), Light((2, 2)))), plain(200)).max() == 200
    image, box = plain(7)
    same, where = Chain(())(image, box, np.random.default_rng(0))
    assert np.array_equal(same, image)
    assert where == box
    assert not np.shares_memory(same, image)


@pytest.mark.parametrize(("name", "value"), [("fog", None), ("fog", 3.0), ("blur", None), ("webcam", 2.0)])
def test_an_unknown_condition_is_refused_with_a_list_of_the_known_ones(name: str, value: float | None) -> None:
    with pytest.raises(ValueError, match=f"no condition '{name}'.*webcam.*size, blur, motion.*occlusion$"):
        condition(name, value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *[("size", 0), ("size", float("inf")), ("blur", 0), ("motion", -1), ("light", -0.1), ("light", float("nan"))],
        *[("colour", 1.5), ("noise", -1), ("jpeg", 0), ("jpeg", 101), ("occlusion", 0.9)],
    ],
)
def test_a_value_out_of_range_is_refused_before_any_picture(name: str, value: float) -> None:
    with pytest.raises(ValueError, match=r"must lie between .* and "):
        condition(name, value)


def test_a_box_without_width_is_refused() -> None:
    with pytest.raises(ValueError, match="width above 0"):
        degraded(FaceWidth((24, 48)), (plain(0)[0], (10, 10, 0, 20)))


def test_a_pictures_generator_depends_on_seed_and_name_alone() -> None:
    names = [f"person_{number}/{number}.jpg" for number in range(50)]
    first = {(seed, name): for_picture(seed, name).integers(2**62) for seed in (0, 1) for name in names}
    assert len(set(first.values())) == 100
    assert all(for_picture(*key).integers(2**62) == value for key, value in reversed(first.items()))
    assert for_picture(0, "Jose\u0301/1.jpg").random() == for_picture(0, "Jos\u00e9/1.jpg").random()


def test_a_pictures_generator_is_the_same_on_every_machine() -> None:
    assert for_picture(7, "a/b.jpg").bit_generator.random_raw() == 14014640238525765753


def test_every_condition_has_its_own_repr() -> None:
    written = {repr(condition(name, value)) for name, value in EVERY}
    assert len(written) == len(EVERY)
    assert not any(" at 0x" in text for text in written)


def test_the_contact_sheet_shows_every_condition(portrait: Portrait) -> None:
    sheet = contact_sheet(*portrait, np.random.default_rng(0), side=64)
    assert sheet.dtype == np.uint8
    assert np.array_equal(sheet, contact_sheet(*portrait, np.random.default_rng(0), side=64))
    # In the last column there is a face in every row except the head, with paper between them.
    is_paper = (sheet == sheet[0, 0]).all(axis=2)[:, -20]
    edges = np.flatnonzero(np.diff(is_paper.astype(int)))
    faces = np.count_nonzero(np.diff(edges)[::2] >= 60)
    assert faces == len(CONDITIONS) + len(FAMILIES)


def test_conditions_are_named_as_users_write_them(portrait: Portrait) -> None:
    image, box = portrait
    asked = degrading("size=32")
    assert asked.apply(image, box, "A/1.jpg").shape[1] == pytest.approx(image.shape[1] * 32 / box[2], abs=2)
    assert np.array_equal(degrading("webcam").apply(image, box, "A/1"), degrading("webcam").apply(image, box, "A/1"))
    assert len({degrading("webcam", seed).id for seed in (0, 1)} | {asked.id}) == 3
    for wrong in ("fog", "size", "webcam=3", "size=big"):
        with pytest.raises(ValueError):  # noqa: PT011
            degrading(wrong)
