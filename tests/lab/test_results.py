"""The confusion matrix and the mistakes show the numbers of the result."""

from __future__ import annotations

import numpy as np
import torch

from dl101_core.data import DATASETS, Dataset, Split
from dl101_core.lab.results import confusion_figure, mistake_tiles, percent
from dl101_core.tasks.images.task import Mistake


def test_each_cell_shows_its_count_and_empty_cells_stay_empty() -> None:
    figure = confusion_figure([[5, 0], [2, 9]], ["cat", "dog"])
    heatmap = figure.data[0]
    assert np.array(heatmap.text).tolist() == [["5", ""], ["2", "9"]]
    assert np.array(heatmap.customdata).tolist() == [[5, 0], [2, 9]]
    assert list(heatmap.x) == ["cat", "dog"]


def test_the_first_class_stands_at_the_top_and_digits_are_categories() -> None:
    figure = confusion_figure([[1, 0], [0, 1]], ["0", "1"])
    assert figure.layout.yaxis.autorange == "reversed"
    assert figure.layout.xaxis.type == figure.layout.yaxis.type == "category"
    assert (figure.layout.xaxis.title.text, figure.layout.yaxis.title.text) == ("read as", "true")


def test_more_is_darker_and_a_single_mistake_can_be_seen() -> None:
    z = np.array(confusion_figure([[400, 1], [0, 400]], ["0", "1"]).data[0].z)
    assert z[1, 0] < z[0, 1] < z[0, 0]
    assert z[0, 1] / z[0, 0] >= 0.05


def test_a_mistake_is_its_own_image_with_true_and_predicted_class() -> None:
    images = torch.zeros(3, 28, 28, dtype=torch.uint8)
    images[2, 0, 0] = 255
    split = Split(images, torch.tensor([0, 1, 9]))
    data = Dataset(DATASETS["fashion_mnist"], split, split)
    tiles, captions = mistake_tiles([Mistake(2, 9, 6, 0.974), Mistake(0, 0, 1, 0.5)], data)
    assert captions == ["Boot read as Shirt, 97.4 %", "T-shirt read as Trouser, 50.0 %"]
    assert tiles[0].shape == (84, 84)
    assert tiles[0][:3, :3].max() == 0, "ink is dark on white paper"
    assert tiles[0][3:, 3:].min() == 255
    assert len(mistake_tiles([Mistake(0, 0, 1, 0.5)] * 30, data, limit=24)[0]) == 24


def test_no_probability_is_rounded_to_certainty() -> None:
    assert percent(0.99999) == "> 99.9 %"
    assert percent(0.9994) == "99.9 %"
    assert percent(0.123) == "12.3 %"
