"""Every model of the table: shape, seed, summary, and that it can learn."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
import torch
from torch import nn
from torch.nn import functional as F

from dl101_core.models import MODELS, ModelConfig, build_model, summarise

IMAGES = torch.rand(6, 1, 28, 28, generator=torch.Generator().manual_seed(1))


@pytest.mark.parametrize("name", MODELS)
def test_every_model_gives_ten_logits_for_any_batch(name: str) -> None:
    model = build_model(ModelConfig(name=name, dropout=0.3), seed=0).eval()
    assert model(IMAGES).shape == (6, 10)
    assert torch.allclose(model(IMAGES)[:1], model(IMAGES[:1]), atol=1e-5)


@pytest.mark.parametrize("name", MODELS)
def test_the_seed_alone_decides_the_first_weights(name: str) -> None:
    torch.manual_seed(5)
    before = torch.get_rng_state()
    one, same = build_model(ModelConfig(name=name), 3), build_model(ModelConfig(name=name), 3)
    other = build_model(ModelConfig(name=name), 4)
    assert torch.equal(torch.get_rng_state(), before)
    assert all(map(torch.equal, one.parameters(), same.parameters()))
    assert not all(map(torch.equal, one.parameters(), other.parameters()))


@pytest.mark.parametrize("name", MODELS)
def test_every_model_overfits_32_examples(name: str) -> None:
    images = torch.rand(32, 1, 28, 28, generator=torch.Generator().manual_seed(0))
    labels = torch.arange(32) % 10
    model = build_model(ModelConfig(name=name, hidden_size=64, channels=4), seed=0).train()
    optimizer = torch.optim.Adam(model.parameters(), lr=0.005)
    for _ in range(400):
        loss = F.cross_entropy(model(images), labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        if float(loss.detach()) < 0.05:
            break
    assert (model(images).argmax(1) == labels).float().mean() == 1


@pytest.mark.parametrize(
    ("config", "parameters"),
    [
        (ModelConfig(name="softmax"), 784 * 10 + 10),
        (ModelConfig(name="mlp", hidden_size=50, num_layers=2), 39_250 + 2_550 + 510),
        (ModelConfig(name="rnn", hidden_size=256), 73_216 + 2_570),
        (ModelConfig(name="gru", hidden_size=64), 3 * (28 * 64 + 64 * 64 + 2 * 64) + 650),
        (ModelConfig(name="lstm", hidden_size=64), 4 * (28 * 64 + 64 * 64 + 2 * 64) + 650),
        (ModelConfig(name="cnn", channels=6, hidden_size=84), 156 + 1_812 + 25_284 + 850),
        (ModelConfig(name="fashion_cnn"), 320 + 18_496 + 73_856 + 262_272 + 1_290),
    ],
)
def test_parameter_counts_equal_those_worked_out_by_hand(
    config: ModelConfig, parameters: int
) -> None:
    rows = summarise(build_model(config, 0))
    assert sum(row.parameters for row in rows) == parameters


def test_the_summary_of_the_cnn_gives_shapes_and_multiply_adds_by_hand() -> None:
    rows = {r.layer.partition("(")[0] + r.name: r for r in summarise(build_model(ModelConfig(), 0))}
    assert rows["Conv2d0"].output_shape == (16, 28, 28)
    assert rows["Conv2d0"].multiply_adds == 28 * 28 * 16 * 25
    assert rows["MaxPool2d1"].output_shape == (16, 14, 14)
    assert rows["Conv2d3"].output_shape == (32, 10, 10)
    assert rows["Conv2d3"].multiply_adds == 10 * 10 * 32 * 16 * 25
    assert rows["Linear7"].multiply_adds == 800 * 128
    assert rows["Linear9"].output_shape == (10,)


def test_a_recurrent_layer_counts_one_product_per_weight_and_row() -> None:
    rows = summarise(build_model(ModelConfig(name="lstm", hidden_size=8), 0))
    assert rows[0].multiply_adds == 28 * 4 * 8 * (28 + 8)


def test_the_summary_leaves_the_model_as_it_was() -> None:
    model = build_model(ModelConfig(dropout=0.5), 0).train()
    summarise(model)
    assert model.training
    assert not any(m._forward_hooks for m in model.modules())


@pytest.mark.parametrize("dropout", [0.0, 0.4])
def test_pooling_before_a_monotone_activation_is_the_same_function(dropout: float) -> None:
    model = build_model(ModelConfig(name="fashion_cnn", dropout=dropout), 0).eval()
    assert isinstance(model, nn.Sequential)
    x = y = IMAGES
    layers = list(model)
    while layers:
        layer = layers.pop(0)
        x = layer(x)
        if isinstance(layer, nn.MaxPool2d):
            activation = layers.pop(0)
            x, y = activation(x), layer(activation(y))
            assert torch.equal(x, y)
        else:
            y = layer(y)
    assert torch.equal(x, y)


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("name", "vgg", r"model \(='vgg'\) must be one of: softmax, mlp, cnn"),
        ("hidden_size", 0, r"hidden_size \(=0\) must be a whole number from 1 to 512"),
        ("num_layers", 99, r"num_layers \(=99\)"),
        ("channels", 65, r"channels \(=65\)"),
        ("dropout", 1.0, r"dropout \(=1.0\) must be a number from 0 to 0.9"),
    ],
)
def test_an_impossible_setting_is_named_with_its_value(
    field: str, value: object, message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        ModelConfig(**{field: value})  # type: ignore[arg-type]


def test_threads_that_build_at_once_get_the_weights_of_their_seeds() -> None:
    config, seeds = ModelConfig(name="mlp", hidden_size=64), range(12)
    alone = [build_model(config, seed).state_dict() for seed in seeds]
    with ThreadPoolExecutor(len(seeds)) as threads:
        together = list(threads.map(lambda seed: build_model(config, seed).state_dict(), seeds))
    for one, other in zip(alone, together, strict=True):
        assert all(torch.equal(one[name], other[name]) for name in one)
