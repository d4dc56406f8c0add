"""Links: with any text in its address, every page opens without an exception."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from itertools import cycle
from pathlib import Path

import pytest
import streamlit as st
from hypothesis import given, strategies
from streamlit.testing.v1 import AppTest

from dl101_core.curriculum import pages
from dl101_core.data import downloads
from dl101_core.jobs.runner import new_run_id
from dl101_core.lab import session_runs as runs
from dl101_core.page_info import PageInfo
from tests.fuzz.strategies import many
from tests.inline import InlineRunner

ROOT = Path(__file__).resolve().parents[2]
pytestmark = [pytest.mark.app, pytest.mark.usefixtures("page_alone")]
# Besides the keys of the widgets, which are found by opening the page.
NAMES = {"run", "runs", "tab", "view", "result", "kernel_values", "photo", "embed", "link_problems"}
HOSTILE = [
    "",
    " ",
    "0",
    "-1",
    "1e999",
    "nan",
    "-inf",
    "1_0",
    "٣",
    "+5",
    "0x10",
    "5.0",
    "9" * 400,
    "9" * 5000,
    "true",
    "null",
    "[]",
    "{}",
    "[[0,0,0]]",
    "0,0,0;0,0,0;0,0,0",
    "1e308,1e308,1e308;1,1,1;1,1,1",
    "\x00",
    "\ufffd",
    "‮gnp",
    "é" * 500,
    "../../etc/passwd",
    "<img src=x onerror=alert(1)>",
    "**bold** [x](javascript:alert(1)) $x^2$ :material/home: :red[x]",
    "'; DROP TABLE runs; --",
    "Own picture",
    "Camera",
    "Your own",
    "A photo",
    "The code",
    new_run_id(),
    ",".join(new_run_id() for _ in range(50)),
    new_run_id().upper(),
    new_run_id() + "\n",
]
# The builder keeps the text for a correction; the pad has no message of its own.
SAYS = {"builder": "Shown instead", "draw": ""}


@pytest.fixture(autouse=True)
def _inline_runner(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    monkeypatch.setattr(runs, "local_runner", lambda: InlineRunner(steps=1))
    monkeypatch.setenv("DL101_DATA_DIR", str(tmp_path))
    monkeypatch.setattr(downloads, "_statuses", {})
    st.cache_resource.clear()
    yield
    st.cache_resource.clear()


def opened(page: PageInfo, query: dict[str, list[str]]) -> AppTest:
    app = AppTest.from_file(str(ROOT / page.path), default_timeout=60)
    for name, values in query.items():
        app.query_params[name] = values
    app.run()
    assert not app.exception, (query, [e.value for e in app.exception])
    return app


@cache
def names(page: PageInfo) -> list[str]:
    """Everything that the page, or a page like it, might read from its address."""
    keys = opened(page, {}).session_state._state.filtered_state
    return sorted(NAMES | {key.rpartition(".")[2] for key in keys if not key.startswith("$$")})


PAGES = pytest.mark.parametrize("page", [p for p in pages() if p.lesson], ids=lambda p: p.title)


@PAGES
@pytest.mark.parametrize("first", range(0, len(HOSTILE), 3))
def test_hostile_values_everywhere_at_once_open_the_page(page: PageInfo, first: int) -> None:
    values = HOSTILE[first:] + HOSTILE[:first]
    app = opened(page, {name: [value] for name, value in zip(names(page), cycle(values))})
    said = " ".join(box.value for box in app.warning)
    assert len(said) < 6000
    assert not any(mark in said for mark in ("<img", "javascript:", "$x", ":red["))
    assert SAYS.get(page.lesson, "link") in said


@PAGES
@many(10)
@given(data=strategies.data())
def test_any_address_opens_the_page(page: PageInfo, data: strategies.DataObject) -> None:
    known = data.draw(strategies.just(names(page)))
    texts = strategies.sampled_from(HOSTILE) | strategies.text(
        strategies.characters(codec="utf-8"), max_size=20
    )
    values = strategies.lists(texts, min_size=1, max_size=3)
    query = data.draw(
        strategies.dictionaries(strategies.sampled_from(known) | texts, values, max_size=6)
    )
    app = opened(page, query)
    app.run()  # a repaired link does not break the next run
    assert not app.exception, (query, [e.value for e in app.exception])
