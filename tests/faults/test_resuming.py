"""A run that is interrupted again and again, without any process around it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dl101_core.models import ModelConfig
from dl101_core.tasks.images.config import ImageConfig
from dl101_core.training.events import Checkpointed, Event, SaveCheckpoint, TrainerCommand
from dl101_core.training.loop import train
from tests.faults.helpers import has_final_weights, undisturbed
from tests.jobs.helpers import config

# Five steps in an epoch, so that some interruptions share one and some do not.
FEW = config("mlp", train_size=100, epochs=4)


def part(of: ImageConfig, state: bytes, updates: int) -> tuple[list[Event], bytes, bool]:
    """Train on from ``state`` (empty: from the start) and save after ``updates``.

    Gives the events, the new state, and whether the run has ended.
    """
    run, seen, taken = train(of, state or None), list[Event](), 0
    message: TrainerCommand | None = None
    while True:
        try:
            event = run.send(message)
        except StopIteration:
            return seen, state, True
        message, taken = SaveCheckpoint() if taken == updates else None, taken + 1
        if isinstance(event, Checkpointed):
            state = event.state
            if taken > updates:
                return seen, state, False
        elif event is not None:
            seen.append(event)


@pytest.mark.parametrize("model", ["mlp", "cnn"])
@pytest.mark.parametrize("updates", [1, 2, 4])
def test_a_run_that_is_resumed_many_times_in_an_epoch_tells_the_same(
    updates: int, model: str
) -> None:
    of = replace(FEW, model=ModelConfig(name=model, hidden_size=8, channels=2, dropout=0.3))
    seen, state, ended, parts = list[Event](), b"", False, 0
    while not ended:
        told, state, ended = part(of, state, updates)
        seen += told
        parts += 1
        assert parts < 50
    assert parts > 20 / (updates + 4)
    assert seen == undisturbed(of)[0]
    assert has_final_weights(of, state)
