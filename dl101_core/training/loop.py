"""``train(config)``: a training run as a generator of events.

The same config gives the same events, bit for bit, whatever else runs in the process. For this the
run owns its random state, and its events depend on the step, never on the clock.
"""

from __future__ import annotations

import math
import operator
from collections import deque
from collections.abc import Generator, Iterable
from dataclasses import replace

import torch
from torch import Tensor, nn

from dl101_core.data import DataUnavailable
from dl101_core.optim import OPTIMIZERS, build_optimizer
from dl101_core.tasks.task import EVAL_BATCH, Part, TaskConfig
from dl101_core.training.checkpoints import check_settings, load_weights
from dl101_core.training.config_key import key_of
from dl101_core.training.events import (
    Checkpointed,
    Evaluated,
    Event,
    Failed,
    Finished,
    LearningRateChanged,
    Measures,
    Progress,
    SaveCheckpoint,
    SetLearningRate,
    Snapshot,
    Started,
    Stop,
    TrainerCommand,
)
from dl101_core.training.optim_state import load_optimizer_state, optimizer_state
from dl101_core.training.pace import pace_of
from dl101_core.training.states import DamagedState, Numbers, pack_state, unpack_state

Trainer = Generator[Event | None, TrainerCommand | None, None]


def train(config: TaskConfig, state: bytes | None = None) -> Trainer:
    """Train; yield an event, or ``None`` after a step without one.

    Commands are sent in with ``send`` and take effect at the next step boundary. ``state`` is the
    ``state`` of a ``Checkpointed``: the run then resumes exactly from there. To abandon a run, stop
    iterating.

    Raises ``DamagedState`` at the first ``next`` if ``state`` is not one of this config. A new
    ``train`` without ``state`` then gives the same events again.
    """
    try:
        run = _Run(config)
    except (DataUnavailable, ValueError) as error:
        yield Failed(0, str(error))
        return
    if state is None:
        yield from run.told_now(run.started())
        yield from run.show()
    else:
        run.restore(state)
    yield from run.steps()


def split_of(config: TaskConfig, available: int) -> tuple[torch.Generator, Tensor, Tensor]:
    """The seeded generator after the split, and the indices for training and for validation."""
    shuffle = torch.Generator().manual_seed(config.seed)
    order = torch.randperm(available, generator=shuffle)
    end = config.train_size + config.val_size
    return shuffle, order[: config.train_size], order[config.train_size : end]


class _Run:
    """The state of one run: network, optimizer, random states, position, window of losses."""

    def __init__(self, config: TaskConfig) -> None:
        self.config = config
        if fault := config.fault():
            raise ValueError(fault)
        self.task = config.build()
        self.shuffle, self.train_index, self.val_index = split_of(config, self.task.available)
        self.task.watch(self.val_index)
        self.model = self.task.model.train()
        self.optimizer = build_optimizer(config.optimizer, self.model.parameters())
        self.trained = list(self.model.parameters())
        self.draws = any(isinstance(m, nn.Dropout) and m.p > 0 for m in self.model.modules())
        self.noise = torch.Generator().manual_seed(config.seed + 1).get_state()
        self.steps_per_epoch, self.total_steps = config.steps_per_epoch, config.total_steps
        self.pace = pace_of(config, self.task.LOOKS)
        self.step = 0
        self.told = 0
        self.epoch_order = torch.empty(0, dtype=torch.int64)
        self.epoch_state = self.shuffle.get_state()
        self.losses: list[Tensor] = []
        self.answers: list[tuple[Tensor, Tensor]] = []
        self.sums: list[float] = [0] * len(config.MEASURES)
        self.sizes: list[int] = []
        self.inbox: deque[TrainerCommand] = deque()

    def started(self) -> Started:
        return Started(
            self.total_steps,
            self.steps_per_epoch,
            sum(p.numel() for p in self.trained),
            self.config.train_size,
            self.config.val_size,
            self.task.tests,
        )

    def told_now(self, event: Event | None) -> Trainer:
        """Yield ``event``, count it, and put a command that is sent in into the inbox."""
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
            if self.step == 1 or epoch_ends or self.step % self.pace.report == 0:
                report, failure = self.progress()
                if math.isfinite(report.loss):
                    yield from self.told_now(report)
                if failure:
                    yield from self.diverged(failure)
                    return
                yield from self.show()
            else:
                yield from self.told_now(None)
            if epoch_ends and len(self.val_index):
                measures, _, _ = yield from self.evaluate("train", self.val_index)
                yield from self.told_now(Evaluated(self.step, measures))
            stopped = yield from self.obey()
        yield from self.finish(stopped)

    def update(self) -> None:
        """One optimizer step on the next batch; the batch follows from the position alone."""
        inputs, targets = self.task.examples("train", self.batch_index())
        if self.draws:
            outside = torch.get_rng_state()
            torch.set_rng_state(self.noise)
        outputs = self.model(inputs)
        if self.draws:
            self.noise = torch.get_rng_state()
            torch.set_rng_state(outside)
        loss = self.task.loss(outputs, targets)
        for parameter in self.trained:  # zero_grad would cost a tenth of a small step more
            parameter.grad = None
        loss.backward()  # type: ignore[no-untyped-call]
        self.optimizer.step()
        self.step += 1
        self.losses.append(loss.detach())
        if self.sums:
            self.answers.append((outputs.detach(), targets))
        self.sizes.append(len(targets))

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

    def add_up(self) -> list[float]:
        """Sums of the measures since the last report, added late: each small step costs less."""
        if self.answers:
            outputs, targets = (torch.cat(part) for part in zip(*self.answers, strict=True))
            self.sums = list(map(operator.add, self.sums, self.task.sums(outputs, targets)))
            self.answers = []
        return self.sums

    def progress(self) -> tuple[Progress, Failed | None]:
        """The measures since the last report, and the failure if the loss exploded."""
        losses = torch.stack(self.losses).tolist()
        worst = self.task.explodes_at
        bad = next((i for i, loss in enumerate(losses) if not loss <= worst), None)
        failure = (
            None if bad is None else self.exploded(self.step - len(losses) + bad + 1, losses[bad])
        )
        seen = sum(self.sizes)
        mean = sum(map(operator.mul, losses, self.sizes)) / seen
        measures = self.named(mean, (total / seen for total in self.add_up()))
        self.losses, self.sums, self.sizes = [], [0] * len(self.sums), []
        return Progress(self.step, measures, self.lr), failure

    def named(self, loss: float, others: Iterable[float]) -> Measures:
        return (("loss", loss), *zip(self.config.MEASURES, others, strict=True))

    def show(self) -> Trainer:
        """A picture if it is its turn. The first and the last one are whole."""
        last = self.step == self.total_steps
        if self.step % self.pace.picture and not last:
            return
        if arrays := self.task.arrays(last or self.step % self.pace.whole == 0):
            yield from self.told_now(Snapshot(self.step, arrays))

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
        """Carry out the commands in the inbox; whether to stop."""
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
            return  # the page has told the learner; a bad command never ends a run
        self.set_lr(lr)
        yield from self.told_now(LearningRateChanged(self.step, lr))
        # A resumed run must not replay the steps before the change with the old rate.
        yield from self.told_now(self.checkpoint())

    def evaluate(
        self, part: Part, index: Tensor
    ) -> Generator[Event | None, TrainerCommand | None, tuple[Measures, Tensor, Tensor]]:
        """The measures over a part of the data, and all outputs and targets, in batches."""
        self.model.eval()
        rows: list[tuple[Tensor, Tensor]] = []
        for chunk in index.split(EVAL_BATCH):
            inputs, targets = self.task.examples(part, chunk)
            with torch.no_grad():
                rows.append((self.model(inputs), targets))
            yield from self.told_now(None)
        self.model.train()
        outputs, targets = (torch.cat(column) for column in zip(*rows, strict=True))
        sums = self.task.sums(outputs, targets)
        measures = self.named(
            float(self.task.loss(outputs, targets)), (total / len(targets) for total in sums)
        )
        return measures, outputs, targets

    def finish(self, stopped: bool) -> Trainer:
        yield from self.told_now(self.checkpoint())
        measures, *seen = yield from self.evaluate("test", torch.arange(self.task.tests))
        details = self.task.details(*seen)
        yield from self.told_now(Finished(self.step, stopped, measures, details))

    def diverged(self, failure: Failed) -> Trainer:
        """Try learning rates, and yield the failure with one that learns."""
        safe = OPTIMIZERS[self.config.optimizer.name].default_lr
        for divisor in (factor * 10**power for power in range(7) for factor in (3, 10)):
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
            "sums": self.add_up(),
            "sizes": self.sizes,
        }
        return Checkpointed(self.step, self.told, pack_state(tensors, numbers))

    def restore(self, state: bytes) -> None:
        saved = unpack_state(state)
        check_settings(self.config, saved)
        self.restore_numbers(saved.numbers)
        load_weights(self.model, saved.part("model/"))
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
            self.sums = [_number(total) for total in _sums(numbers)]
            self.sizes = [_count(size, self.config.batch_size) for size in numbers["sizes"]]
            self.losses = [torch.tensor(float(loss)) for loss in numbers["losses"]]
            self.set_lr(replace(self.config.optimizer, lr=float(numbers["lr"])).lr)
        except (KeyError, TypeError, ValueError, OverflowError) as error:
            raise DamagedState(str(error)) from None
        if len(self.losses) != len(self.sizes):
            raise DamagedState("losses and sizes differ in number")
        if len(self.sums) != len(self.config.MEASURES):
            raise DamagedState("sums and measures differ in number")


def _count(value: object, most: int = 2**53) -> int:
    if type(value) is not int or not 0 <= value <= most:
        raise ValueError(f"{str(value)[:40]} is no count up to {most}")
    return value


def _sums(numbers: Numbers) -> list[object]:
    """The sums in a state. Versions up to 0.3.0 counted hits, and nothing else."""
    found = numbers["sums"] if "sums" in numbers else [numbers["hits"]]
    if not isinstance(found, list):
        raise TypeError("sums are no list")
    return found


def _number(value: object) -> float:
    """A number of a state. Integers stay integers, and so exact."""
    if not isinstance(value, int | float) or type(value) is bool or not math.isfinite(value):
        raise ValueError(f"{str(value)[:40]} is no sum")
    return value


def _learns(
    config: TaskConfig, steps: int = 30
) -> Generator[Event | None, TrainerCommand | None, bool]:
    """Whether the loss falls within the first steps of ``config``."""
    run = _Run(config)
    for _ in range(min(steps, run.total_steps)):
        run.update()
        yield None
    losses = torch.stack(run.losses)
    return bool(losses[-5:].mean() < 0.99 * losses[0])
