"""``train(config)``: a training run as a generator of events.

The same config gives the same events, bit for bit, whatever else runs in the process: the run owns
its random state, and what it tells depends on the step, never on the clock.
"""

from __future__ import annotations

import math
import operator
from collections import deque
from collections.abc import Generator
from dataclasses import dataclass, field, replace

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from dl101_core.config_key import UnreadableKey, differences, key_of, read_key
from dl101_core.data import Dataset, DataUnavailable, load
from dl101_core.data.datasets import dataset_info
from dl101_core.events import (
    Checkpointed,
    Evaluated,
    Event,
    Failed,
    Finished,
    LearningRateChanged,
    Mistake,
    Progress,
    SaveCheckpoint,
    SetLearningRate,
    Started,
    Stop,
    TrainerCommand,
)
from dl101_core.models import ModelConfig, build_model, summarise
from dl101_core.models.layers import parse
from dl101_core.models.network import describe, needs_two_images
from dl101_core.optim import OPTIMIZERS, OptimizerConfig, build_optimizer
from dl101_core.optim_state import load_optimizer_state, optimizer_state
from dl101_core.states import (
    DamagedState,
    Numbers,
    OtherSettings,
    State,
    pack_state,
    unpack_state,
)

EVAL_BATCH = 250
MAX_MISTAKES = 24
FEW_POINTS, POINTS = 60, 400
# Guessing gives a loss of ln 10 = 2.3; from here no run has come back.
EXPLODED = 1000.0
# Nominal speed of one slow core, in multiply-adds a second; sets how often a run reports.
NOMINAL_SPEED = 3e9

Trainer = Generator[Event | None, TrainerCommand | None, None]


@dataclass(frozen=True)
class TrainConfig:
    """Everything that determines a run.

    ``train_size`` and ``val_size`` images are taken from the start of a seeded shuffle of the
    training set; the test set stays untouched until the end.
    """

    data: str = "strokes"
    train_size: int = 4000
    val_size: int = 1000
    model: ModelConfig = field(default_factory=ModelConfig)
    optimizer: OptimizerConfig = field(default_factory=OptimizerConfig)
    batch_size: int = 64
    epochs: int = 5
    seed: int = 0

    def __post_init__(self) -> None:
        dataset_info(self.data)
        for name, low, high in (
            ("train_size", 10, 60_000),
            ("val_size", 10, 10_000),
            ("batch_size", 1, 1024),
            ("epochs", 1, 100),
            ("seed", 0, 2**31 - 1),
        ):
            value = getattr(self, name)
            if not low <= value <= high:
                raise ValueError(f"{name} (={value}) must lie between {low} and {high}.")


def steps_of(config: TrainConfig) -> int:
    """Optimizer steps of the whole run."""
    return math.ceil(config.train_size / config.batch_size) * config.epochs


def batch_fault(config: TrainConfig) -> str:
    """A sentence if a batch of one image is met by a batch norm that needs two; else empty."""
    last = config.train_size % config.batch_size or config.batch_size
    if last > 1 or config.model.name != "built":
        return ""
    if not needs_two_images(describe(parse(config.model.layers))):
        return ""
    return (
        f"train_size (={config.train_size}) and batch_size (={config.batch_size}) leave one image "
        "in the last batch, but batch norm after Flatten, or on maps of 1 × 1, needs two: choose "
        "another batch size."
    )


def train(config: TrainConfig, state: bytes | None = None) -> Trainer:
    """Train; yield an event, or ``None`` after a step with nothing to tell.

    Commands are sent in with ``send`` and take effect at the next step boundary. ``state`` is the
    ``state`` of a ``Checkpointed``: the run then goes on exactly where that one stood. To abandon
    a run, stop iterating.

    Raises ``DamagedState`` at the first ``next`` if ``state`` is not one of this config. Begin
    anew then, without it: the same events come again.
    """
    try:
        run = _Run(config)
    except (DataUnavailable, ValueError) as error:
        yield Failed(0, str(error))
        return
    if state is None:
        yield from run.told_now(run.started())
    else:
        run.restore(state)
    yield from run.steps()


def resumes(config: TrainConfig, state: bytes) -> bool:
    """Whether ``state`` is whole and one of ``config``, so that ``train`` can go on from it."""
    try:
        check_settings(config, unpack_state(state))
    except DamagedState:
        return False
    return True


def check_settings(config: TrainConfig, saved: State) -> None:
    """Raise ``OtherSettings``, which says what differs, unless ``saved`` is a state of ``config``.

    Versions up to 0.3.0 kept ``repr(config)``, in another place.
    """
    text = saved.numbers.get("settings", saved.numbers.get("config"))
    if text == key_of(config):
        return
    try:
        there = read_key(TrainConfig, str(text))
    except UnreadableKey as error:
        raise OtherSettings(str(error)[:200]) from None
    if there != config:
        raise OtherSettings(", ".join(differences(there, config)))


def weights_of(state: bytes) -> dict[str, Tensor]:
    """The model's weights in the ``state`` of a ``Checkpointed``; may raise ``DamagedState``."""
    return unpack_state(state).part("model/")


def trained_model(config: TrainConfig, state: bytes) -> nn.Module:
    """The network of ``config`` with the weights in ``state``, in evaluation mode.

    Raises ``DamagedState`` if these are not weights of such a network.
    """
    model = build_model(config.model, config.seed)
    _load_weights(model, weights_of(state))
    return model.eval()


def _load_weights(model: nn.Module, weights: dict[str, Tensor]) -> None:
    try:
        model.load_state_dict(weights)
    except RuntimeError as error:
        raise DamagedState(str(error)) from None


def split_of(config: TrainConfig, available: int) -> tuple[torch.Generator, Tensor, Tensor]:
    """Which of ``available`` images train and which validate, and the generator that goes on."""
    shuffle = torch.Generator().manual_seed(config.seed)
    order = torch.randperm(available, generator=shuffle)
    end = config.train_size + config.val_size
    return shuffle, order[: config.train_size], order[config.train_size : end]


def pixels(images: Tensor) -> Tensor:
    """uint8 ``(N, 28, 28)`` -> float ``(N, 1, 28, 28)`` in [0, 1].

    With one channel that is channels last as well; the weights of a network decide.
    """
    return images.to(torch.float32).div_(255).unsqueeze_(1)


def report_every(config: TrainConfig, multiply_adds: int, total_steps: int) -> int:
    """Steps between two ``Progress``: about 0.1 s of a slow core.

    But never fewer than ``FEW_POINTS`` in a run that has as many steps, nor more than ``POINTS``.
    """
    seconds = 3 * multiply_adds * config.batch_size / NOMINAL_SPEED
    by_cost = max(1, int(0.1 / seconds))
    seldom, often = math.ceil(total_steps / FEW_POINTS), math.ceil(total_steps / POINTS)
    return max(1, min(by_cost, seldom), often)


class _Run:
    """The state of one run: network, optimizer, random states, position, window of losses."""

    def __init__(self, config: TrainConfig) -> None:
        self.config = config
        if fault := batch_fault(config):
            raise ValueError(fault)
        self.data: Dataset = load(config.data)
        available = len(self.data.train)
        if config.train_size + config.val_size > available:
            raise ValueError(
                f"train_size (={config.train_size}) and val_size (={config.val_size}) need "
                f"{config.train_size + config.val_size} images, but {self.data.info.title} has "
                f"{available}; choose fewer."
            )
        self.shuffle, self.train_index, self.val_index = split_of(config, available)
        self.model = build_model(config.model, config.seed).train()
        self.optimizer = build_optimizer(config.optimizer, self.model.parameters())
        self.parameters = sum(p.numel() for p in self.model.parameters())
        self.draws = any(isinstance(m, nn.Dropout) and m.p > 0 for m in self.model.modules())
        self.noise = torch.Generator().manual_seed(config.seed + 1).get_state()
        self.steps_per_epoch = math.ceil(config.train_size / config.batch_size)
        self.total_steps = steps_of(config)
        cost = sum(row.multiply_adds for row in summarise(self.model))
        self.report_every = report_every(config, cost, self.total_steps)
        self.step = 0
        self.told = 0
        self.epoch_order = torch.empty(0, dtype=torch.int64)
        self.epoch_state = self.shuffle.get_state()
        self.losses: list[Tensor] = []
        self.answers: list[tuple[Tensor, Tensor]] = []
        self.hits = 0
        self.sizes: list[int] = []
        self.inbox: deque[TrainerCommand] = deque()

    def started(self) -> Started:
        return Started(
            self.total_steps,
            self.steps_per_epoch,
            self.parameters,
            self.config.train_size,
            self.config.val_size,
            len(self.data.test),
        )

    def told_now(self, event: Event | None) -> Trainer:
        """Yield ``event``, count it, and keep a command that comes back."""
        if event is not None and not isinstance(event, Checkpointed):
            self.told += 1
        command = yield event
        if command is not None:
            self.inbox.append(command)

    def steps(self) -> Trainer:
        stopped = False
        while self.step < self.total_steps and not stopped:
            self.update()
            epoch_ends = self.step % self.steps_per_epoch == 0
            if self.step == 1 or epoch_ends or self.step % self.report_every == 0:
                report, failure = self.progress()
                if math.isfinite(report.loss):
                    yield from self.told_now(report)
                if failure:
                    yield from self.diverged(failure)
                    return
            else:
                yield from self.told_now(None)
            if epoch_ends:
                loss, accuracy, _ = yield from self.evaluate(self.val_index, "train")
                yield from self.told_now(Evaluated(self.step, loss, accuracy))
            stopped = yield from self.obey()
        yield from self.finish(stopped)

    def update(self) -> None:
        """One optimizer step on the next batch; the batch follows from the position alone."""
        index = self.batch_index()
        images = pixels(self.data.train.images.index_select(0, index))
        labels = self.data.train.labels.index_select(0, index)
        if self.draws:
            outside = torch.get_rng_state()
            torch.set_rng_state(self.noise)
        logits = self.model(images)
        if self.draws:
            self.noise = torch.get_rng_state()
            torch.set_rng_state(outside)
        loss = F.cross_entropy(logits, labels)
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        self.optimizer.step()
        self.step += 1
        self.losses.append(loss.detach())
        self.answers.append((logits.detach(), labels))
        self.sizes.append(len(labels))

    def batch_index(self) -> Tensor:
        position = self.step % self.steps_per_epoch
        if position == 0:
            self.epoch_state = self.shuffle.get_state()
        if position == 0:
            self.shuffle_epoch()
        start = position * self.config.batch_size
        return self.epoch_order[start : start + self.config.batch_size]

    def shuffle_epoch(self) -> None:
        permutation = torch.randperm(self.config.train_size, generator=self.shuffle)
        self.epoch_order = self.train_index[permutation]

    def count_hits(self) -> int:
        """Right answers since the last report: counted late, a small step would pay dearly."""
        if self.answers:
            logits, labels = (torch.cat(part) for part in zip(*self.answers, strict=True))
            self.hits += int((logits.argmax(1) == labels).sum())
            self.answers = []
        return self.hits

    def progress(self) -> tuple[Progress, Failed | None]:
        """What was learned since the last report, and the failure if the loss exploded."""
        losses = torch.stack(self.losses).tolist()
        bad = next((i for i, loss in enumerate(losses) if not loss <= EXPLODED), None)
        failure = (
            None if bad is None else self.exploded(self.step - len(losses) + bad + 1, losses[bad])
        )
        seen = sum(self.sizes)
        mean = sum(map(operator.mul, losses, self.sizes)) / seen
        accuracy = self.count_hits() / seen
        self.losses, self.hits, self.sizes = [], 0, []
        return Progress(self.step, mean, accuracy, self.lr), failure

    def exploded(self, step: int, loss: float) -> Failed:
        value = f"{loss:,.0f}" if math.isfinite(loss) else "no longer a number"
        return Failed(step, f"At step {step} the loss is {value}: lr = {self.lr:g} is too large")

    @property
    def lr(self) -> float:
        return float(self.optimizer.param_groups[0]["lr"])

    def set_lr(self, lr: float) -> None:
        for group in self.optimizer.param_groups:
            group["lr"] = lr

    def obey(self) -> Generator[Event | None, TrainerCommand | None, bool]:
        """Carry out what was sent in; whether to stop."""
        stop = False
        while self.inbox:
            match self.inbox.popleft():
                case SetLearningRate(lr):
                    yield from self.change_lr(lr)
                case SaveCheckpoint():
                    yield from self.told_now(self.checkpoint())
                case Stop():
                    stop = True
        return stop

    def change_lr(self, lr: float) -> Trainer:
        try:
            replace(self.config.optimizer, lr=lr)
        except ValueError:
            return  # the page has said so; a run never dies of a command
        self.set_lr(lr)
        yield from self.told_now(LearningRateChanged(self.step, lr))
        # A resumed run must not replay the steps before the change with the old rate.
        yield from self.told_now(self.checkpoint())

    def evaluate(
        self, index: Tensor | None, part: str
    ) -> Generator[Event | None, TrainerCommand | None, tuple[float, float, Tensor]]:
        """Mean loss, accuracy and the logits over a part of the data, in batches."""
        split = self.data.train if part == "train" else self.data.test
        index = torch.arange(len(split)) if index is None else index
        self.model.eval()
        rows: list[Tensor] = []
        for chunk in index.split(EVAL_BATCH):
            with torch.no_grad():
                rows.append(self.model(pixels(split.images[chunk])))
            yield from self.told_now(None)
        self.model.train()
        logits, labels = torch.cat(rows), split.labels[index]
        loss = float(F.cross_entropy(logits, labels))
        return loss, float((logits.argmax(1) == labels).double().mean()), logits

    def finish(self, stopped: bool) -> Trainer:
        yield from self.told_now(self.checkpoint())
        loss, accuracy, logits = yield from self.evaluate(None, "test")
        confusion, mistakes = read_mistakes(logits, self.data.test.labels)
        yield from self.told_now(Finished(self.step, stopped, loss, accuracy, confusion, mistakes))

    def diverged(self, failure: Failed) -> Trainer:
        """Look for a rate that learns, by trying, and tell it with the failure."""
        safe = OPTIMIZERS[self.config.optimizer.name].default_lr
        for divisor in (3, 10, 30, 100, 300, 1000, 3000, 10_000):
            candidate = float(f"{self.lr / divisor:.1g}")
            optimizer = replace(self.config.optimizer, lr=candidate)
            if (yield from _learns(replace(self.config, optimizer=optimizer))):
                safe = candidate
                break
        message = f"{failure.message}, so try lr = {safe:g}."
        yield from self.told_now(Failed(failure.step, message, safe))

    def checkpoint(self) -> Checkpointed:
        slots, scalars = optimizer_state(self.optimizer)
        tensors = {
            **{f"model/{name}": tensor for name, tensor in self.model.state_dict().items()},
            **{f"optimizer/{name}": tensor for name, tensor in slots.items()},
            "random/shuffle": self.epoch_state,
            "random/noise": self.noise,
        }
        numbers = {
            "settings": key_of(self.config),
            "step": self.step,
            "told": self.told,
            "lr": self.lr,
            "optimizer": scalars,
            "losses": [float(loss) for loss in self.losses],
            "hits": self.count_hits(),
            "sizes": self.sizes,
        }
        return Checkpointed(self.step, self.told, pack_state(tensors, numbers))

    def restore(self, state: bytes) -> None:
        saved = unpack_state(state)
        check_settings(self.config, saved)
        self.restore_numbers(saved.numbers)
        _load_weights(self.model, saved.part("model/"))
        try:
            scalars = saved.numbers["optimizer"]
            load_optimizer_state(self.optimizer, saved.part("optimizer/"), scalars)
            self.epoch_state = saved.tensors["random/shuffle"]
            self.shuffle.set_state(self.epoch_state)
            self.noise = torch.Generator().set_state(saved.tensors["random/noise"]).get_state()
        except (KeyError, TypeError, RuntimeError) as error:
            raise DamagedState(str(error)) from None
        if self.step:
            self.shuffle_epoch()

    def restore_numbers(self, numbers: Numbers) -> None:
        try:
            self.step = _count(numbers["step"], self.total_steps)
            self.told = _count(numbers["told"])
            self.hits = _count(numbers["hits"])
            self.sizes = [_count(size, self.config.batch_size) for size in numbers["sizes"]]
            self.losses = [torch.tensor(float(loss)) for loss in numbers["losses"]]
            self.set_lr(replace(self.config.optimizer, lr=float(numbers["lr"])).lr)
        except (KeyError, TypeError, ValueError, OverflowError) as error:
            raise DamagedState(str(error)) from None
        if len(self.losses) != len(self.sizes):
            raise DamagedState("losses and sizes differ in number")


def _count(value: object, most: int = 2**53) -> int:
    if type(value) is not int or not 0 <= value <= most:
        raise ValueError(f"{str(value)[:40]} is no count up to {most}")
    return value


def _learns(
    config: TrainConfig, steps: int = 30
) -> Generator[Event | None, TrainerCommand | None, bool]:
    """Whether the loss falls within the first steps of ``config``."""
    run = _Run(config)
    for _ in range(min(steps, run.total_steps)):
        run.update()
        yield None
    losses = torch.stack(run.losses)
    return bool(losses[-5:].mean() < 0.99 * losses[0])


def read_mistakes(
    logits: Tensor, labels: Tensor
) -> tuple[tuple[tuple[int, ...], ...], tuple[Mistake, ...]]:
    """Confusion matrix (row: true, column: predicted) and the most confident mistakes first."""
    probabilities = logits.softmax(1)
    confidence, predicted = probabilities.max(1)
    confusion = torch.bincount(labels * 10 + predicted, minlength=100).view(10, 10)
    wrong = (predicted != labels).nonzero().flatten()
    worst = wrong[confidence[wrong].argsort(descending=True, stable=True)][:MAX_MISTAKES]
    mistakes = tuple(
        Mistake(int(i), int(labels[i]), int(predicted[i]), float(confidence[i])) for i in worst
    )
    return tuple(tuple(row) for row in confusion.tolist()), mistakes
