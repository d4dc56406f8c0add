"""Records from the journal, complete or damaged."""

from __future__ import annotations

from dataclasses import replace

import msgspec
import pytest

from dl101_core.jobs.record import RunRow, Saved, record_of
from dl101_core.models import ModelConfig
from dl101_core.tasks.images.config import ImageConfig
from dl101_core.training.checkpoints import resumes
from dl101_core.training.events import Checkpointed, Event, LearningRateChanged, Started
from dl101_core.training.loop import train
from tests.events import finished, progress

TINY = ImageConfig(train_size=20, val_size=10, model=ModelConfig(name="softmax"), batch_size=10)
BEGUN = Started(10, 2, 7850, 20, 10, 4000)
CURVE: tuple[Event, ...] = (BEGUN, progress(1, 1.0, 0.5, 0.1))
STEERED: tuple[Event, ...] = (*CURVE, LearningRateChanged(2, 0.5))
DONE = finished(10, False, 0.5, 0.9, (), ())


@pytest.fixture(scope="module")
def saved() -> Checkpointed:
    return next(event for event in train(TINY) if isinstance(event, Checkpointed))


def of(events: tuple[Event, ...], checkpoint: Checkpointed | None) -> Saved:
    return Saved(RunRow("a" * 16, "me", TINY, 1.0), events, checkpoint)


def damaged(checkpoint: Checkpointed) -> Checkpointed:
    middle = len(checkpoint.state) // 2
    flipped = bytes([checkpoint.state[middle] ^ 1])
    state = checkpoint.state[:middle] + flipped + checkpoint.state[middle + 1 :]
    return msgspec.structs.replace(checkpoint, state=state)


def test_a_sound_checkpoint_is_used(saved: Checkpointed) -> None:
    assert resumes(TINY, saved.state)
    assert record_of(of(STEERED, saved)).checkpoint == saved
    assert record_of(of(STEERED, saved)).outcome == ""


def test_a_checkpoint_with_one_bit_flipped_is_not_used_and_the_run_begins_anew(
    saved: Checkpointed,
) -> None:
    record = record_of(of(CURVE, damaged(saved)))
    assert record.checkpoint is None
    assert record.outcome == ""
    assert record.events == list(CURVE)


def test_a_checkpoint_of_other_settings_is_not_used(saved: Checkpointed) -> None:
    assert not resumes(replace(TINY, epochs=6), saved.state)


@pytest.mark.parametrize("lost", [True, False])
def test_a_run_whose_rate_was_changed_cannot_begin_anew(saved: Checkpointed, lost: bool) -> None:
    record = record_of(of(STEERED, None if lost else damaged(saved)))
    assert record.outcome == "failed"
    assert "learning rate was changed" in record.message


def test_a_result_stays_even_if_the_weights_are_damaged(saved: Checkpointed) -> None:
    record = record_of(of((*STEERED, DONE), damaged(saved)))
    assert record.outcome == "finished"
    assert record.result == DONE
    assert record.checkpoint is None
