"""The built-in digits: reproducible, balanced, and normalised as MNIST is."""

from __future__ import annotations

import hashlib

import numpy as np
import pytest

from dl101_core.data.glyphs import STYLES, draw_skeleton
from dl101_core.data.idx import UInt8, read_idx
from dl101_core.data.strokes import (
    FOLDER,
    TEST_COUNT,
    TEST_SEED,
    TRAIN_COUNT,
    TRAIN_SEED,
    generate,
    spline,
)


@pytest.fixture(scope="module")
def sample() -> tuple[UInt8, UInt8]:
    return generate(300, seed=7)


@pytest.fixture(scope="module")
def shipped() -> dict[str, UInt8]:
    return {p.name.removesuffix("-ubyte.gz"): read_idx(p) for p in FOLDER.glob("*-ubyte.gz")}


def boxes(images: UInt8) -> np.ndarray:
    """Height and width of the inked box of each picture, (n, 2)."""
    spans = []
    for axis in (2, 1):
        inked = (images > 0).any(axis=axis)
        spans.append(inked.shape[1] - inked[:, ::-1].argmax(1) - inked.argmax(1))
    return np.stack(spans, axis=1)


def centres(images: UInt8) -> np.ndarray:
    """Row and column of the centre of mass of each picture, (n, 2)."""
    ink = images.astype(np.float64)
    mass = ink.sum(axis=(1, 2))
    rows, columns = np.mgrid[: ink.shape[1], : ink.shape[2]]
    return np.stack(
        [(ink * rows).sum(axis=(1, 2)) / mass, (ink * columns).sum(axis=(1, 2)) / mass], axis=1
    )


def digest(images: UInt8) -> str:
    return hashlib.sha256(images.tobytes()).hexdigest()


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others() -> None:
    first, labels = generate(40, seed=3)
    again, labels_again = generate(40, seed=3)
    other, _ = generate(40, seed=4)
    assert digest(first) == digest(again)
    np.testing.assert_array_equal(labels, labels_again)
    assert digest(first) != digest(other)


def test_a_longer_set_begins_with_the_shorter_one() -> None:
    short, short_labels = generate(25, seed=5)
    long, long_labels = generate(47, seed=5)
    np.testing.assert_array_equal(long[:25], short)
    np.testing.assert_array_equal(long_labels[:25], short_labels)


def test_every_ten_pictures_hold_each_digit_once(sample: tuple[UInt8, UInt8]) -> None:
    blocks = np.sort(sample[1].reshape(-1, 10), axis=1)
    np.testing.assert_array_equal(blocks, np.tile(np.arange(10), (30, 1)))
    assert len({tuple(block) for block in sample[1].reshape(-1, 10)}) > 20


def test_none_can_be_asked_for() -> None:
    images, labels = generate(0, seed=0)
    assert images.shape == (0, 28, 28)
    assert labels.shape == (0,)
    assert images.dtype == labels.dtype == np.uint8


@pytest.mark.parametrize(("n", "seed"), [(-1, 0), (5, -2)])
def test_negative_arguments_are_named(n: int, seed: int) -> None:
    with pytest.raises(ValueError, match=rf"n \(={n}\) and seed \(={seed}\) must not be negative"):
        generate(n, seed)


def test_no_two_pictures_are_equal(sample: tuple[UInt8, UInt8]) -> None:
    assert len({picture.tobytes() for picture in sample[0]}) == 300


def test_edges_are_soft_and_the_middle_is_black_ink(sample: tuple[UInt8, UInt8]) -> None:
    inked = sample[0][sample[0] > 0]
    assert 0.25 < (inked >= 250).mean() < 0.55
    assert 0.08 < (inked < 64).mean() < 0.25


@pytest.mark.parametrize(
    ("digit", "style"),
    [(d, s) for d, styles in STYLES.items() for _, s in styles],
    ids=lambda value: getattr(value, "__name__", str(value)),
)
def test_every_style_draws_finite_strokes_near_the_unit_box(digit: int, style) -> None:  # type: ignore[no-untyped-def]
    for seed in range(30):
        strokes = style(np.random.default_rng(seed))
        points = np.concatenate(strokes)
        assert points.shape[1] == 2
        assert all(len(stroke) >= 2 for stroke in strokes)
        assert np.isfinite(points).all()
        assert points.min() > -0.7
        assert points.max() < 1.7


def test_each_digit_has_at_least_three_styles() -> None:
    assert sorted(STYLES) == list(range(10))
    assert all(len({style for _, style in styles}) >= 3 for styles in STYLES.values())


def test_styles_are_chosen_in_proportion_to_their_weights(monkeypatch: pytest.MonkeyPatch) -> None:
    def always(x: float):  # type: ignore[no-untyped-def]
        return lambda rng: [np.full((2, 2), x)]

    monkeypatch.setitem(STYLES, 3, ((1, always(0.0)), (2, always(1.0)), (5, always(2.0))))
    rng = np.random.default_rng(0)
    chosen = [int(draw_skeleton(3, rng)[0][0, 0]) for _ in range(4000)]
    np.testing.assert_allclose(np.bincount(chosen) / 4000, [1 / 8, 2 / 8, 5 / 8], atol=0.03)


def test_the_spline_passes_through_its_control_points() -> None:
    control = np.array([[0.0, 0.0], [0.3, 0.8], [1.0, 0.5], [0.2, 0.1]])
    curve = spline(control, per_piece=5)
    assert curve.shape == (15, 2)
    for point in control:
        assert np.abs(curve - point).sum(axis=1).min() < 1e-12


def test_a_spline_of_points_on_a_line_is_that_line() -> None:
    curve = spline(np.array([[0.0, 0.0], [1.0, 2.0], [2.0, 4.0]]))
    np.testing.assert_allclose(curve[:, 1], 2 * curve[:, 0], atol=1e-12)


def test_the_shipped_files_have_the_promised_shapes(shipped: dict[str, UInt8]) -> None:
    assert shipped["train-images-idx3"].shape == (TRAIN_COUNT, 28, 28) == (20_000, 28, 28)
    assert shipped["t10k-images-idx3"].shape == (TEST_COUNT, 28, 28) == (4_000, 28, 28)
    for part, count in (("train", 20_000), ("t10k", 4_000)):
        counts = np.bincount(shipped[f"{part}-labels-idx1"], minlength=10)
        np.testing.assert_array_equal(counts, np.full(10, count // 10))


def test_the_shipped_files_are_under_six_megabytes_together() -> None:
    assert sum(p.stat().st_size for p in FOLDER.iterdir()) < 6_000_000


@pytest.mark.parametrize("part", ["train", "t10k"])
def test_every_shipped_picture_is_sized_and_centred_as_mnist_is(
    shipped: dict[str, UInt8], part: str
) -> None:
    images = shipped[f"{part}-images-idx3"]
    np.testing.assert_array_equal(boxes(images).max(axis=1), np.full(len(images), 20))
    # moved by whole pixels, so at most half a pixel is left
    assert np.abs(centres(images) - 14.0).max() < 0.51
    assert np.abs(centres(images).mean(axis=0) - 14.0).max() < 0.02
    assert 95 < images.sum(axis=(1, 2), dtype=np.float64).mean() / 255 < 113


@pytest.mark.parametrize(("part", "seed"), [("train", TRAIN_SEED), ("t10k", TEST_SEED)])
def test_the_shipped_pictures_are_those_the_generator_draws_today(
    shipped: dict[str, UInt8], part: str, seed: int
) -> None:
    images, labels = generate(60, seed)
    np.testing.assert_array_equal(shipped[f"{part}-labels-idx1"][:60], labels)
    # another processor's sine may tip a grey value to its neighbour level
    difference = shipped[f"{part}-images-idx3"][:60].astype(int) - images
    assert np.abs(difference).max() <= 9


def test_no_test_picture_is_a_training_picture(shipped: dict[str, UInt8]) -> None:
    train = {p.tobytes() for p in shipped["train-images-idx3"]}
    assert not any(p.tobytes() in train for p in shipped["t10k-images-idx3"])
