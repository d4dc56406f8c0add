"""Linear regression: the numbers of the notes' three houses, and the limits of a learning rate."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from dl101_core.optim import OptimizerConfig
from dl101_core.tasks.linear import HOUSES, LinearConfig
from dl101_core.training.checkpoints import trained_model
from dl101_core.training.events import Checkpointed, Failed, Finished, Progress
from dl101_core.training.loop import train

NOTES = LinearConfig(epochs=100)
TABLE = np.array(HOUSES)


def finished(config: LinearConfig) -> Finished:
    *_, last = train(config)
    assert isinstance(last, Finished)
    return last


def test_the_error_of_no_slope_at_all_is_the_mean_square_of_the_prices() -> None:
    first = next(event for event in train(NOTES) if isinstance(event, Progress))
    assert first.loss == pytest.approx(np.square(TABLE[:, 1]).mean(), rel=1e-6)
    assert first.loss == pytest.approx(134971.67, abs=0.01)


def test_half_as_large_as_the_limit_lands_in_one_step_on_the_least_squares_line() -> None:
    one_step = replace(NOTES, epochs=1, optimizer=OptimizerConfig(name="sgd", lr=0.5))
    best = np.polyfit(TABLE[:, 0], TABLE[:, 1], 1)
    error = np.square(np.polyval(best, TABLE[:, 0]) - TABLE[:, 1]).mean()
    assert finished(one_step).loss == pytest.approx(error, rel=1e-4)
    assert error == pytest.approx(447.29, abs=0.01)


def test_beyond_two_over_the_largest_curvature_the_loss_explodes() -> None:
    for lr, ends in ((0.99, Finished), (1.05, Failed)):
        *_, last = train(replace(NOTES, epochs=100, optimizer=OptimizerConfig(name="sgd", lr=lr)))
        near = isinstance(last, Finished) and last.loss < 1e6
        assert isinstance(last, ends) or not near


def test_the_line_is_least_squares_whatever_the_scaling() -> None:
    rows = tuple((float(x), float(z), 3.0 * x - 2.0 * z + 5) for x in range(5) for z in range(4))
    config = LinearConfig(
        rows=rows,
        train_size=20,
        epochs=100,
        batch_size=5,
        optimizer=OptimizerConfig(name="sgd", lr=0.05),
    )
    for scaling in ("standardise", "none"):
        assert finished(replace(config, scaling=scaling)).loss < 0.05
    events = list(train(replace(config, scaling="none", epochs=100)))
    state = [event.state for event in events if isinstance(event, Checkpointed)][-1]
    model = trained_model(replace(config, scaling="none"), state)
    weight, bias = model.parameters()
    assert torch.allclose(weight, torch.tensor([[3.0, -2.0]]), atol=0.1)
    assert float(bias.detach()) == pytest.approx(5, abs=0.3)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"scaling": "log"}, "scaling"),
        ({"rows": ()}, "columns, not none"),
        ({"rows": ((1.0, 2.0), (1.0,))}, "not 1, 2"),
        ({"rows": ((1.0,),) * 5}, "not 1"),
        ({"rows": ((1.0, float("nan")),)}, "finite"),
        ({"rows": ((1.0, 2.0),) * 1001}, "1001"),
    ],
)
def test_a_table_that_cannot_be_learned_from_is_refused(
    wrong: dict[str, object], said: str
) -> None:
    with pytest.raises(ValueError, match=said):
        LinearConfig(**wrong)  # type: ignore[arg-type]


def test_more_rows_than_there_are_is_a_sentence() -> None:
    (failed,) = list(train(replace(NOTES, train_size=3, val_size=2)))
    assert isinstance(failed, Failed)
    assert "need 5 rows, but the table has 3" in failed.message
