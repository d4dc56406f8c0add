"""Networks as data: the text of a link and back, and nothing that is not one of ours."""

from __future__ import annotations

import random

import pytest

from dl101_core.models.layers import (
    KINDS,
    LENET,
    MAX_LAYERS,
    PRESETS,
    SAME,
    Activation,
    Conv,
    Flatten,
    Layer,
    Linear,
    Pool,
    parse,
    title_of,
    to_text,
    word_of,
)


def any_layer(rng: random.Random) -> Layer:
    """One layer with every option drawn from its whole range."""
    word = rng.choice(list(KINDS))
    kind = KINDS[word]
    values: dict[str, object] = dict(kind.fixed)
    for option in kind.options:
        values[option.field] = rng.randint(option.low, option.high)
        if option.same and rng.random() < 0.3:
            values[option.field] = SAME
    layer = kind.cls(**values)  # type: ignore[arg-type]
    assert word_of(layer) == word
    return layer


def test_the_text_of_a_network_gives_the_same_network() -> None:
    rng = random.Random(1)
    for _ in range(500):
        layers = tuple(any_layer(rng) for _ in range(rng.randint(0, MAX_LAYERS)))
        text = to_text(layers)
        assert parse(text) == layers
        assert set(text) <= set("abcdefghijklmnopqrstuvwxyz0123456789_-"), "safe in a link"


def test_options_that_are_left_out_are_usual_and_a_window_moves_by_its_own_size() -> None:
    layers = parse("conv_6_k5_psame - MAXPOOL_3  avgpool_3_s1-leaky-flatten-linear_10")
    assert layers == (
        Conv(6, 5, padding=SAME),
        Pool("max", 3, 3),
        Pool("avg", 3, 1),
        Activation("leaky"),
        Flatten(),
        Linear(10),
    )
    assert to_text(layers) == "conv_6_k5_psame-maxpool_3-avgpool_3_s1-leaky-flatten-linear_10"


def test_presets_stand_in_their_shortest_form() -> None:
    for preset in PRESETS.values():
        assert to_text(parse(preset.text)) == preset.text
    assert to_text(parse("none")) == "none"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "from 1 to 24 layers, not 0"),
        ("-".join(["relu"] * 25), "from 1 to 24 layers, not 25"),
        ("x" * 1001, r"layers \(=1001 characters\)"),
        ("relu-swish", r"Layer 2 \(swish\): 'swish' must be one of conv, maxpool"),
        ("conv_900", r"Layer 1 \(conv_900\): out_channels \(=900\).* from 1 to 512"),
        ("conv_6_k12", r"kernel_size \(=12\) must be a whole number from 1 to 11"),
        ("conv_6_k3_k5", "kernel_size must stand only once"),
        ("conv_6_z3", "'z3' must be one of its options"),
        ("conv_6_ksame", r"kernel_size \(=same\)"),
        ("relu_3", "'3' must be one of its options: none"),
        ("dropout_0.5", "'0.5' must be one of its options"),
        ("linear_99999999", "must be one of its options"),
        ("linear_٣", "must be one of its options"),
        ("linear_10-<script>", r"Layer 2 \(<script>\)"),
    ],
)
def test_what_is_no_network_is_named_with_its_layer_and_value(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        parse(text)


@pytest.mark.parametrize("make", [lambda: Pool("sum"), lambda: Activation("swish")])
def test_an_unknown_kind_is_refused(make: object) -> None:
    with pytest.raises(ValueError, match=r"kind \(=s"):
        make()  # type: ignore[operator]


def test_a_layer_says_in_words_what_it_is() -> None:
    assert title_of(parse(LENET)[0]) == "Convolution, 6 of 5 × 5"
    assert [title_of(layer) for layer in parse("maxpool_2-leaky-dropout_40-linear_10")] == [
        "Max pool, 2 × 2",
        "Leaky ReLU 0.1",
        "Dropout 40 %",
        "Linear, 10 units",
    ]
