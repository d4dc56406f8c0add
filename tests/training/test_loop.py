"""The trainer: the same events whatever runs beside it, exact resumption, commands, failures."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from torch.nn import functional as F

from dl101_core.data import load
from dl101_core.data.datasets import STROKES_DIR
from dl101_core.models import MODELS, ModelConfig, build_model
from dl101_core.optim import OPTIMIZERS, OptimizerConfig
from dl101_core.tasks.images.config import ImageConfig
from dl101_core.tasks.images.task import details_of, pixels, read_mistakes
from dl101_core.training.checkpoints import trained_model, weights_of
from dl101_core.training.events import (
    Checkpointed,
    Evaluated,
    Event,
    Failed,
    Finished,
    LearningRateChanged,
    Progress,
    SaveCheckpoint,
    SetLearningRate,
    Snapshot,
    Started,
    Stop,
    TrainerCommand,
)
from dl101_core.training.loop import train
from dl101_core.training.pace import report_every

TINY = ImageConfig(
    train_size=200,
    val_size=50,
    model=ModelConfig(name="mlp", hidden_size=16, dropout=0.2),
    batch_size=20,
    epochs=2,
)


def told(config: ImageConfig, state: bytes | None = None) -> list[Event]:
    """All events but checkpoints."""
    return [e for e in train(config, state) if e is not None and not isinstance(e, Checkpointed)]


def after(config: ImageConfig, step: int, command: TrainerCommand) -> list[Event]:
    """All events of a run that is sent ``command`` once ``step`` updates are done."""
    run, events, taken = train(config), [], -1
    message: TrainerCommand | None = None
    while True:
        try:
            event = run.send(message)
        except StopIteration:
            return events
        taken += not isinstance(event, (Checkpointed, Evaluated, Snapshot, Started))
        message = command if taken == step and not isinstance(event, Checkpointed) else None
        if event is not None:
            events.append(event)


@pytest.mark.parametrize("name", MODELS)
def test_the_same_config_tells_the_same_events_bit_for_bit(name: str) -> None:
    config = replace(TINY, model=ModelConfig(name=name, hidden_size=8, channels=2, dropout=0.3))
    assert told(config) == told(config)


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_every_optimizer_trains(name: str) -> None:
    lr = OPTIMIZERS[name].default_lr
    config = replace(TINY, optimizer=OptimizerConfig(name=name, lr=lr), epochs=4)
    losses = [e.loss for e in told(config) if isinstance(e, Progress)]
    assert losses[-1] < losses[0]


def test_another_seed_tells_another_story() -> None:
    assert told(TINY) != told(replace(TINY, seed=1))


def test_runs_beside_each_other_tell_what_each_tells_alone() -> None:
    configs = [
        TINY,
        replace(TINY, seed=7),
        replace(TINY, model=ModelConfig(name="gru", hidden_size=8)),
    ]
    runs: dict[int, Iterator[Event | None]] = {i: train(c) for i, c in enumerate(configs)}
    events: dict[int, list[Event]] = {i: [] for i in runs}
    while runs:
        for i in list(runs):
            torch.rand(3)  # a neighbour that uses torch's own random numbers
            try:
                event = next(runs[i])
            except StopIteration:
                del runs[i]
                continue
            if event is not None and not isinstance(event, Checkpointed):
                events[i].append(event)
    assert [events[i] for i in range(3)] == [told(config) for config in configs]


@pytest.mark.parametrize("step", [1, 7, 10, 13, 19])
@pytest.mark.parametrize("optimizer", ["momentum", "adam"])
def test_a_run_resumed_from_any_step_goes_on_bit_for_bit(step: int, optimizer: str) -> None:
    config = replace(TINY, optimizer=OptimizerConfig(name=optimizer, lr=0.01))
    saved = next(e for e in after(config, step, SaveCheckpoint()) if isinstance(e, Checkpointed))
    assert saved.step in (step, step + 1)
    assert told(config)[saved.told :] == told(config, saved.state)


def test_a_resumed_cnn_keeps_its_memory_format_and_its_numbers() -> None:
    config = replace(TINY, model=ModelConfig(name="cnn", channels=2, hidden_size=8, dropout=0.2))
    saved = next(e for e in after(config, 5, SaveCheckpoint()) if isinstance(e, Checkpointed))
    assert told(config)[saved.told :] == told(config, saved.state)


NORMED = "conv_4_s2-batchnorm-relu-flatten-linear_8-batchnorm-dropout_20-linear_10"


@pytest.mark.parametrize("step", [1, 13])
def test_a_built_network_with_batch_norm_is_resumed_bit_for_bit(step: int) -> None:
    config = replace(TINY, model=ModelConfig(name="built", layers=NORMED))
    saved = next(e for e in after(config, step, SaveCheckpoint()) if isinstance(e, Checkpointed))
    assert told(config) == told(config)
    assert told(config)[saved.told :] == told(config, saved.state)
    model = trained_model(config, saved.state)
    assert int(model[1].num_batches_tracked) == saved.step  # type: ignore[index]


def test_batch_norm_of_one_image_is_refused_before_it_fails() -> None:
    model = ModelConfig(name="built", layers=NORMED)
    alone = replace(TINY, model=model, train_size=21, batch_size=10)
    assert told(alone) == [Failed(0, alone.fault())]
    assert "train_size (=21) and batch_size (=10) leave one image" in alone.fault()
    assert replace(alone, batch_size=1).fault()
    assert not replace(alone, train_size=22).fault()
    maps = ModelConfig(name="built", layers="conv_4_s2-batchnorm-flatten-linear_10")
    assert not replace(alone, model=maps).fault()


def test_the_first_step_reports_the_loss_of_a_plain_loop() -> None:
    config = replace(TINY, model=ModelConfig(name="softmax"))
    shuffle = torch.Generator().manual_seed(config.seed)
    data = load("strokes").train
    order = torch.randperm(len(data), generator=shuffle)[: config.train_size]
    batch = order[torch.randperm(config.train_size, generator=shuffle)[: config.batch_size]]
    model = build_model(config.model, config.seed)
    logits = model(data.images[batch].float().div(255).unsqueeze(1))
    expected = float(F.cross_entropy(logits, data.labels[batch]).detach())
    first = next(e for e in train(config) if isinstance(e, Progress))
    assert (first.step, first.loss) == (1, pytest.approx(expected, rel=1e-6))


def test_progress_covers_every_example_once_and_ends_each_epoch() -> None:
    events = told(replace(TINY, epochs=3))
    steps = [e.step for e in events if isinstance(e, Progress)]
    assert steps == sorted(set(steps))
    assert {10, 20, 30} <= set(steps)
    assert [e.step for e in events if isinstance(e, Evaluated)] == [10, 20, 30]


def test_the_run_begins_with_started_and_ends_with_the_test_result() -> None:
    events = list(train(TINY))
    assert events[0] == Started(20, 10, 784 * 16 + 16 + 170, 200, 50, 4000)
    finished = events[-1]
    assert isinstance(finished, Finished)
    assert not finished.stopped
    assert sum(map(sum, details_of(finished).confusion)) == 4000
    assert sum(details_of(finished).confusion[i][i] for i in range(10)) / 4000 == pytest.approx(
        finished.measure("accuracy")
    )


def test_final_weights_give_the_reported_test_accuracy() -> None:
    events = list(train(TINY))
    state = next(e.state for e in reversed(events) if isinstance(e, Checkpointed))
    test = load("strokes").test
    with torch.no_grad():
        logits = trained_model(TINY, state)(pixels(test.images))
    assert isinstance(events[-1], Finished)
    accuracy = float((logits.argmax(1) == test.labels).double().mean())
    assert accuracy == events[-1].measure("accuracy")
    assert set(weights_of(state)) == set(build_model(TINY.model, 0).state_dict())


def test_stop_ends_at_once_with_a_result() -> None:
    events = after(TINY, 4, Stop())
    finished = events[-1]
    assert isinstance(finished, Finished)
    assert finished.stopped
    assert finished.step in (4, 5)


def test_a_new_learning_rate_is_told_used_and_kept_on_resuming() -> None:
    events = after(TINY, 6, SetLearningRate(0.5))
    changed = next(i for i, e in enumerate(events) if isinstance(e, LearningRateChanged))
    saved = events[changed + 1]
    assert isinstance(saved, Checkpointed)
    assert all(e.lr == 0.5 for e in events[changed:] if isinstance(e, Progress))
    rest = [e for e in events if not isinstance(e, Checkpointed)][saved.told :]
    assert rest == told(TINY, saved.state)


def test_an_impossible_learning_rate_changes_nothing() -> None:
    assert [
        e for e in after(TINY, 6, SetLearningRate(-1.0)) if not isinstance(e, Checkpointed)
    ] == (told(TINY))


def test_a_diverging_loss_names_the_step_and_offers_a_rate_that_learns() -> None:
    config = replace(TINY, optimizer=OptimizerConfig(name="momentum", lr=100.0), epochs=10)
    *_, peak, failed = told(config)
    assert isinstance(failed, Failed)
    # The curve goes up to where it ended.
    assert isinstance(peak, Progress)
    assert peak.step >= failed.step
    assert peak.loss > 100
    assert f"At step {failed.step} the loss is" in failed.message
    assert "lr = 100" in failed.message
    assert 0 < failed.safe_lr < 100
    again = told(replace(config, optimizer=OptimizerConfig(name="momentum", lr=failed.safe_lr)))
    assert isinstance(again[-1], Finished)


def test_missing_data_fail_with_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DL101_DATA_DIR", str(tmp_path))
    events = list(train(replace(TINY, data="mnist")))
    assert events == [
        Failed(0, "MNIST is not on this machine yet. Download it, or go on with Strokes.")
    ]


def test_damaged_data_fail_with_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    raw = tmp_path / "MNIST" / "raw"
    raw.mkdir(parents=True)
    for path in STROKES_DIR.glob("*.gz"):
        whole = gzip.decompress(path.read_bytes())
        (raw / path.stem).write_bytes(whole[: len(whole) // 2])
    monkeypatch.setenv("DL101_DATA_DIR", str(tmp_path))
    (event,) = list(train(replace(TINY, data="mnist")))
    assert isinstance(event, Failed)
    assert "files of MNIST are damaged" in event.message
    assert "go on with Strokes" in event.message


def test_more_images_than_there_are_is_refused_with_the_numbers() -> None:
    (event,) = list(train(replace(TINY, train_size=60_000)))
    assert isinstance(event, Failed)
    assert "60050 images, but Strokes (built in) has 20000" in event.message


@pytest.mark.parametrize(
    ("field", "value"),
    [("train_size", 5), ("val_size", 0), ("batch_size", 0), ("epochs", 101), ("seed", -1)],
)
def test_an_impossible_setting_is_named_with_its_value(field: str, value: int) -> None:
    with pytest.raises(ValueError, match=rf"{field} \(={value}\) must be a whole number"):
        ImageConfig(**{field: value})  # type: ignore[arg-type]


def test_a_report_is_due_more_often_the_slower_the_network() -> None:
    assert report_every(TINY, 10_000_000, 1000) == 3
    assert report_every(replace(TINY, batch_size=64), 10_000_000, 1000) == 3
    assert report_every(replace(TINY, batch_size=1024), 10_000_000, 200) == 1


def test_a_fast_run_still_has_a_curve_and_a_long_one_not_too_many_points() -> None:
    assert report_every(TINY, 1000, 600) == 10
    assert report_every(TINY, 10_000_000_000, 40_000) == 100


def test_confusion_and_mistakes_by_hand() -> None:
    logits = torch.full((3, 10), -9.0)
    logits[0, 1] = logits[1, 2] = logits[2, 7] = 9.0
    confusion, mistakes = read_mistakes(logits, torch.tensor([1, 3, 7]))
    assert confusion[1][1] == confusion[3][2] == confusion[7][7] == 1
    assert [(m.index, m.label, m.predicted) for m in mistakes] == [(1, 3, 2)]
    assert mistakes[0].probability == pytest.approx(1, abs=1e-6)
