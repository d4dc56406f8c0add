"""Every test is in exactly one tier, and in the right one; and ``make test`` runs them all."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from tests import run_tiers
from tests.run_tiers import Outcome, closing_lines, command, main
from tests.tiers import CORES, TESTS, TIERS, may_hold, tier_of

ROOT = TESTS.parent
FILES = sorted(TESTS.rglob("test_*.py"))
# Names that only the tests of one tier may use.
BELONGS = {
    "AppTest": {"app"},
    "playwright": {"e2e"},
    "LocalRunner": {"faults", "app"},
    "RayRunner": {"faults"},
    "Cluster": {"faults"},
    "SIGKILL": {"faults", "e2e"},
    "SIGSTOP": {"faults"},
}
# Files that name such things without starting them.
NAMES_ONLY = {"tests/test_tiers.py", "tests/jobs/test_log_events.py"}


def test_a_folder_or_a_marker_names_the_tier_and_who_has_neither_is_a_unit() -> None:
    assert tier_of(TESTS / "e2e" / "test_draw.py", []) == "e2e"
    assert tier_of(TESTS / "jobs" / "ray" / "test_ray.py", []) == "faults"
    assert tier_of(TESTS / "jobs" / "test_desk.py", []) == "unit"
    assert tier_of(TESTS / "jobs" / "test_local.py", ["faults"]) == "faults"
    assert tier_of(TESTS / "app" / "test_draw.py", ["app"]) == "app"


def test_no_test_is_in_two_tiers() -> None:
    with pytest.raises(ValueError, match="several tiers: e2e, faults"):
        tier_of(TESTS / "e2e" / "test_draw.py", ["faults"])
    with pytest.raises(ValueError, match="several tiers: app, faults"):
        tier_of(TESTS / "test_conv.py", ["faults", "app"])


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(TESTS)))
def test_a_file_is_read_for_each_tier_that_it_has_tests_of(path: Path) -> None:
    tiers = {name for name in TIERS if may_hold(path, name)}
    text = path.read_text("utf-8")
    marked = set(re.findall(r"pytest\.mark\.(app|e2e|faults)\b", text))
    if path.name == "test_tiers.py":
        return
    if "unit" in tiers:
        assert tiers - {"unit"} == marked
    else:
        assert len(tiers) == 1, "a folder of one tier"
        assert marked <= tiers


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(TESTS)))
def test_no_unit_starts_a_page_a_browser_an_engine_or_kills(path: Path) -> None:
    """A name that only one tier may use is in no file without tests of that tier."""
    if str(path.relative_to(ROOT)) in NAMES_ONLY:
        return
    names = used(path)
    tiers = {name for name in TIERS if may_hold(path, name)}
    wrong = [name for name, allowed in BELONGS.items() if name in names and not tiers & allowed]
    assert wrong == [], f"name a tier: pytestmark = pytest.mark.{min(BELONGS[wrong[0]])}"


def used(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Attribute):
            names.add(node.attr)
        elif isinstance(node, ast.Name):
            names.add(node.id)
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module.split(".")[0], *(alias.name for alias in node.names)}
    return names


def test_browsers_leave_a_core_free_and_only_they_and_faults_are_run_again() -> None:
    assert TIERS["e2e"].workers == max(1, CORES - 1)
    assert {name for name, tier in TIERS.items() if tier.reruns} == {"e2e", "faults"}
    for name in TIERS:
        call = command(name, ["-k", "x"], Path("report.json"))
        assert f"--tier={name}" in call
        assert "--durations=15" in call
        assert ("--reruns=1" in call) == (name in ("e2e", "faults"))
        assert call[-2:] == ["-k", "x"]


def test_the_makefile_has_a_target_for_each_tier_and_ci_calls_make_test() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    for name in TIERS:
        assert f"\n{name}: " in makefile
        assert f"$(RUN_TIERS) {name} -- $(ARGS)" in makefile
    assert (ROOT / ".ci" / "run").read_text("utf-8").rstrip().endswith("make lint\nmake test")


def test_the_last_lines_say_how_each_tier_went_and_name_who_failed_or_came_twice() -> None:
    outcomes = [
        Outcome("unit", 0, 61.2, {"failed": 0, "passed": 2_800, "skipped": 2, "rerun": 0}),
        Outcome("e2e", 1, 7.0, {"failed": 1, "passed": 9, "rerun": 2}, ("Failed: a", "Rerun: a")),
        Outcome("faults", 3, 1.0),
    ]
    assert closing_lines(outcomes) == [
        "unit    2800 passed, 2 skipped in 61.20s (0:01:01)",
        "e2e     1 failed, 9 passed, 2 rerun in 7.00s",
        "    Failed: a",
        "    Rerun: a",
        "faults  no tests ran in 1.00s (pytest ended with code 3)",
        "1 failed, 2809 passed, 2 skipped, 2 rerun in 69.20s (0:01:09)",
    ]

    assert closing_lines(outcomes[:1]) == ["unit    2800 passed, 2 skipped in 61.20s (0:01:01)"]


def test_all_tiers_run_and_one_that_fails_fails_the_whole(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    codes = {"unit": 0, "app": 1, "e2e": 0, "faults": 0}
    asked: list[tuple[str, list[str]]] = []

    def call(words: list[str]) -> int:
        asked.append((words[3].removeprefix("--tier="), words[-1:]))
        return codes[asked[-1][0]]

    monkeypatch.setattr(run_tiers, "call", call)
    assert main(["--", "-x"]) == 1
    assert asked == [(name, ["-x"]) for name in TIERS]
    codes["app"] = 5  # none of the requested tests exist
    assert main(["--", "-x"]) == 0
    assert main([]) == 1, "but a tier without any test is not green"
    asked.clear()
    assert main(["e2e"]) == 0
    assert [name for name, _ in asked] == ["e2e"]
    assert main(["browser"]) != 0
    assert "There is no tier browser" in capsys.readouterr().err
