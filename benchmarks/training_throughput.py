"""Examples a second: ``train()`` beside a bare in-memory loop and the lecture's DataLoader idiom.

    python -m benchmarks.training_throughput [model ...]

The bare loop trains the model as textbooks write it, activation before pooling, in torch's default
memory format. Ours pools first and stores channels last; both see the same batches and weights, and
the last column is the largest difference of their losses. One thread each, and the time is the
process's own, so that other work on the machine does not count.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from statistics import median

import torch
from PIL import Image
from torch import Tensor, nn
from torch.nn import functional as F
from torch.utils.data import DataLoader
from torch.utils.data import Dataset as TorchDataset

from benchmarks.tables import median_ratio, print_table, side_by_side
from dl101_core.data import Split, load, vision
from dl101_core.models import ModelConfig, build_model
from dl101_core.optim import build_optimizer
from dl101_core.tasks.images.config import ImageConfig
from dl101_core.training.events import Progress
from dl101_core.training.loop import train

STEPS = {"softmax": 1500, "mlp": 600, "cnn": 60, "fashion_cnn": 15, "rnn": 100}
REPEATS = 7
BATCH = 64


def config(name: str) -> ImageConfig:
    return ImageConfig(
        train_size=15_000, val_size=10, model=ModelConfig(name=name), batch_size=BATCH, epochs=10
    )


class LectureImages(TorchDataset[tuple[Tensor, int]]):
    """The lecture's data set: a PIL image per index, through ``ToTensor``."""

    def __init__(self, split: Split, count: int = 15_000) -> None:
        self.split, self.count = split, count
        vision.datasets()  # makes torchvision importable
        from torchvision.transforms import ToTensor

        self.transform = ToTensor()

    def __len__(self) -> int:
        return self.count

    def __getitem__(self, index: int) -> tuple[Tensor, int]:
        image = Image.fromarray(self.split.images[index].numpy())
        return self.transform(image), int(self.split.labels[index])


def textbook(name: str, dropout: float = 0.0) -> nn.Module:
    """The same weights with the activation before the pooling, in the default memory format."""
    model = build_model(ModelConfig(name=name, dropout=dropout), 0)
    model.to(memory_format=torch.contiguous_format)  # type: ignore
    if not isinstance(model, nn.Sequential):
        return model
    layers = list(model)
    for i in reversed(range(len(layers) - 1)):
        if isinstance(layers[i], nn.MaxPool2d):
            layers[i], layers[i + 1] = layers[i + 1], layers[i]
    return nn.Sequential(*layers)


def bare_batches(name: str) -> Iterator[tuple[Tensor, Tensor]]:
    """The batches of ``train(config(name))`` as plain float tensors."""
    split, setup = load("strokes").train, config(name)
    shuffle = torch.Generator().manual_seed(setup.seed)
    order = torch.randperm(len(split), generator=shuffle)[: setup.train_size]
    images, labels = split.images[order].float().div_(255).unsqueeze(1), split.labels[order]
    while True:
        for index in torch.randperm(setup.train_size, generator=shuffle).split(BATCH):
            yield images.index_select(0, index), labels.index_select(0, index)


def lecture_batches() -> Iterator[tuple[Tensor, Tensor]]:
    loader = DataLoader(LectureImages(load("strokes").train), batch_size=BATCH, shuffle=True)
    while True:
        yield from loader


def loop(
    model: nn.Module,
    batches: Iterator[tuple[Tensor, Tensor]],
    steps: int,
    optimizer: torch.optim.Optimizer | None = None,
) -> list[Tensor]:
    optimizer = optimizer or torch.optim.Adam(model.parameters(), lr=0.001)
    losses = []
    for _, (images, labels) in zip(range(steps), batches, strict=False):
        loss = F.cross_entropy(model(images), labels)
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
        losses.append(loss.detach())
    return losses


def speed_of_loop(name: str, batches: Iterator[tuple[Tensor, Tensor]]) -> float:
    model = textbook(name)
    loop(model, batches, 3)
    begin = time.process_time()
    loop(model, batches, STEPS[name])
    return STEPS[name] * BATCH / (time.process_time() - begin)


def speed_of_train(name: str) -> float:
    run = train(config(name))
    steps = -1  # Started is no step
    begin = 0.0
    for _ in run:
        steps += 1
        if steps == 3:
            begin = time.process_time()
        if steps == STEPS[name] + 3:
            break
    return STEPS[name] * BATCH / (time.process_time() - begin)


def loss_difference(name: str, steps: int = 10) -> float:
    """Largest difference between our losses and the textbook loop's over the first steps."""
    model = textbook(name)
    optimizer = build_optimizer(config(name).optimizer, model.parameters())
    expected = loop(model, bare_batches(name), steps, optimizer)
    seen = 0
    differences = []
    for event in train(config(name)):
        if isinstance(event, Progress) and event.step <= steps:
            mean = sum(map(float, expected[seen : event.step])) / (event.step - seen)
            differences.append(abs(event.loss - mean))
            seen = event.step
        elif isinstance(event, Progress):
            break
    return max(differences)


def main() -> None:
    torch.set_num_threads(1)
    rows = []
    for name in sys.argv[1:] or list(STEPS):
        bare, lecture = bare_batches(name), lecture_batches()
        speeds = side_by_side(
            {
                "lecture": lambda: speed_of_loop(name, lecture),  # noqa: B023
                "bare": lambda: speed_of_loop(name, bare),  # noqa: B023
                "train": lambda: speed_of_train(name),  # noqa: B023
            },
            REPEATS,
        )
        rows.append(
            [
                name,
                *(round(median(speeds[kind])) for kind in ("lecture", "bare", "train")),
                median_ratio(speeds["train"], speeds["bare"]),
                median_ratio(speeds["train"], speeds["lecture"]),
                f"{loss_difference(name):.1e}",
            ]
        )
    print_table(
        f"Examples a second, batch {BATCH}, one thread, medians of {REPEATS} interleaved repeats",
        ["model", "lecture", "bare", "train()", "train/bare", "train/lecture", "loss difference"],
        rows,
    )


if __name__ == "__main__":
    main()
