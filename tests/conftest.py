"""One torch thread for every test, as in the workers, so that results compare bit for bit.

And the tiers: every test gets the marker of its own; ``--tier`` collects one of them.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.patience import PATIENCE
from tests.reruns import say_reruns, write_report
from tests.tiers import TESTS, TIERS, may_hold, tier_of

pytest_plugins = ["tests.browser"]


def pytest_sessionstart(session: pytest.Session) -> None:
    """Set up the process, unless it only distributes tests: importing torch takes seconds."""
    if session.config.getoption("dist", "no") != "no":
        return
    import torch
    from hypothesis import HealthCheck, settings

    torch.set_num_threads(1)
    # By default examples that take 0.2 s are failures, and so are slow generators of examples.
    settings.register_profile("suite", deadline=None, suppress_health_check=[HealthCheck.too_slow])
    settings.load_profile("suite")


@pytest.fixture
def page_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """For a page without ``server/site.py``: Streamlit links only to pages of the whole app."""
    import streamlit as st

    monkeypatch.setattr(st, "page_link", lambda *_, **__: None)


@pytest.fixture
def few_test_images(monkeypatch: pytest.MonkeyPatch) -> int:
    """Number of test images of strokes: all 4,000 through dozens of networks take a minute."""
    from dl101_core.data import datasets

    whole, few = datasets._load("strokes", datasets.data_dir()), 300
    short = replace(whole, test=datasets.Split(whole.test.images[:few], whole.test.labels[:few]))
    monkeypatch.setattr(datasets, "_load", lambda name, root: short)
    return few


@pytest.fixture
def without_onednn(monkeypatch: pytest.MonkeyPatch) -> None:
    """For thousands of small convolutions: oneDNN plans for each size, at ten times the cost."""
    import torch

    monkeypatch.setattr(torch.backends.mkldnn, "enabled", False)


@pytest.fixture(scope="session", autouse=True)
def warm_zygotes(request: pytest.FixtureRequest) -> Iterator[None]:
    """Worker processes of tests come from one nursery, which has imported torch."""
    tested = any(item.get_closest_marker("faults") for item in request.session.items)
    if not tested or sys.platform != "linux":
        yield
        return
    from tests.nursery import zygotes_from_nursery

    with zygotes_from_nursery():
        yield


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("tiers")
    group.addoption("--tier", choices=list(TIERS), help="run the tests of one tier")
    group.addoption("--tier-report", type=Path, help="write the counts of all outcomes here")


def pytest_configure(config: pytest.Config) -> None:
    for name, tier in TIERS.items():
        config.addinivalue_line("markers", f"{name}: {tier.says}")


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    tier = config.getoption("--tier")
    ours = TESTS in collection_path.parents
    test = ours and (collection_path.suffix == ".py" or collection_path.is_dir())
    return True if tier and test and not may_hold(collection_path, tier) else None


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    for item in items:
        marked = [mark.name for mark in item.iter_markers() if mark.name in TIERS]
        name = tier_of(item.path, marked)
        if not marked:
            item.add_marker(name)
    if any(item.get_closest_marker("app") for item in items):
        give_pages_time()
    if chosen := config.getoption("--tier"):
        others = [item for item in items if not item.get_closest_marker(chosen)]
        items[:] = [item for item in items if item.get_closest_marker(chosen)]
        config.hook.pytest_deselected(items=others)


def pytest_collection_finish(session: pytest.Session) -> None:
    """Freeze all objects: pytest ends with five garbage collections, which need not search them."""
    gc.collect()
    gc.freeze()


def give_pages_time() -> None:
    """A script of AppTest may take three seconds by default; on a busy machine it takes more."""
    from streamlit.testing.v1 import AppTest

    made = AppTest.__init__

    def patient(self: AppTest, *words: Any, default_timeout: float, **rest: Any) -> None:
        made(self, *words, default_timeout=max(default_timeout, PATIENCE), **rest)

    AppTest.__init__ = patient  # type: ignore[method-assign]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    say_reruns(terminalreporter)
    if path := terminalreporter.config.getoption("--tier-report"):
        write_report(terminalreporter, path)
