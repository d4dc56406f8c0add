"""The matrix and the images of its cells, against counting one image after the other."""

from __future__ import annotations

from collections import Counter

import pytest
import torch
from torch import Tensor, nn

from dl101_core.data import Split, load
from dl101_core.lab.mistakes import Readings, heading, of_cell, percent, read_all, stored
from dl101_core.tasks.images.task import ImageDetails, Mistake
from dl101_core.weights import classify, load_shipped

CLASSES = 10


@pytest.fixture(scope="module")
def model() -> nn.Module:
    return load_shipped("softmax")


@pytest.fixture(scope="module")
def test() -> Split:
    whole = load("strokes").test
    return Split(whole.images[:300], whole.labels[:300])


@pytest.fixture(scope="module")
def readings(model: nn.Module, test: Split) -> Readings:
    return read_all(model, test, CLASSES)


def test_every_cell_has_the_images_that_classify_gives_one_by_one(
    model: nn.Module, test: Split, readings: Readings
) -> None:
    one_by_one = [classify(model, image.numpy()) for image in test.images]
    said = [int(torch.tensor(one.probabilities).argmax()) for one in one_by_one]
    cells = Counter(zip(test.labels.tolist(), said, strict=True))
    assert sum(map(sum, readings.counts)) == len(test.images)
    for truth in range(CLASSES):
        for answer in range(CLASSES):
            found = of_cell(readings, (truth, answer))
            assert len(found.index) == readings.counts[truth][answer] == cells[truth, answer]
            assert all(
                (int(test.labels[i]), said[i]) == (truth, answer) for i in found.index.tolist()
            )


def test_without_a_cell_all_mistakes_come_the_surest_first(readings: Readings) -> None:
    wrong = of_cell(readings, None)
    right = sum(row[i] for i, row in enumerate(readings.counts))
    assert len(wrong.index) == len(readings.index) - right > 5
    assert is_falling(wrong.probability)
    assert bool((wrong.label != wrong.predicted).all())


def is_falling(values: Tensor) -> bool:
    return bool((values[:-1] >= values[1:]).all())


def test_a_run_without_its_network_has_the_mistakes_that_it_kept() -> None:
    counts = tuple(tuple(5 if i == j else 0 for j in range(CLASSES)) for i in range(CLASSES))
    kept = stored(ImageDetails(counts, (Mistake(7, 4, 9, 0.9), Mistake(3, 1, 7, 0.5))))
    assert of_cell(kept, None).index.tolist() == [7, 3]
    assert of_cell(kept, (4, 9)).index.tolist() == [7]
    assert of_cell(kept, (4, 4)).index.tolist() == []
    assert stored(ImageDetails(counts, ())).index.tolist() == []


def test_the_heading_says_how_many_there_are_and_how_many_are_here() -> None:
    counts = [[8, 1], [30, 2]]
    names = ["cat", "dog"]
    assert heading(names, counts, None, 24) == (
        "Mistakes, the surest first: 31 images, 24 of them here"
    )
    assert heading(names, counts, (0, 1), 1) == "cat read as dog: 1 image"
    assert heading(names, counts, (0, 0), 8) == "cat read as cat: 8 images"


def test_no_probability_is_rounded_to_certainty() -> None:
    assert percent(0.99999) == "> 99.9 %"
    assert percent(0.9994) == "99.9 %"
    assert percent(0.123) == "12.3 %"
