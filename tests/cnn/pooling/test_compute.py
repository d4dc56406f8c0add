"""Pooling against a numpy reference over the whole range of the controls, and by hand."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
import torch

from dl101_core.cnn.pooling import compute as pooling
from dl101_core.cnn.pooling.compute import (
    COMPARED,
    KINDS,
    ImpossiblePooling,
    PoolConfig,
    PoolResult,
)
from dl101_core.cnn.pooling.maths import cell_latex, size_latex, size_text
from dl101_core.cnn.pooling.pictures import POOL_PICTURES
from dl101_core.cnn.pooling.script import pooling_script, refused_script
from dl101_core.cnn.pooling.view import MOST_CELLS, read_move, sentences, view_data
from tests.scripts import run_script

Floats = npt.NDArray[np.float64]
HAND = torch.tensor([[1.0, 3, 2, 0], [4, 2, 0, 1], [0, 0, 5, 6], [1, 2, 7, 8]])


def every_setting() -> Iterator[PoolConfig]:
    """All controls that change an output; pictures and shifts take turns."""
    pictures = itertools.cycle(POOL_PICTURES)
    shifts = itertools.cycle(itertools.product(pooling.SHIFTS, pooling.SHIFTS, (False, True)))
    for kind, k, s, p, up, counted, n in itertools.product(
        KINDS, range(1, 6), (*range(1, 6),), range(3), (False, True), (True, False), range(4, 17)
    ):
        if kind != "average" and not counted:
            continue
        right, down, wrap = next(shifts)
        yield PoolConfig(
            kind=kind,
            kernel_size=k,
            stride=s,
            padding=p,
            ceil_mode=up,
            count_include_pad=counted,
            input_size=n,
            image=next(pictures),
            right=right,
            down=down,
            wrap=wrap,
        )


def reference(config: PoolConfig, picture: Floats) -> Floats:
    """Window by window: cells of the padding are NaN; cells beyond the padding do not exist."""
    n, k, s, p = config.input_size, config.kernel_size, config.step, config.padding
    padded = np.full((n + 2 * p,) * 2, np.nan)
    padded[p : p + n, p : p + n] = picture
    starts = [start for start in range(0, n + 2 * p, s) if start + k <= n + 2 * p]
    if config.ceil_mode:
        # One more window where cells are left over, if it begins before the padding at the end.
        after = starts[-1] + s if starts else 0
        begins = after < (n + 2 * p if config.kind == "l2" else n + p)
        left_over = not starts or starts[-1] + k < n + 2 * p
        # PyTorch goes one stride further for any rest: at most one window can be new.
        if begins and left_over and after - s + k < n + 2 * p:
            starts.append(after)
    size = max(n + 2 * p, starts[-1] + k) if starts else 0
    cells = np.zeros((size, size), dtype=bool)
    cells[: n + 2 * p, : n + 2 * p] = True
    values = np.full((size, size), np.nan)
    values[: n + 2 * p, : n + 2 * p] = padded
    rows = np.array(starts)[:, None] + np.arange(k)
    index = rows[:, None, :, None], rows[None, :, None, :]
    return _pooled(config, values[index], cells[index].sum((-2, -1)))


def _pooled(config: PoolConfig, windows: Floats, count: npt.NDArray[np.int64]) -> Floats:
    """``windows``: (m, m, k, k), NaN outside the picture. ``count``: number of cells, (m, m)."""
    if config.kind == "max":
        return np.nanmax(windows, (-2, -1))
    if config.kind == "average":
        if not config.count_include_pad:
            count = np.isfinite(windows).sum((-2, -1))
        return np.nansum(windows, (-2, -1)) / count
    return np.sqrt(np.nansum(windows**2, (-2, -1)) / count * config.kernel_size**2)


def moved_by_hand(config: PoolConfig, image: Floats) -> Floats:
    n = config.input_size
    rows, columns = np.mgrid[:n, :n] - np.array([config.down, config.right])[:, None, None]
    if config.wrap:
        return image[rows % n, columns % n]
    inside = (rows >= 0) & (rows < n) & (columns >= 0) & (columns < n)
    return np.where(inside, image[rows % n, columns % n], 0.0)


def described(config: PoolConfig) -> PoolResult | None:
    try:
        return pooling.describe(config)
    except ImpossiblePooling:
        return None


def _refused(config: PoolConfig) -> bool:
    try:
        pooling.check_possible(config)
    except ImpossiblePooling:
        return True
    return False


def by_hand(**settings: Any) -> torch.Tensor:
    config = PoolConfig(input_size=4, **settings)
    return KINDS[config.kind][1](config, HAND[None, None])[0, 0]


def test_every_setting_gives_the_reference_or_is_refused_by_pytorch_too() -> None:
    refused = checked = 0
    images = {
        (name, n): picture(n) for name, (_, picture) in POOL_PICTURES.items() for n in range(4, 17)
    }
    for config in every_setting():
        if _refused(config):
            refused += 1
            assert pooling.refusal(config)
            continue
        image = images[config.image, config.input_size]
        after = reference(config, moved_by_hand(config, image.numpy().astype(np.float64)))
        moved = pooling.shift(image, config.right, config.down, config.wrap)
        output = KINDS[config.kind][1](config, moved[None, None])[0, 0]
        assert output.shape == after.shape == (pooling.output_size(config),) * 2, config
        np.testing.assert_allclose(output, after, atol=1e-6, err_msg=str(config))
        checked += 1
    assert refused > 1000
    assert checked > 5000


def test_a_picture_of_the_notes_size_pooled_by_hand() -> None:
    assert by_hand().tolist() == [[4, 2], [2, 8]]
    assert by_hand(kind="average").tolist() == [[2.5, 0.75], [0.75, 6.5]]
    torch.testing.assert_close(by_hand(kind="l2"), torch.tensor([[30.0, 5.0], [5.0, 174.0]]).sqrt())


def test_the_padding_of_max_is_minus_infinity_and_that_of_average_zero() -> None:
    config = PoolConfig(kernel_size=3, stride=3, padding=1, input_size=4)
    negative = -HAND[None, None] - 1
    assert KINDS["max"][1](config, negative)[0, 0].tolist() == [[-2, -1], [-1, -6]]
    average = replace(config, kind="average")
    assert KINDS["average"][1](average, HAND[None, None])[0, 0, 0, 0] == pytest.approx(10 / 9)
    inside = replace(average, count_include_pad=False)
    assert KINDS["average"][1](inside, HAND[None, None])[0, 0, 0, 0] == 10 / 4


def test_keras_same_of_seven_is_four_when_the_size_is_rounded_up() -> None:
    assert pooling.output_size(PoolConfig(input_size=7)) == 3
    assert pooling.output_size(PoolConfig(input_size=7, ceil_mode=True)) == 4


def test_the_winner_of_every_window_holds_its_maximum_and_lies_in_it() -> None:
    for config in (
        PoolConfig(),
        PoolConfig(kernel_size=3, stride=2, padding=1, image="edges", input_size=9),
        PoolConfig(kernel_size=5, stride=1, padding=2, wrap=True, input_size=7, ceil_mode=True),
    ):
        result = pooling.describe(config)
        assert result.winners is not None
        for y, x in itertools.product(range(7), range(7)):
            picture = pooling.shift(result.image, x - 3, y - 3, config.wrap)
            winners = result.winners[y, x]
            torch.testing.assert_close(picture.flatten()[winners], result.outputs[y, x])
            for r, c in itertools.product(range(result.output_size), repeat=2):
                row, column = divmod(int(winners[r, c]), config.input_size)
                assert row in pooling.reach(config, r)
                assert column in pooling.reach(config, c)


def test_what_a_shift_keeps_is_counted_as_a_loop_counts_it() -> None:
    for config in itertools.islice(every_setting(), 0, None, 97):
        result = described(config)
        if result is None:
            continue
        image = result.image.numpy().astype(np.float64)
        before, after = reference(config, image), reference(config, moved_by_hand(config, image))
        y, x = result.at
        assert result.kept.same[y, x] == (np.abs(after - before) < 1e-4).sum(), config
        with np.errstate(all="ignore"):
            change = np.abs(after - before).sum() / np.abs(before).sum()
        np.testing.assert_allclose(result.kept.change[y, x], change, rtol=1e-4, equal_nan=True)


def test_without_a_shift_nothing_changes() -> None:
    for image, kind in itertools.product(POOL_PICTURES, KINDS):
        result = pooling.describe(PoolConfig(kind=kind, image=image, right=0, down=0))
        assert result.kept.same[3, 3] == 16
        assert result.kept.change[3, 3] == 0
        torch.testing.assert_close(result.before, result.after, rtol=0, atol=0)


def test_the_compared_changes_are_those_of_each_pooling_alone() -> None:
    config = PoolConfig(kernel_size=3, stride=2, padding=1, image="circle", input_size=11)
    result = pooling.describe(config)
    for name in KINDS:
        alone = pooling.describe(replace(config, kind=name)).kept.change
        torch.testing.assert_close(result.kept.others[name], alone)
    picture = pooling.describe(PoolConfig(kernel_size=1, stride=1, image="circle", input_size=11))
    torch.testing.assert_close(result.kept.others["none"], picture.kept.change)
    strided = pooling.describe(PoolConfig(kernel_size=1, stride=2, image="circle", input_size=11))
    torch.testing.assert_close(result.kept.others["stride"], strided.kept.change)


def test_a_kind_that_pytorch_refuses_is_not_compared() -> None:
    others = pooling.describe(PoolConfig(kind="l2", kernel_size=2, padding=2)).kept.others
    assert (others["max"], others["average"]) == (None, None)
    assert others["l2"] is not None


def test_after_a_shift_of_whole_strides_every_cell_in_sight_only_moved() -> None:
    for kind, n, k, wrap in itertools.product(KINDS, (8, 12), (2, 3), (False, True)):
        config = PoolConfig(kind=kind, kernel_size=k, stride=2, input_size=n, wrap=wrap)
        result = pooling.describe(config)
        m = result.output_size
        for down, right in itertools.product((-2, 0, 2), repeat=2):
            agree, of = result.kept.moved[down + 3, right + 3].tolist()
            assert agree == of == (m - abs(down) // 2) * (m - abs(right) // 2)
        assert result.kept.moved[3, 4].tolist() == [0, 0]


def test_a_checkerboard_moves_by_a_pixel_and_max_pooling_does_not_notice() -> None:
    result = pooling.describe(PoolConfig(image="checkerboard", wrap=True))
    assert result.kept.same[result.at] == 16
    none = result.kept.others["none"]
    assert none is not None
    assert none[result.at] == 2


def test_an_output_of_zeros_has_no_relative_change() -> None:
    result = pooling.describe(PoolConfig(kernel_size=1, stride=2, image="dot", right=1, down=1))
    assert result.before.abs().sum() == 0
    changes = view_data(result)["changes"]
    assert all(changes[list(COMPARED).index("max")][i] == -1 for i in range(49))


def test_rows_that_no_window_sees_are_named() -> None:
    assert pooling.describe(PoolConfig(input_size=9)).unseen == (8,)
    result = pooling.describe(PoolConfig(kernel_size=1, stride=3, input_size=7))
    assert sentences(result) == ["No window sees rows and columns 2, 3, 5, 6 (hatched)."]


@pytest.mark.parametrize(
    ("settings", "words", "ways"),
    [
        (
            {"kernel_size": 2, "padding": 2},
            "more than half of the window",
            {"padding": 1, "kernel_size": 4},
        ),
        (
            {"kernel_size": 5, "input_size": 4},
            "over 5 cells, but the picture has only 4",
            {"input_size": 5, "kernel_size": 4, "padding": 1},
        ),
    ],
)
def test_impossible_settings_say_why_and_name_the_ways_out(
    settings: dict[str, Any], words: str, ways: dict[str, int]
) -> None:
    with pytest.raises(ImpossiblePooling, match=words) as why:
        pooling.describe(PoolConfig(**settings))
    assert {way.field: way.value for way in why.value.ways_out} == ways


def test_every_way_out_leads_to_possible_settings() -> None:
    for config in every_setting():
        if _refused(config):
            with pytest.raises(ImpossiblePooling) as why:
                pooling.check_possible(config)
            assert why.value.ways_out
            assert not any(_refused(pooling.after_way(config, way)) for way in why.value.ways_out)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"kernel_size": 6}, r"kernel_size \(=6\) must be a whole number from 1 to 5"),
        ({"padding": 3}, r"padding \(=3\) must be a whole number from 0 to 2"),
        ({"input_size": 17}, r"input_size \(=17\) must be"),
        ({"right": -4}, r"right \(=-4\) must be a whole number from -3 to 3"),
        ({"stride": 6}, r"stride \(=6\) must be one of: window, 1, 2, 3, 4, 5"),
        ({"kind": "min"}, r"kind \(='min'\) must be one of: max, average, l2"),
        ({"image": "dog"}, r"image \(='dog'\) must be one of: handwritten"),
    ],
)
def test_a_value_out_of_range_is_named(settings: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        PoolConfig(**settings)


def test_pictures_are_whole_quarters_of_every_size() -> None:
    for (name, (_, picture)), size in itertools.product(POOL_PICTURES.items(), range(4, 17)):
        pixels = picture(size)
        assert pixels.shape == (size, size)
        assert bool((pixels * 4 % 1 == 0).all())
        assert pixels.abs().max() <= 1
        assert pixels.abs().sum() > 0, name
    assert POOL_PICTURES["edges"][1](8).min() < 0


def test_the_shown_script_prints_the_numbers_of_the_page() -> None:
    for config in itertools.islice(every_setting(), 0, None, 89):
        result = described(config)
        script = refused_script(config) if result is None else pooling_script(result)
        assert run_script(script.source) == script.prints, config


def test_the_formulas_end_with_the_numbers_of_the_picture() -> None:
    config = PoolConfig(
        kind="average", kernel_size=3, stride=2, padding=1, input_size=7, image="circle"
    )
    result = pooling.describe(config)
    assert size_text(config) == "⌊(7 + 2·1 − 3) / 2 + 1⌋"
    assert size_latex(config).endswith(r"&= 4\end{aligned}")
    latex = cell_latex(result, 1, 2)
    assert rf"\mathbf{{{result.before[1, 2].item():.4g}}}" in latex
    assert rf"\mathbf{{{result.after[1, 2].item():.4g}}}" in latex
    assert "no window fits" in size_latex(PoolConfig(kernel_size=5, input_size=4))
    assert "does not allow" in size_latex(PoolConfig(padding=2))


def test_the_picture_gets_pytorch_s_numbers_of_all_shifts_and_little_data() -> None:
    result = pooling.describe(
        PoolConfig(kind="average", kernel_size=3, stride=1, padding=1, input_size=16, image="edges")
    )
    data = view_data(result)
    torch.testing.assert_close(
        torch.tensor(data["outputs"]).view(7, 7, 16, 16), result.outputs, rtol=1e-5, atol=1e-6
    )
    assert len(json.dumps(data)) < 150_000
    largest = PoolConfig(kind="l2", kernel_size=1, stride=1, padding=2, input_size=16)
    assert pooling.output_size(largest) <= MOST_CELLS


def test_a_message_of_the_browser_is_taken_only_as_far_as_it_is_possible() -> None:
    good = {"right": 3, "down": -3, "cell": "1,17", "pool_seq": 4}
    assert read_move({**good, "kernel_size": 3}) == good
    bad = {"right": 4, "down": True, "pool_seq": -1}
    for cell in (1, "0,1", "1,21"):
        assert read_move({**bad, "cell": cell}) == {}
    assert read_move(None) == read_move([1]) == {}
