"""What a run shows of its network while it learns, against an independent computation."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

from dl101_core.data import load
from dl101_core.models import MODELS, ModelConfig
from dl101_core.optim import OptimizerConfig
from dl101_core.tasks.images.config import ImageConfig
from dl101_core.tasks.images.pictures import chosen, first_layer
from dl101_core.tasks.images.task import Images
from dl101_core.training.checkpoints import trained_model
from dl101_core.training.events import Checkpointed, Event, Progress, SaveCheckpoint, Snapshot
from dl101_core.training.loop import split_of, train
from dl101_core.training.pace import pace_of

SMALL = ImageConfig(train_size=200, val_size=120, epochs=2, batch_size=20)
NAMES = tuple(name for name in MODELS if name != "fashion_cnn")


def config_of(name: str) -> ImageConfig:
    return replace(SMALL, model=ModelConfig(name=name, hidden_size=16, channels=4))


def events_of(config: ImageConfig) -> list[Event]:
    """All events of a run."""
    return [event for event in train(config) if event is not None]


def shots(events: list[Event]) -> list[Snapshot]:
    return [event for event in events if isinstance(event, Snapshot)]


def numbers(shot: Snapshot) -> dict[str, np.ndarray[Any, Any]]:
    kinds = {"float32": "<f4", "uint8": "u1"}
    return {
        one.name: np.frombuffer(one.data, kinds[one.kind]).reshape(one.shape) for one in shot.arrays
    }


@pytest.mark.parametrize("name", NAMES)
def test_the_last_picture_is_that_of_the_trained_network(name: str) -> None:
    config = config_of(name)
    events = events_of(config)
    last = shots(events)[-1]
    assert last.step == config.total_steps
    found = numbers(last)
    state = next(e.state for e in reversed(events) if isinstance(e, Checkpointed))
    model = trained_model(config, state).eval()
    data = load(config.data).train
    _, _, index = split_of(config, len(data))
    strip = chosen(index, data.labels)
    with torch.no_grad():
        said = model(data.images[strip].unsqueeze(1) / 255).softmax(1)
        table = model(data.images[index[:100]].unsqueeze(1) / 255).argmax(1)
    assert found["guess"].tolist() == said.argmax(1).tolist()
    np.testing.assert_allclose(found["sure"], said.max(1).values, rtol=1e-5)
    expected = np.zeros((10, 10), int)
    for true, predicted in zip(data.labels[index[:100]].tolist(), table.tolist(), strict=True):
        expected[true, predicted] += 1
    assert found["confusion"].tolist() == expected.tolist()
    weights = first_layer(model)
    assert ("filters" in found) == (weights is not None)
    if weights is not None:
        top = float(found["top"][0])
        assert top == float(weights.abs().max())
        near = (found["filters"].astype(float) - 128) / 127 * top
        assert np.abs(near - weights.numpy()).max() <= top / 254 * 1.001


class Blind(Images):
    """The same task without pictures."""

    LOOKS = None

    def arrays(self, whole: bool = True) -> tuple[()]:
        return ()


@pytest.mark.parametrize("name", ["mlp", "lstm", "built"])
def test_pictures_change_nothing_of_the_training(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    layers = "conv_4_s2-batchnorm-relu-dropout_30-flatten-linear_10" if name == "built" else ""
    model = ModelConfig(name=name, hidden_size=16, dropout=0.4, layers=layers)
    config = replace(SMALL, model=model)
    seen = [e for e in events_of(config) if not isinstance(e, Snapshot | Checkpointed)]
    assert len(shots(events_of(config))) >= 2
    states = [e.state for e in events_of(config) if isinstance(e, Checkpointed)]
    monkeypatch.setattr(ImageConfig, "build", lambda self: Blind(self))
    blind = events_of(config)
    assert shots(blind) == []
    assert [e for e in blind if not isinstance(e, Checkpointed)] == seen
    weights = [trained_model(config, state).state_dict() for state in states]
    others = [
        trained_model(config, e.state).state_dict() for e in blind if isinstance(e, Checkpointed)
    ]
    for one, other in zip(weights, others, strict=True):
        assert all(torch.equal(one[key], other[key]) for key in one)


def test_a_resumed_run_shows_the_same_pictures() -> None:
    config = config_of("cnn")
    whole = [e for e in events_of(config) if not isinstance(e, Checkpointed)]
    run = train(config)
    next(run)
    told: list[Event] = []
    state = None
    while state is None:
        event = run.send(SaveCheckpoint() if len(told) == 9 else None)
        if isinstance(event, Checkpointed):
            state = event
        elif event is not None:
            told.append(event)
    rest = [e for e in train(config, state.state) if e and not isinstance(e, Checkpointed)]
    assert whole[: state.told] + rest == whole
    assert any(isinstance(event, Snapshot) for event in rest)


def test_the_strip_has_equally_many_of_each_class_in_the_order_of_the_split() -> None:
    labels = torch.tensor([0] * 30 + [1] * 3 + list(range(10)) * 3)
    index = torch.arange(len(labels))
    picked = chosen(index, labels)
    counts = torch.bincount(labels[picked], minlength=10).tolist()
    assert len(picked) == 24
    assert max(counts) - min(counts) == 1
    assert picked.tolist() == sorted(picked.tolist())
    assert chosen(index[:5], labels).tolist() == [0, 1, 2, 3, 4]
    assert len(chosen(index[:0], labels)) == 0


def test_the_pace_follows_from_the_config_alone() -> None:
    for name in MODELS:
        for epochs in (1, 5, 100):
            config = ImageConfig(model=ModelConfig(name=name), epochs=epochs)
            pace = pace_of(config, Images.LOOKS)
            assert pace.picture % pace.report == 0
            assert pace.whole % pace.picture == 0
            assert config.total_steps / pace.picture <= 400
            assert config.total_steps / pace.whole <= 100
    points = [e.step for e in events_of(SMALL) if isinstance(e, Progress)]
    steps = [event.step for event in shots(events_of(SMALL))]
    assert steps[0] == 0
    assert set(steps[1:]) <= set(points)
    assert all(a < b for a, b in pairwise(steps))


@pytest.mark.parametrize("name", list(MODELS))
def test_a_picture_is_small(name: str) -> None:
    config = replace(SMALL, model=ModelConfig(name=name))
    task = config.build()
    task.watch(torch.arange(100, 300))
    small, whole = (sum(len(one.data) for one in task.arrays(kind)) for kind in (False, True))
    assert small <= 600
    assert whole <= 8200


def test_weights_that_are_no_numbers_do_no_harm() -> None:
    config = replace(SMALL, optimizer=OptimizerConfig(name="sgd", lr=0.1))
    task = config.build()
    task.watch(torch.arange(100, 300))
    with torch.no_grad():
        for parameter in task.model.parameters():
            parameter.fill_(float("nan"))
    found = numbers(Snapshot(1, task.arrays()))
    assert set(found["filters"].flatten().tolist()) == {128}
    assert found["top"].tolist() == [0.0]


def test_no_pictures_of_a_network_that_sees_no_image_at_first() -> None:
    assert first_layer(nn.Sequential(nn.Flatten(), nn.Linear(49, 10))) is None
    assert first_layer(nn.GRU(28, 8)) is None
    assert first_layer(nn.Sequential(nn.Conv2d(1, 40, 3))).shape == (16, 3, 3)  # type: ignore[union-attr]
