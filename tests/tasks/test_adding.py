"""One unit that adds: the solution is W = U = 1, b = 0; the start decides if it is found."""

from __future__ import annotations

import pytest
import torch

from dl101_core.optim import OptimizerConfig
from dl101_core.tasks.adding import AddingConfig, LinearUnit
from dl101_core.training.checkpoints import trained_model
from dl101_core.training.events import Checkpointed, Finished
from dl101_core.training.loop import train


def test_ones_and_no_bias_add_any_digits() -> None:
    digits = torch.randint(0, 10, (50, 7)).float()
    assert torch.equal(LinearUnit(1.0, 1.0, 0.0)(digits), digits.sum(1))


def test_the_unit_is_torchs_rnn_without_its_tanh() -> None:
    unit, digits = LinearUnit(0.3, -0.7, 0.2), torch.randint(0, 10, (5, 4)).float()
    states = torch.zeros(5)
    for step in range(4):
        states = torch.addcmul(0.2 + 0.3 * digits[:, step], states, torch.tensor(-0.7))
    torch.testing.assert_close(unit(digits), states)


def test_from_a_good_start_it_learns_to_add() -> None:
    config = AddingConfig(
        start=(-0.2, 1.0, 0.0), epochs=40, optimizer=OptimizerConfig(name="adam", lr=0.03)
    )
    events = list(train(config))
    assert isinstance(events[-1], Finished)
    assert events[-1].loss < 0.01
    state = [event.state for event in events if isinstance(event, Checkpointed)][-1]
    unit = trained_model(config, state)
    assert [round(float(value.detach()), 1) for value in unit.parameters()] == [1.0, 1.0, 0.0]


def test_from_a_negative_memory_it_stays_where_it_is() -> None:
    *_, last = train(AddingConfig(start=(0.5, -1.0, 0.0), epochs=5))
    assert isinstance(last, Finished)
    assert last.loss > 1


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"length": 0}, "length"),
        ({"start": (1.0,)}, "start"),
        ({"start": (1e9, 0.0, 0.0)}, "start"),
    ],
)
def test_settings_that_no_unit_has_are_named(wrong: dict[str, object], said: str) -> None:
    with pytest.raises(ValueError, match=rf"{said} \(="):
        AddingConfig(**wrong)  # type: ignore[arg-type]


def test_more_sums_than_there_are_is_a_sentence() -> None:
    *_, last = train(AddingConfig(train_size=1900, val_size=200))
    assert "need 2100 sums, but there are 2000" in getattr(last, "message", "")
