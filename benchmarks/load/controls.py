"""A class on the Convolution page: each learner changes one control a second."""

from __future__ import annotations

import asyncio
import json
import random
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

import torch

from benchmarks.load.client import LostAnswerError, Session
from dl101_core.cnn.convolution.compute import ConvConfig
from dl101_core.cnn.patterns import KERNELS, PICTURES
from dl101_core.settings import Choice, Whole, declarations, every

EVERY = 1.0
TOLERANCE = 2e-5
"""The page rounds to six digits."""

CHANGED = (
    "input_size",
    "kernel_size",
    "stride",
    "dilation",
    "padding",
    "image",
    "kernel",
    "flip",
)


@dataclass(frozen=True)
class Answer:
    """The answer to ``config`` after ``seconds``; ``data``: the data of the picture."""

    config: ConvConfig
    seconds: float
    data: str


@dataclass
class Changes:
    """Results of one class: answers, lost answers, and changes delayed by a missing answer."""

    answers: list[Answer] = field(default_factory=list)
    lost: int = 0
    late: int = 0


def possible(config: ConvConfig) -> bool:
    """Whether PyTorch has an output for it (see the documentation of ``torch.nn.Conv2d``)."""
    if config.padding == "same":
        return config.stride == 1
    each = config.padding if isinstance(config.padding, int) else 0
    return config.dilation * (config.kernel_size - 1) + 1 <= config.input_size + 2 * each


def next_change(config: ConvConfig, rng: random.Random) -> tuple[str, Any, ConvConfig]:
    """Another possible value of one control: ``(key, value as the widget has it, settings)``."""
    while True:
        key = rng.choice(CHANGED)
        value = rng.choice(every(ConvConfig, key))
        changed = replace(config, **{key: value})
        if changed != config and possible(changed):
            return key, _shown(key, value), changed


def _shown(key: str, value: Any) -> Any:
    """The value in the form of its widget: a slider's number, a list's title."""
    match declarations(ConvConfig)[key]:
        case Whole():
            return float(value)
        case Choice(titles=titles):
            return titles[value]
    return value


def name_of(config: ConvConfig) -> str:
    """The picture's name of its settings."""
    c = config
    return (
        f"{c.image} {c.kernel} n{c.input_size} k{c.kernel_size} "
        f"s{c.stride} p{c.padding} d{c.dilation} f{int(c.flip)}"
    )


def shown_data(session: Session) -> str:
    node = session.component("cnn/conv_view")
    return node.proto.json if node else "{}"


def shows(config: ConvConfig, session: Session) -> bool:
    """Whether the picture shows these settings."""
    return f'"{name_of(config)}"' in shown_data(session)


async def change_controls(
    sessions: list[Session], configs: list[ConvConfig], seconds: float, seed: int
) -> Changes:
    """Let every session change one control a second, not in step; updates ``configs``."""
    found = Changes()
    rng = random.Random(seed)
    end = asyncio.get_running_loop().time() + seconds

    async def learner(place: int, session: Session, random_walk: random.Random) -> None:
        clock = asyncio.get_running_loop().time
        due = clock() + random_walk.random() * EVERY
        while due < end:
            await asyncio.sleep(due - clock())
            key, value, config = next_change(configs[place], random_walk)
            answered = session.expect(partial(shows, config))
            try:
                sent = await session.set(key, value)
                configs[place] = config
                took = await answered - sent
            except LostAnswerError:
                found.lost += 1
                return
            found.answers.append(Answer(config, took, shown_data(session)))
            due += EVERY
            if due < clock():
                found.late += 1
                due = clock()

    walks = [random.Random(rng.random()) for _ in sessions]
    await asyncio.gather(*map(learner, range(len(sessions)), sessions, walks))
    return found


def wrong(answer: Answer) -> str:
    """The error of an answer, in words; empty if every number is right.

    The reference multiplies windows cut out by ``unfold``, in float64.
    """
    config, data = answer.config, json.loads(answer.data)
    image = PICTURES[config.image][1](config.input_size).double()
    entries, divisor = KERNELS[config.kernel][1](config.kernel_size)
    kernel = (entries.flip(0, 1) if config.flip else entries).double() / divisor
    each = config.padding if isinstance(config.padding, int) else 0
    before = after = each
    if config.padding == "same":
        total = config.dilation * (config.kernel_size - 1)
        before, after = total // 2, total - total // 2
    side = before + config.input_size + after
    padded = torch.zeros(side, side, dtype=torch.float64)
    padded[before : before + config.input_size, before : before + config.input_size] = image
    windows = torch.nn.functional.unfold(
        padded[None, None], config.kernel_size, config.dilation, stride=config.stride
    )
    output = kernel.flatten() @ windows[0]
    expected = {
        "n": config.input_size,
        "k": config.kernel_size,
        "s": config.stride,
        "d": config.dilation,
        "before": before,
        "after": after,
        "m": round(len(output) ** 0.5),
    }
    for name, value in expected.items():
        if data[name] != value:
            return f"{name_of(config)}: {name} is {data[name]}, not {value}"
    for name, tensor in (("image", image), ("kernel", kernel), ("output", output)):
        got = torch.tensor(data[name], dtype=torch.float64)
        want = tensor.flatten()
        if got.shape != want.shape or not torch.allclose(got, want, TOLERANCE, TOLERANCE):
            return f"{name_of(config)}: {name} differs"
    return ""
