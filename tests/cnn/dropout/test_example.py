"""The recorded pair of the dropout page: whole, of the settings it names, and told as measured."""

from __future__ import annotations

import json
from statistics import fmean

import pytest

from dl101_core.cnn.dropout.controls import first_pair
from dl101_core.cnn.dropout.example import STROKES, read_example, seeds_sentence
from dl101_core.cnn.dropout.example_view import LABEL, example_gaps, feed_text

EXAMPLE = read_example()


def test_the_recorded_runs_are_those_of_the_settings() -> None:
    for run, config in zip(EXAMPLE.runs, STROKES.runs, strict=True):
        assert run.total == config.total_steps
        assert run.train[-1][0] == run.val[-1][0] == run.total
        assert run.gap.train.images == STROKES.train_size
        assert run.gap.val.images == STROKES.val_size
        assert run.val[-1][2] == pytest.approx(run.gap.val.accuracy, abs=1e-6)
    assert [name for name, _ in example_gaps()] == ["Without dropout", "Dropout 0.5"]
    first, *_ = EXAMPLE.seeds
    assert first.seed == STROKES.seed
    assert first.gaps == tuple(run.gap.points for run in EXAMPLE.runs)
    assert first.tests == tuple(run.test for run in EXAMPLE.runs)
    assert first_pair().dropout in (0.4, STROKES.dropout)


def test_all_seeds_are_told_together() -> None:
    assert [one.seed for one in EXAMPLE.seeds] == list(range(10))
    words = seeds_sentence(EXAMPLE)
    assert f"smaller {sum(a > b for a, b in (s.gaps for s in EXAMPLE.seeds))} times" in words
    means = [100 * fmean(one.tests[i] for one in EXAMPLE.seeds) for i in (0, 1)]
    assert (
        f"{means[1]:.1f} % of the test images were read right instead of {means[0]:.1f} %" in words
    )


def test_the_charts_get_both_curves_and_ask_for_no_more() -> None:
    feed = json.loads(feed_text())
    assert feed["line"] == LABEL
    assert (feed["again"], feed["live"], feed["share"]) == (0, [], None)
    assert [curve["id"] for curve in feed["curves"]] == [*feed["beside"], feed["run"]]
    for curve, run in zip(feed["curves"], EXAMPLE.runs, strict=True):
        assert len(curve["train"]) == len(run.train) > 20
        assert curve["gap"]["Accuracy"] == [run.gap.train.accuracy, run.gap.val.accuracy]
