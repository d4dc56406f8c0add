"""Built networks: every number against PyTorch's modules or worked out by hand."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator

import numpy as np
import pytest
import torch
from torch import nn

from dl101_core.models import ModelConfig, build_model, summarise
from dl101_core.models.fixes import misfit
from dl101_core.models.layers import (
    KINDS,
    LENET,
    PRESETS,
    SAME,
    Activation,
    BatchNorm,
    Conv,
    Flatten,
    Layer,
    Layers,
    Linear,
    Pool,
    parse,
    to_text,
)
from dl101_core.models.network import (
    INPUT_SHAPE,
    Network,
    built,
    built_rows,
    describe,
    make_module,
    needs_two_images,
    output_shape,
)


def of(text: str) -> Network:
    return describe(parse(text))


# By hand. LeNet-5 with every map of C3 joined to every map of S2: 6·25 + 6 = 156, 16·6·25 + 16 =
# 2,416, 400·120 + 120 = 48,120, 120·84 + 84 = 10,164, 84·10 + 10 = 850.
# MNIST of the notes: 28·9 + 28 = 280; 28 - 2 = 26, 26 / 2 = 13, 28·13·13 = 4,732;
# 4,732·128 + 128 = 605,824; 1,290. Fashion: 320, 32·64·9 + 64 = 18,496, 64·128·9 + 128 = 73,856;
# 28 -> 14 -> 7 -> 4 (rounded up), 128·16 = 2,048; 2,048·128 + 128 = 262,272; 1,290.
@pytest.mark.parametrize(
    ("preset", "parameters", "multiply_adds"),
    [
        ("lenet", 61_706, 117_600 + 240_000 + 48_000 + 10_080 + 840),
        ("mnist", 280 + 605_824 + 1_290, 26 * 26 * 28 * 9 + 4_732 * 128 + 1_280),
        ("fashion", 356_234, 225_792 + 3_612_672 + 3_612_672 + 262_144 + 1_280),
        ("fashion_dropout", 356_234, 7_714_560),
        ("cnn_code", 39_250 + 1_020 + 210, 784 * 50 + 50 * 20 + 20 * 10),
        ("softmax", 7_850, 7_840),
    ],
)
def test_presets_have_the_counts_worked_out_by_hand(
    preset: str, parameters: int, multiply_adds: int
) -> None:
    network = of(PRESETS[preset].text)
    assert (network.problem, network.fixes) == ("", ())
    assert (network.parameters, network.multiply_adds) == (parameters, multiply_adds)


def test_lenet_by_hand_row_by_row() -> None:
    rows = of(LENET).rows
    assert [row.shape for row in rows if isinstance(row.layer, Conv | Pool | Linear)] == [
        (6, 28, 28),
        (6, 14, 14),
        (16, 10, 10),
        (16, 5, 5),
        (120,),
        (84,),
        (10,),
    ]
    # The field grows by (k-1) steps: 1+4 = 5; 5+1 = 6, step 2; 6+4·2 = 14; 14+2 = 16, step 4.
    seen = [(f.size, f.step) for f in (row.field for row in rows) if f is not None]
    assert seen[:7] == [(5, 1), (5, 1), (6, 2), (14, 2), (14, 2), (16, 4), (16, 4)]
    assert seen[7][0] == 28
    assert rows[0].memory == 4 * 6 * 28 * 28


def networks(count: int, seed: int) -> Iterator[Layers]:
    """Chains of random layers on maps, whether they fit or not."""
    rng = random.Random(seed)
    for _ in range(count):
        layers: list[Layer] = []
        for _ in range(rng.randint(1, 5)):
            match rng.choice(("conv", "conv", "pool", "other")):
                case "conv":
                    padding = rng.choice([0, 0, 1, 2, 5, SAME])
                    layers.append(
                        Conv(
                            rng.randint(1, 4),
                            rng.choice([1, 3, 5, 7, 11]),
                            rng.choice([1, 1, 2, 3]),
                            padding,
                            rng.choice([1, 1, 2, 4]),
                        )
                    )
                case "pool":
                    kind, ceil = rng.choice(["max", "avg"]), rng.randint(0, 1)
                    size = rng.randint(1, 5)
                    layers.append(
                        Pool(kind, size, rng.randint(1, 5), rng.choice([0, 0, 1, 2]), ceil)
                    )
                case _:
                    layers += parse(
                        rng.choice(["relu", "softplus", "tanh", "batchnorm", "dropout_20"])
                    )
        yield tuple(layers)


def run(layers: Layers) -> tuple[int, list[tuple[int, ...]]]:
    """With PyTorch alone: how many layers fit, and the shapes of their outputs."""
    x, shapes = torch.zeros(1, *INPUT_SHAPE), []
    for layer in layers:
        try:
            x = make_module(layer, tuple(x.shape[1:])).eval()(x)
        except (RuntimeError, ValueError):
            break
        shapes.append(tuple(x.shape[1:]))
    return len(shapes), shapes


def test_shapes_are_those_of_a_real_forward_pass_and_what_torch_refuses_is_marked() -> None:
    refused = 0
    for layers in networks(250, seed=0):
        network = describe(layers)
        fit, shapes = run(layers)
        shown = [row.shape for row in network.rows if row.shape]
        assert shown == shapes, to_text(layers)
        if fit < len(layers):
            refused += 1
            row = network.rows[len(shown)]
            assert row.problem.startswith(f"Layer {len(shown) + 1} (")
            assert network.problem == row.problem
            assert all(not row.shape for row in network.rows[len(shown) :])
    assert refused > 40


def test_pooling_is_refused_where_torch_refuses_it_over_the_whole_range() -> None:
    refused = hanging = 0
    for kernel, stride, pad, ceil in itertools.product(
        range(1, 15), range(1, 15), range(8), (0, 1)
    ):
        layer = Pool("max", kernel, stride, pad, ceil)
        module = nn.MaxPool2d(kernel, stride, pad, ceil_mode=bool(ceil))
        for side in (1, 2, 3, 5, 7, 13, 28):
            problem, fixes = misfit((layer,), 0, (1, side, side))
            try:
                found = module(torch.zeros(1, 1, side, side)).shape[-1]
            except RuntimeError:
                refused += 1
                assert problem, (layer, side)
                assert fixes
                continue
            assert problem == "", (layer, side)
            assert output_shape(layer, (1, side, side)) == (1, found, found)
            hanging += kernel > side + 2 * pad
    assert refused > 5_000
    assert hanging > 500


def test_a_window_larger_than_the_maps_rounds_up_to_one_as_in_torch() -> None:
    # 28 / 9 = 3 cells a side; a window of 4 hangs over by one cell, which does not count.
    network = of("avgpool_9-avgpool_4_s3_c1-flatten-linear_10")
    assert network.problem == ""
    assert [row.shape for row in network.rows][:2] == [(1, 3, 3), (1, 1, 1)]
    layer = network.rows[1].layer
    pooled = make_module(layer, (1, 3, 3))(torch.arange(9.0).reshape(1, 1, 3, 3))
    assert pooled.item() == 4  # the mean of 0 to 8: the part that hangs over does not count


def test_parameters_multiply_adds_and_sizes_are_those_of_the_whole_model() -> None:
    for layers in networks(60, seed=2):
        whole = describe((*layers, Flatten(), BatchNorm(), Linear(10)))
        if whole.problem:
            continue
        model = build_model(ModelConfig(name="built", layers=to_text(whole.layers)), seed=0)
        rows = summarise(model)
        assert [(r.output_shape, r.parameters, r.multiply_adds) for r in rows] == [
            (r.shape, r.parameters, r.multiply_adds) for r in whole.rows
        ]
        assert list(built_rows(to_text(whole.layers))) == rows
        assert whole.parameters == sum(p.numel() for p in model.parameters())


def test_every_fix_brings_the_network_further() -> None:
    tried = 0
    for layers in networks(200, seed=5):
        wild = describe((*layers, Linear(30), Conv(2), Linear(3)))
        place = next(i for i, row in enumerate(wild.rows) if not row.shape)
        assert wild.fixes
        for fix in wild.fixes:
            better = describe(fix.layers)
            good = sum(bool(row.shape) for row in better.rows)
            assert good > place or len(fix.layers) < len(layers) + 3, fix.label
            tried += 1
    assert tried > 200


@pytest.mark.parametrize(
    ("text", "problem", "labels"),
    [
        ("linear_10", "takes a row of numbers, but maps of 1 × 28 × 28", ["Put Flatten before it"]),
        (
            "flatten-relu-conv_3-linear_10",
            "Layer 3 .* slides over maps of channels × rows × columns, but 784 numbers",
            ["Move it before Flatten", "Remove it"],
        ),
        (
            "maxpool_14-conv_4_k5-flatten-linear_10",
            "window of 5 × 5 does not fit into maps of 2 × 2",
            ["Kernel 2 × 2", "Padding 2", "Remove it"],
        ),
        (
            "conv_4_k11_d4-flatten-linear_10",
            "window of 41 × 41, spread by dilation 4, does not fit into maps of 28 × 28",
            ["Dilation 1", "Kernel 7 × 7", "Padding 7", "Remove it"],
        ),
        ("conv_4_psame_s2-flatten-linear_10", "only with stride 1", ["Stride 1", "Padding 1"]),
        ("maxpool_2_p3-flatten-linear_10", "at most half a window .1.", ["Padding 1"]),
        ("maxpool_14-maxpool_3-flatten-linear_10", "3 × 3 does not", ["Window 2 × 2", "Remove it"]),
        (
            "flatten-linear_84",
            "ends in 84 numbers; to learn 10 classes it must end in 10",
            ["Make the last layer 10 wide", "Add Linear 10"],
        ),
        ("conv_10_k3", "ends in maps of 10 × 26 × 26", ["Add Flatten and Linear 10"]),
        ("none", "ends in maps of 1 × 28 × 28", ["Add Flatten and Linear 10"]),
    ],
)
def test_what_cannot_be_says_why_and_each_way_out_leads_to_a_network_that_trains(
    text: str, problem: str, labels: list[str]
) -> None:
    network = of(text)
    with pytest.raises(ValueError, match=problem):
        built(text)
    assert [fix.label for fix in network.fixes] == labels
    for fix in network.fixes:
        assert describe(fix.layers).problem == ""


def field_by_gradient(layers: Layers, shape: tuple[int, ...], place: int) -> tuple[int, int] | None:
    """First and last row of the picture with a gradient of the number at ``place`` on the diagonal.

    All weights are positive and max pooling becomes average pooling, so nothing cancels.
    """
    modules = []
    current: tuple[int, ...] = INPUT_SHAPE
    for layer in layers:
        smooth = Pool("avg", *_window(layer)) if isinstance(layer, Pool) else layer
        module = make_module(smooth, current).eval().double()
        for parameter in module.parameters():
            nn.init.constant_(parameter, 0.01)
        current = tuple(module(torch.zeros(1, *current).double()).shape[1:])
        modules.append(module)
    assert current == shape
    image = torch.ones(1, *INPUT_SHAPE, dtype=torch.float64, requires_grad=True)
    output = nn.Sequential(*modules)(image)
    cell = output[0, :, place, place] if len(shape) == 3 else output[0, place]
    cell.sum().backward()
    assert image.grad is not None
    rows = image.grad[0, 0].sum(1).nonzero().flatten().tolist()
    return (rows[0], rows[-1]) if rows else None


def _window(pool: Pool) -> tuple[int, int, int, int]:
    return pool.kernel_size, pool.stride, pool.padding, pool.ceil


def test_the_receptive_field_is_where_the_gradient_is_not_zero() -> None:
    looked = 0
    for layers in networks(120, seed=9):
        network = describe(layers)
        if network.rows[-1].field is None:
            continue
        field, shape = network.rows[-1].field, network.rows[-1].shape
        assert len(field.spans) == shape[-1]
        for place in {0, shape[-1] // 2, shape[-1] - 1}:
            # sigmoid and tanh saturate, relu of a positive number passes: all have a gradient here
            assert field.spans[place] == field_by_gradient(layers, shape, place), to_text(layers)
        flat = describe((*layers, Flatten(), Linear(3))).rows[-1]
        assert flat.field is not None
        assert flat.field.middle == field_by_gradient((*layers, Flatten(), Linear(3)), (3,), 1)
        looked += 1
    assert looked > 50


def test_away_from_the_edges_the_field_follows_the_formula() -> None:
    reach, step = 1, 1
    layers = parse("conv_2_k3_d2-maxpool_2-conv_2_k3_s2_p1")
    for row, (k, s, d) in zip(
        describe(layers).rows, [(3, 1, 2), (2, 2, 1), (3, 2, 1)], strict=True
    ):
        reach, step = reach + (k - 1) * d * step, step * s
        assert row.field is not None
        assert (row.field.reach, row.field.step, row.field.size) == (reach, step, reach)


def test_a_network_of_any_size_is_described_without_its_memory() -> None:
    network = of("conv_512_psame-flatten-linear_4096-linear_10")
    assert network.parameters == 9 * 512 + 512 + 784 * 512 * 4096 + 4096 + 40_970
    assert network.problem == ""


def test_one_network_has_one_config() -> None:
    one = ModelConfig(name="built", layers="flatten - linear_10")
    assert one == ModelConfig(name="built", layers="flatten-linear_10")
    assert ModelConfig(name="built").layers == LENET
    assert ModelConfig(name="cnn", layers="nonsense").layers == ""
    with pytest.raises(ValueError, match="must end in 10"):
        ModelConfig(name="built", layers="flatten-linear_9")
    with pytest.raises(ValueError, match="Layer 1"):
        ModelConfig(name="built", layers="<b>")


@pytest.mark.parametrize(
    ("text", "needs"),
    [
        ("flatten-batchnorm-linear_10", True),
        ("maxpool_14-maxpool_2-batchnorm-flatten-linear_10", True),
        ("conv_3-batchnorm-flatten-linear_10", False),
        ("flatten-linear_10", False),
    ],
)
def test_batch_norm_on_one_number_per_channel_needs_two_images(text: str, needs: bool) -> None:
    assert needs_two_images(of(text)) is needs
    model = build_model(ModelConfig(name="built", layers=text), 0).train()
    if needs:
        with pytest.raises(ValueError, match="more than 1 value per channel"):
            model(torch.rand(1, *INPUT_SHAPE))
    else:
        model(torch.rand(1, *INPUT_SHAPE))


def test_softplus_is_the_logarithm_of_one_plus_e_to_the_z() -> None:
    softplus = make_module(Activation("softplus"), (1,))
    z = torch.linspace(-60, 60, 12_001, dtype=torch.float64, requires_grad=True)
    exact = np.logaddexp(0, z.detach().numpy())
    ours = softplus(z)
    # Above 20 PyTorch gives z itself, which is less than the formula by at most e^-20.
    assert np.abs(ours.detach().numpy() - exact).max() < np.exp(-20)
    large = z.detach() > 20
    assert torch.equal(ours.detach()[large], z.detach()[large])
    assert (ours > 0).all()
    assert softplus(torch.zeros(1)).item() == pytest.approx(np.log(2))
    ours.sum().backward()
    assert z.grad is not None
    assert torch.allclose(z.grad, z.detach().sigmoid(), atol=np.exp(-20))


def test_softplus_stays_within_log_2_above_relu() -> None:
    z = torch.linspace(-10, 10, 2_001)
    above = make_module(Activation("softplus"), (1,))(z) - make_module(Activation("relu"), (1,))(z)
    assert z[above.argmax()].item() == pytest.approx(0, abs=1e-6)
    assert above.max().item() == pytest.approx(np.log(2))
    assert (above > 0).all()


def test_every_kind_of_layer_trains() -> None:
    text = "-".join(
        word
        if not kind.options
        else f"{word}_{min(8, kind.options[0].high) if kind.fixed == () else 2}"
        for word, kind in KINDS.items()
        if word not in ("flatten", "linear")
    )
    model = built(f"{text}-flatten-linear_10").train()
    loss = nn.functional.cross_entropy(model(torch.rand(3, *INPUT_SHAPE)), torch.arange(3))
    loss.backward()  # type: ignore[no-untyped-call]
    assert all(p.grad is not None and p.grad.isfinite().all() for p in model.parameters())
