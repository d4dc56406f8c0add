"""Sizes and values against nn.ConvTranspose2d, autograd and a case worked out by hand."""

from __future__ import annotations

import itertools
from dataclasses import replace

import pytest
import torch
import torch.nn.functional as F

from dl101_core.cnn.convolution import transposed
from dl101_core.cnn.convolution.transposed import ImpossibleTransposed, TransposedConfig
from dl101_core.cnn.convolution.transposed_script import refused_script, transposed_script
from dl101_core.cnn.convolution.view import empty_sentence, transposed_data
from dl101_core.cnn.patterns import KERNELS, PICTURES
from dl101_core.settings import every
from tests.close import close
from tests.scripts import run_script


@pytest.fixture(scope="module")
def configs() -> list[TransposedConfig]:
    """Every setting of the geometry; pictures, kernels and channels take turns."""
    names = ("input_size", "kernel_size", "stride", "padding", "output_padding", "dilation")
    geometries = itertools.product(*(every(TransposedConfig, name) for name in names))
    pictures, kernels = list(PICTURES), list(KERNELS)
    return [
        TransposedConfig(
            **dict(zip(names, geometry, strict=True)),
            image=pictures[i % 7],
            kernel=kernels[i // 7 % 7],
            in_channels=i // 5 % 3 + 1 if i % 5 == 0 else 1,
            out_channels=i // 15 % 4 + 1 if i % 5 == 0 else 1,
        )
        for i, geometry in enumerate(geometries)
    ]


def possible(config: TransposedConfig) -> bool:
    try:
        transposed.check_possible(config)
    except ImpossibleTransposed:
        return False
    return True


@pytest.mark.usefixtures("without_onednn")
def test_every_setting_has_the_size_and_values_of_nn_convtranspose2d_or_is_refused_by_both(
    configs: list[TransposedConfig], monkeypatch: pytest.MonkeyPatch
) -> None:
    # Every weight is set below: random weights before would take a third of the time.
    monkeypatch.setattr(torch.nn.ConvTranspose2d, "reset_parameters", lambda self: None)
    refused = 0
    for config in configs:
        layer = transposed.module(config)
        if not possible(config):
            refused += 1
            said = transposed.refusal(config)
            assert "output padding must be smaller" in said or config.output_size < 1, said
            continue
        result = transposed.describe(config)
        with torch.no_grad():
            layer.weight.copy_(result.kernel.transpose(0, 1))
            expected = layer(result.image[None])[0]
        assert expected.shape == (config.out_channels, *[config.output_size] * 2), config
        assert close(result.output, expected), config
    assert 0 < refused < len(configs)


def test_it_is_the_gradient_of_the_convolution_with_the_same_kernel(
    configs: list[TransposedConfig],
) -> None:
    checked = 0
    for config in configs[::53]:
        if not possible(config):
            continue
        result = transposed.describe(config)
        size = config.output_size
        picture = torch.zeros(1, config.out_channels, size, size, requires_grad=True)
        weight = result.kernel.transpose(0, 1)
        shrunk = F.conv2d(picture, weight, None, config.stride, config.padding, config.dilation)
        n = config.input_size  # output padding may leave room for more windows
        assert shrunk.shape[-1] == n or config.output_padding >= config.stride
        (shrunk[..., :n, :n] * result.image[None]).sum().backward()
        assert picture.grad is not None
        torch.testing.assert_close(result.output, picture.grad[0], rtol=1e-5, atol=1e-5)
        checked += 1
    assert checked > 100


def test_a_case_by_hand_two_by_two_stamped_by_two_by_two() -> None:
    """Zhang et al., Dive into Deep Learning, section 14.10."""
    edits = "0~0000_1~0010_2~0100_3~0110"
    kernel = "0~0000_1~0001_2~0010_3~0011"
    config = TransposedConfig(
        input_size=2, kernel_size=2, stride=1, image_edits=edits, kernel_edits=kernel
    )
    result = transposed.describe(config)
    assert result.output.tolist() == [[[0, 0, 1], [0, 4, 6], [4, 12, 9]]]
    cut = transposed.describe(replace(config, padding=1))
    assert cut.output.tolist() == [[[4]]]
    apart = transposed.describe(replace(config, stride=2))
    assert apart.output.tolist() == [[[0, 0, 0, 1], [0, 0, 2, 3], [0, 2, 0, 3], [4, 6, 6, 9]]]


def test_stamps_land_where_the_output_of_one_bright_cell_is(
    configs: list[TransposedConfig],
) -> None:
    for config in configs[::97]:
        if not possible(config):
            continue
        one = replace(config, in_channels=1, out_channels=1)
        layer = transposed.module(one)
        torch.nn.init.ones_(layer.weight)
        n, m = one.input_size, one.output_size
        rows = torch.zeros(n, m)
        for index in range(n):
            picture = torch.zeros(1, 1, n, n)
            picture[0, 0, index, :] = 1
            rows[index] = layer(picture)[0, 0].detach().amax(1)
            inside = [at for at in transposed.landings(one, index) if 0 <= at < m]
            assert rows[index].nonzero().flatten().tolist() == inside, one
        empty = (rows.sum(0) == 0).nonzero().flatten().tolist()
        assert list(transposed.describe(one).empty) == empty


def test_output_padding_adds_rows_at_the_end_and_what_no_stamp_reaches_is_named() -> None:
    config = TransposedConfig(input_size=3, kernel_size=2, stride=3, output_padding=1)
    result = transposed.describe(config)
    assert (config.output_size, result.empty) == (9, (2, 5, 8))
    assert empty_sentence(result) == (
        "No stamp reaches columns and rows 3, 6 and 9 of the output: 0 everywhere."
    )
    assert transposed_data(result)["missed"] == [2, 5, 8]
    assert transposed_data(result)["formula"] == "(3 − 1)·3 − 2·0 + 1·(2 − 1) + 1 + 1"


def test_impossible_settings_say_why_and_every_way_out_is_possible(
    configs: list[TransposedConfig],
) -> None:
    with pytest.raises(ImpossibleTransposed, match=r"of 2 must be smaller than the stride \(2\)"):
        transposed.describe(TransposedConfig(stride=2, output_padding=2))
    with pytest.raises(ImpossibleTransposed, match="cover 2 cells, and a padding of 1 cuts 2"):
        transposed.describe(TransposedConfig(input_size=2, kernel_size=1, stride=1, padding=1))
    for config in configs[::7]:
        if possible(config):
            continue
        with pytest.raises(ImpossibleTransposed) as why:
            transposed.check_possible(config)
        assert why.value.ways_out, config
        changed = [
            replace(config, **{way.field: way.value})  # type: ignore[arg-type]
            for way in why.value.ways_out
        ]
        if len(changed) > 1:
            assert all(map(possible, changed)), config
        elif not possible(changed[0]):  # two things are wrong: the first way out leads to the next
            with pytest.raises(ImpossibleTransposed, match="nothing is left"):
                transposed.check_possible(changed[0])


def test_the_shown_script_prints_the_numbers_of_the_page(configs: list[TransposedConfig]) -> None:
    for config in configs[::211]:
        if possible(config):
            script = transposed_script(transposed.describe(config))
        else:
            script = refused_script(config)
        assert run_script(script.source) == script.prints, config


def test_a_value_out_of_range_is_named() -> None:
    for setting, message in (
        ({"input_size": 9}, r"transposed_input \(=9\) must be a whole number from 2 to 8"),
        ({"padding": 4}, r"transposed_padding \(=4\) must be"),
        ({"output_padding": -1}, r"output_padding \(=-1\) must be"),
        ({"stride": 0}, r"stride \(=0\) must be a whole number from 1 to 4"),
    ):
        with pytest.raises(ValueError, match=message):
            TransposedConfig(**setting)
