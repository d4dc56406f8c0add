"""Messages of a hostile browser: any JSON, and the right structure with wrong values."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

TIMES = int(os.environ.get("DL101_FUZZ", "1"))


def many(examples: int) -> settings:
    """``examples`` in the daily tests; ``DL101_FUZZ=100`` asks for a hundred times as many."""
    return settings(
        max_examples=examples * TIMES,
        deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    )


HUGE = st.sampled_from([2**31, -(2**63), 2**64, 10**400, -(10**4000), 1e308, -1e308, 5e-324, -0.0])
NUMBERS = st.integers() | st.floats() | HUGE | st.integers(-300, 600)
# Lone surrogates come through JSON as "\ud800".
TEXTS = st.text(st.characters(codec=None), max_size=30) | st.sampled_from(
    ["", "\ud800", "\x00", "‮", "**bold**", "<img src=x onerror=alert(1)>", "é" * 1000]
)
SCALARS = st.none() | st.booleans() | NUMBERS | TEXTS
JSON: st.SearchStrategy[Any] = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(TEXTS, inner, max_size=5),
    max_leaves=25,
)


def nested(depth: int, leaf: object = 0) -> object:
    """Lists in lists, deeper than ``repr`` can follow."""
    for _ in range(depth):
        leaf = [leaf]
    return leaf


# Made on demand: a million objects would slow down all other tests.
LARGE: list[Callable[[], object]] = [
    lambda: nested(100_000),
    lambda: {"strokes": nested(100_000)},
    lambda: {"strokes": [nested(100_000)]},
    lambda: {"strokes": [[nested(100_000)]]},
    lambda: {"strokes": [[[0, nested(100_000)]]]},
    lambda: {"strokes": "x" * 1_000_000},
    lambda: {"strokes": [["x" * 1_000_000]]},
    lambda: {"strokes": [[["x" * 1_000_000, 0]]]},
    lambda: {"strokes": [[[10**100_000, 0]]]},
    lambda: {"strokes": [[]] * 1_000_000},
    lambda: {"strokes": [[0] * 1_000_000]},
    lambda: {"strokes": [[[0, 0]] * 20_000] * 500},
    lambda: {"strokes": {str(i): i for i in range(100_000)}},
    lambda: {"strokes": [{str(i): i for i in range(100_000)}]},
    lambda: "x" * 1_000_000,
    lambda: 10**100_000,
    lambda: [0] * 1_000_000,
    lambda: {str(i): i for i in range(100_000)},
]
