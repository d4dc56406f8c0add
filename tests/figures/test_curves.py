"""Curves are drawn from a run's own events, and told apart without colour."""

from __future__ import annotations

import json
from itertools import pairwise
from typing import Any

import pytest

from dl101_core.events import Evaluated, Event, LearningRateChanged, Progress, Started
from dl101_core.figures.curves import Curve, accuracy_option, loss_option, read_curve, spoken

EVENTS: list[Event] = [
    Started(20, 10, 7850, 160, 40, 100),
    Progress(1, 2.4, 0.125, 0.1),
    Progress(10, 1.5, 0.5, 0.1),
    Evaluated(10, 1.25, 0.625),
    LearningRateChanged(10, 0.05),
    Progress(20, 0.75, 0.875, 0.05),
    Evaluated(20, 0.5, 0.9),
]


def series(option: dict[str, object]) -> list[dict[str, object]]:
    found = option["series"]
    assert isinstance(found, list)
    return found


def curve(place: int = 0, events: list[Event] | None = None) -> Curve:
    return read_curve(f"Run {place + 1}: lr 0.1", place, EVENTS if events is None else events)


def test_every_point_of_the_events_is_in_the_charts() -> None:
    train, val = series(loss_option([curve()]))
    assert train["data"] == [[1, 2.4], [10, 1.5], [20, 0.75]]
    assert val["data"] == [[10, 1.25], [20, 0.5]]
    train, val = series(accuracy_option([curve()]))
    assert train["data"] == [[1, 0.125], [10, 0.5], [20, 0.875]]
    assert val["data"] == [[10, 0.625], [20, 0.9]]


def test_a_change_of_the_learning_rate_is_marked_at_its_step() -> None:
    train = series(loss_option([curve()]))[0]
    assert train["markLine"]["data"] == [{"xAxis": 10, "label": {"formatter": "lr 0.05"}}]  # type: ignore[index]


def test_the_axis_spans_the_whole_run_from_its_first_point() -> None:
    assert loss_option([curve(events=EVENTS[:2])])["xAxis"]["max"] == 20  # type: ignore[index]
    assert accuracy_option([curve()])["yAxis"] == {"type": "value", "min": 0, "max": 1}


def test_nothing_moves_by_itself_and_the_option_is_plain_json() -> None:
    for option in (loss_option([]), accuracy_option([curve(), curve(1)])):
        assert option["animation"] is False
        assert json.loads(json.dumps(option)) == option


def test_a_single_point_is_visible_though_it_has_no_line() -> None:
    train, _ = series(loss_option([curve(events=EVENTS[:2])]))
    assert train["symbol"] == "circle"
    assert series(loss_option([curve()]))[0]["symbol"] == "none"


def test_neighbouring_runs_differ_in_colour_and_in_line() -> None:
    for option in (loss_option, accuracy_option):
        drawn = series(option([curve(place) for place in range(10)]))[1::2]
        colours = [s["itemStyle"]["color"] for s in drawn]  # type: ignore[index]
        lines = [s["lineStyle"]["type"] for s in drawn]  # type: ignore[index]
        assert len(set(colours)) == 10
        assert all(a != b for a, b in pairwise(lines))


def test_several_runs_are_named_in_the_legend() -> None:
    option = loss_option([curve(0), curve(3)])
    assert names(option) == ["Run 1", "Run 4"]
    assert names(loss_option([curve()])) == ["training", "validation"]


def names(option: Any) -> list[str]:
    return [entry["name"] for entry in option["legend"]["data"]]


def test_a_loss_that_explodes_leaves_the_chart_at_the_top() -> None:
    wild: list[Event] = [*EVENTS[:2], Progress(2, 9000.0, 0.1, 100.0)]
    assert loss_option([curve(events=wild)])["yAxis"]["max"] == 10  # type: ignore[index]
    assert "max" not in loss_option([curve()])["yAxis"]  # type: ignore[operator]


@pytest.mark.parametrize("count", [0, 1])
def test_a_run_without_points_is_said_to_have_none(count: int) -> None:
    silent = curve(events=EVENTS[:count]) if count else None
    assert spoken("Loss", silent) == "Loss against the training step: no points yet."


def test_the_chart_is_also_a_sentence() -> None:
    assert spoken("Loss", curve()) == (
        "Loss of Run 1: lr 0.1: training 0.750 at step 20, validation 0.500 at step 20."
    )
    assert spoken("Accuracy", curve(events=EVENTS[:3])) == (
        "Accuracy of Run 1: lr 0.1: training 0.500 at step 10."
    )
