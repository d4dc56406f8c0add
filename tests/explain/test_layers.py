"""Feature maps against hooks, receptive fields against pixels that are NaN."""

from __future__ import annotations

import copy
import functools
from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import nn

from dl101_core import explain
from dl101_core.explain import AscentConfig, OcclusionConfig, kernels, leaves, look_through
from dl101_core.explain.layers import input_channels
from dl101_core.models import ModelConfig, build_model
from dl101_core.models.layers import Activation, Flatten, Layers, Linear, Pool, parse, to_text
from dl101_core.models.network import describe, make_module
from dl101_core.weights import SHIPPED, load_shipped
from tests.explain.networks import IMAGE, built, doubled, networks, state
from tests.models.test_network import networks as random_layers


def test_maps_are_what_hooks_catch_in_one_forward_pass() -> None:
    for model in (*networks(), load_shipped("mlp"), load_shipped("softmax")):
        own = copy.deepcopy(model)
        caught: list[torch.Tensor] = []

        def catch(_: nn.Module, __: object, output: torch.Tensor, to: list[torch.Tensor]) -> None:
            to.append(output)

        for layer in leaves(own):
            layer.register_forward_hook(functools.partial(catch, to=caught))
        own(torch.from_numpy(IMAGE.astype(np.float32) / 255)[None, None])
        for look in look_through(model, IMAGE):
            expected = caught[look.index][0].detach().numpy()
            assert look.maps.shape == (*expected.shape, 1, 1)[:3]
            assert np.allclose(look.maps.ravel(), expected.ravel(), atol=1e-5), look.name


def test_a_layer_has_a_number_and_a_name_and_silent_ones_are_left_out() -> None:
    assert [look.name for look in look_through(built(), IMAGE)] == [
        "1: 3×3 convolution",
        "2: batch norm",
        "3: leaky ReLU",
        "4: 2×2 average pooling",
        "5: 3×3 convolution",
        "6: tanh",
        "7: dense",
    ]
    cnn = look_through(load_shipped("cnn"), IMAGE)
    assert [look.fields[0].size for look in cnn] == [5, 6, 6, 14, 16, 16, 28, 28, 28]
    assert [look.word for look in cnn][-3:] == ["Unit"] * 3


def chains() -> list[nn.Sequential]:
    strided = [
        nn.Conv2d(1, 2, k, stride=s, padding=p, dilation=d)
        for k, s, p, d in ((3, 1, 0, 1), (5, 2, 2, 1), (3, 3, 1, 2), (2, 1, 1, 3), (4, 2, 0, 1))
    ]
    strided.append(nn.Conv2d(1, 2, (2, 5), stride=(3, 1), padding=(1, 0), dilation=(1, 2)))
    second = [nn.Conv2d(2, 1, 3, stride=2, padding=1), nn.MaxPool2d(3, 2, 1), nn.AvgPool2d(2)]
    return [nn.Sequential(one, nn.ReLU(), two) for one in strided for two in second]


def test_a_field_holds_exactly_the_pixels_that_a_cell_hears_of() -> None:
    for model in (*chains(), nn.Sequential(*list(built())[:5])):
        looks = look_through(model.eval(), IMAGE)
        # float64, because a fast float32 convolution may carry NaN into a neighbour's sum
        spoiled = torch.zeros(784, 1, 28, 28, dtype=torch.float64)
        spoiled.view(784, 784).fill_diagonal_(float("nan"))
        heard = spoiled
        for index, layer in enumerate(leaves(doubled(model))):
            heard = layer(heard).detach()
            look = next(look for look in looks if look.index == index)
            touched = heard[:, 0].isnan().reshape(28, 28, *heard.shape[2:]).numpy()
            for axis, field in enumerate(look.fields):
                lines = touched.any(axis=(1 - axis, 3 - axis))  # (28, cells)
                assert len(field.spans) == lines.shape[1]
                for cell in range(lines.shape[1]):
                    places = np.flatnonzero(lines[:, cell])
                    assert field.seen(cell) == (places[0], places[-1] + 1), model


def slopes_at(model: nn.Sequential, last: int, unit: int, row: int, column: int) -> object:
    """Rows and columns of the input, first and one past last, that move one cell of one layer."""
    image = torch.ones(1, 1, 28, 28, dtype=torch.float64, requires_grad=True)
    cell = nn.Sequential(*list(model)[: last + 1])(image)[0, unit]
    (cell[row, column] if cell.ndim else cell).backward()
    assert image.grad is not None
    rows, columns = (image.grad[0, 0].sum(axis).nonzero().flatten().tolist() for axis in (1, 0))
    return ((rows[0], rows[-1] + 1), (columns[0], columns[-1] + 1)) if rows else None


def positive(layers: Layers) -> nn.Sequential:
    """The network in float64, with average pooling and small positive weights: no slope cancels."""
    shapes = describe(layers).shapes
    smooth = (replace(one, kind="avg") if isinstance(one, Pool) else one for one in layers)
    model = nn.Sequential(*map(make_module, smooth, shapes)).eval().double()
    for parameter in model.parameters():
        nn.init.constant_(parameter, 0.01)
    return model


def test_fields_are_where_slopes_are_in_random_networks() -> None:
    looked = edges = 0
    for layers in random_layers(60, seed=21):
        whole = (*layers, Flatten(), Activation("softplus"), Linear(3))
        if not describe(whole).rows[-1].shape:
            continue
        with torch.random.fork_rng(devices=[]):
            model = nn.Sequential(*map(make_module, whole, describe(whole).shapes)).eval()
        smooth = positive(whole)
        for look in look_through(model, IMAGE):
            units, height, width = look.maps.shape
            for unit, row, column in {(0, 0, 0), (units - 1, height - 1, width // 2)}:
                seen = look.seen(unit, row, column)
                assert seen == slopes_at(smooth, look.index, unit, row, column), to_text(whole)
                sizes = [field.reach for field in look.fields]
                edges += seen is not None and [end - first for first, end in seen] != sizes
        looked += 1
    assert looked > 25
    assert edges > 50


def test_a_field_that_an_earlier_layers_edge_cuts_off() -> None:
    # By hand. Of 14 cells of two pixels the last row of layer 2 sees cells 10, 12 (14 and 16 are
    # padding); cell c of layer 1 sees pixels 2c - 1 to 2c + 1, so pixels 19 to 25 and not to 27.
    layers = parse("conv_1_k3_s2_p1-conv_1_k4_psame_d2")
    model = nn.Sequential(*map(make_module, layers, describe(layers).shapes)).eval()
    look = look_through(model, IMAGE)[1]
    assert look.fields[0].seen(13) == (2 * 10 - 1, 2 * 12 + 2)
    assert look.fields[0].spans == describe(layers).rows[1].field.spans  # type: ignore[union-attr]


def test_kernels_are_the_weights_for_one_input_map() -> None:
    looks = {look.name: look for look in look_through(load_shipped("cnn"), IMAGE)}
    weights = load_shipped("cnn").state_dict()["3.weight"]
    second = looks["4: 5×5 convolution"]
    assert input_channels(second) == 16
    for channel in (0, 15):
        assert np.array_equal(kernels(second, channel), weights[:, channel].numpy())
    assert kernels(looks["2: 2×2 max pooling"]) is None
    assert kernels(looks["7: dense"]) is None
    softmax = look_through(load_shipped("softmax"), IMAGE)[0]
    found = kernels(softmax)
    assert found is not None
    assert np.array_equal(
        found.reshape(10, 784), load_shipped("softmax").state_dict()["1.weight"].numpy()
    )


def test_a_recurrent_network_is_no_chain() -> None:
    assert leaves(load_shipped("gru")) == ()
    assert look_through(load_shipped("gru"), IMAGE) == ()
    assert leaves(nn.Sequential(nn.Flatten(), nn.TransformerEncoderLayer(4, 1))) == ()


@pytest.mark.filterwarnings("ignore::UserWarning")
def test_looking_never_changes_a_network() -> None:
    others = [build_model(ModelConfig(name="lstm", hidden_size=8), 0).eval().requires_grad_(False)]
    for model in [load_shipped(name) for name in SHIPPED] + networks()[1:] + others:
        before = state(model)
        look_through(model, IMAGE)
        explain.gradients(model, IMAGE, 3)
        explain.saliency(model, IMAGE, 3)
        explain.occlude(model, IMAGE, OcclusionConfig(patch=14, stride=4))
        explain.sums(model, IMAGE)
        if leaves(model):
            list(explain.ascend(model, AscentConfig(layer=0, unit=0, steps=8)))
        assert state(model) == before


def test_an_image_of_another_shape_is_named() -> None:
    with pytest.raises(ValueError, match=r"image \(=uint8 of shape \(20, 20\)\)"):
        look_through(built(), np.zeros((20, 20), np.uint8))
