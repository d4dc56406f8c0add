"""The value of several repeats that must meet the bar, and the addresses that may be measured."""

from __future__ import annotations

import math
import re

import pytest

from benchmarks.load.report import Check, print_checks
from benchmarks.load.server import loopback
from benchmarks.tables import percentile


def test_the_median_of_the_repeats_is_judged() -> None:
    assert Check("a", "b", (1.0, 9.0, 2.0), "s", 2).ok
    assert not Check("a", "b", (1.0, 9.0, 2.1), "s", 2).ok


def test_of_what_must_never_happen_the_worst_repeat_is_judged() -> None:
    assert not Check("a", "b", (0, 0, 1), bar=0, worst=True).ok
    assert not Check("a", "b", (0.9, 0.4), bar=0.5, at_least=True, worst=True).ok


def test_a_bar_from_below() -> None:
    assert Check("a", "b", (0.9, 0.95), "", 0.9, at_least=True).ok
    assert not Check("a", "b", (0.89,), "", 0.9, at_least=True).ok


def test_what_was_not_measured_misses_its_bar() -> None:
    check = Check("a", "b", (), "s", 2)
    assert math.isnan(check.measured)
    assert not check.ok


def test_the_table_counts_what_is_missed(capsys: pytest.CaptureFixture[str]) -> None:
    rows = [Check("a", "b", (3.0,), "s", 2), Check("a", "c", (1.0,), "s", 2), Check("a", "d", (1,))]
    print_checks("Title", rows)
    text = capsys.readouterr().out
    assert re.search(r"\| a +\| b +\| 3 s .*\| ≤ 2 s +\| MISSED", text)
    assert "1 of 2 bars missed." in text


def test_a_percentile_is_a_value_that_was_measured() -> None:
    values = [float(n) for n in range(1, 101)]
    assert percentile(values, 0.95) == 96
    assert percentile([3.0], 0.95) == 3
    assert percentile(list(reversed(values)), 0.5) == 51


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:8501", "http://localhost:8501/", "http://[::1]:8501"]
)
def test_this_machine_may_be_measured(url: str) -> None:
    assert loopback(url) == url.rstrip("/")


@pytest.mark.parametrize(
    "url",
    [
        "http://192.168.1.10:8501",
        "https://example.org",
        "http://127.0.0.1.example.org",
        "http://example.org@localhost.example.org",
        "http://user@127.0.0.1:8501",
        "ftp://127.0.0.1",
        "127.0.0.1:8501",
        "http://127.0.0.1:8501/training",
        "",
    ],
)
def test_no_other_machine_may_be_measured(url: str) -> None:
    with pytest.raises(ValueError, match="URL"):
        loopback(url)
