"""A curve grows with its run's events; a browser gets each point once and in order."""

from __future__ import annotations

import json
import math
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as some

from dl101_core.lab.curves import Curve, storm_sentence
from dl101_core.training.events import Event, Failed, LearningRateChanged, Started
from tests.events import evaluated, progress

EVENTS: list[Event] = [
    Started(20, 10, 7850, 160, 40, 100),
    progress(1, 2.4, 0.125, 0.1),
    progress(10, 1.5, 0.5, 0.1),
    evaluated(10, 1.25, 0.625),
    LearningRateChanged(10, 0.05),
    progress(20, 0.75, 0.875, 0.05),
    evaluated(20, 0.5, 0.9),
]


def curve(events: list[Event]) -> Curve:
    made = Curve()
    made.take(events)
    return made


def test_every_point_of_the_events_is_in_the_curve() -> None:
    whole = curve(EVENTS)
    assert whole.total_steps == 20
    assert whole.train == [(1, 2.4, 0.125), (10, 1.5, 0.5), (20, 0.75, 0.875)]
    assert whole.val == [(10, 1.25, 0.625), (20, 0.5, 0.9)]
    assert whole.rates == [(10, 0.05)]


@given(some.lists(some.integers(0, len(EVENTS)), max_size=6))
def test_a_browser_that_appends_the_news_has_the_whole_curve(cuts: list[int]) -> None:
    growing = Curve()
    drawn: list[list[object]] = [[], [], []]
    edges = [0, *sorted(cuts), len(EVENTS)]
    for begin, end in pairwise(edges):
        growing.take(EVENTS[begin:end])
        news = growing.news([len(one) for one in drawn])
        for one, start, name in zip(drawn, news["from"], ("train", "val", "rates"), strict=True):  # type: ignore[call-overload]
            assert start == len(one)
            one.extend(news[name])  # type: ignore[arg-type]
    whole = curve(EVENTS)
    assert drawn == [whole.train, whole.val, whole.rates]


def test_whoever_claims_to_have_seen_more_than_there_is_gets_the_end() -> None:
    news = curve(EVENTS).news((99, 1, 0))
    assert news["from"] == [3, 1, 0]
    assert (news["train"], news["val"], news["rates"]) == ([], [(20, 0.5, 0.9)], [(10, 0.05)])


def test_what_no_chart_can_show_is_none_and_still_valid_json() -> None:
    wild = curve([progress(1, math.inf, 0.1, 100.0), progress(2, math.nan, 0.1, 100.0)])
    assert wild.train == [(1, None, 0.1), (2, None, 0.1)]
    json.dumps(wild.news((0, 0, 0)), allow_nan=False)


def test_points_keep_six_digits() -> None:
    assert curve([progress(1, 1.23456789, 1 / 3, 0.1)]).train == [(1, 1.23457, 0.333333)]


def test_an_explosion_is_told_with_its_steps_and_its_height() -> None:
    wild = curve([progress(1, 2.363, 0.1, 100.0), progress(4, 544.6, 0.2, 100.0)])
    wild.take([progress(8, 794.55, 0.3, 100.0), progress(12, 9.0, 0.3, 100.0)])
    assert storm_sentence(wild) == (
        "The training loss began at 2.36, was above 10 by step 4 and reached 795 by step 8."
    )
    assert storm_sentence(curve(EVENTS)) == ""
    assert storm_sentence(Curve()) == ""


def test_the_step_that_ended_a_run_is_in_its_curve_and_another_failure_is_not() -> None:
    assert curve([Failed(7, "The loss is too large.", 0.1)]).news((0, 0, 0))["broke"] == 7
    assert curve([Failed(7, "The worker died.")]).news((0, 0, 0))["broke"] is None
