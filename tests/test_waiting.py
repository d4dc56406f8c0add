"""No test waits a fixed time: each wait names its condition, and ends when that is true."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests import patience
from tests.patience import looks_for, wait_for, within
from tests.tiers import TESTS

FILES = sorted(TESTS.rglob("*.py"))
FIXED = {"sleep", "wait_for_timeout"}
# The helper that all tests use, and tools that make files for tests.
MAY_SLEEP = {"patience.py", "drawn/make_drawn.py", "fixtures/state/make.py"}


def fixed_waits(source: str) -> list[str]:
    """Calls that only let time go by, with their lines."""
    calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    calls = [one for one in calls if [ast.unparse(word) for word in one.args] != ["0"]]  # a turn
    names = [(getattr(one.func, "attr", getattr(one.func, "id", "")), one.lineno) for one in calls]
    return [f"line {line}: {name}" for name, line in names if name in FIXED]


def test_a_fixed_wait_is_found_wherever_it_stands() -> None:
    source = "import time\nfrom time import sleep\ntime.sleep(1)\nsleep(2)\np.wait_for_timeout(3)\n"
    assert fixed_waits(source) == ["line 3: sleep", "line 4: sleep", "line 5: wait_for_timeout"]
    assert fixed_waits("await asyncio.sleep(0)") == []
    assert fixed_waits("CODE = 'time.sleep(600)'\nStudio(sleep=wait)") == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(TESTS)))
def test_no_test_waits_a_fixed_time(path: Path) -> None:
    if path.relative_to(TESTS).as_posix() not in MAY_SLEEP:
        found = fixed_waits(path.read_text("utf-8"))
        assert found == [], "use tests.patience, expect(), or page.clock"


@pytest.fixture
def slept(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """A clock that only sleeping moves."""
    now: list[float] = []
    monkeypatch.setattr(patience.time, "monotonic", lambda: sum(now))
    monkeypatch.setattr(patience.time, "sleep", now.append)
    return now


def test_who_waits_goes_on_at_once_when_it_is_there(slept: list[float]) -> None:
    wait_for(lambda: True)
    assert within(5, lambda: True)
    assert slept == []
    wait_for(lambda: len(slept) == 3)
    assert len(slept) == 3


def test_what_never_comes_ends_with_a_sentence(slept: list[float]) -> None:
    with pytest.raises(AssertionError, match="the sun did not rise"):
        wait_for(lambda: False, "the sun did not rise")
    assert sum(slept) >= patience.PATIENCE
    slept.clear()
    assert not within(5, lambda: False)
    assert 5 <= sum(slept) <= 5 + 2 * patience.REST
    assert len(list(zip(looks_for(), range(3), strict=False))) == 3
