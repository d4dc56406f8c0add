"""A test that needed a second try is named, with what went wrong the first time."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.tiers import TESTS

CONFTEST = f"""
import sys
sys.path.insert(0, {str(TESTS.parent)!r})
from pathlib import Path
from tests.reruns import say_reruns, write_report

def pytest_terminal_summary(terminalreporter):
    say_reruns(terminalreporter)
    write_report(terminalreporter, Path("report.json"))
"""
FLAKY = """
from pathlib import Path

def test_steady():
    pass

def test_second_try():
    first = not Path("tried").exists()
    Path("tried").touch()
    assert not first, "too early\\nand more words"

def test_never():
    raise ValueError("broken for good")
"""


@pytest.mark.parametrize("workers", ["0", "2"])
def test_every_rerun_is_printed_by_name_and_who_fails_twice_fails(
    tmp_path: Path, workers: str
) -> None:
    (tmp_path / "conftest.py").write_text(CONFTEST)
    (tmp_path / "test_flaky.py").write_text(FLAKY)
    # Only the plugins in question: to load all of them takes longer than the tests.
    plugins = ["-p", "no:cacheprovider", "-p", "xdist", "-p", "pytest_rerunfailures"]
    words = ["-q", "--reruns=1", f"-n{workers}", *plugins, f"--rootdir={tmp_path}"]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *words],
        cwd=tmp_path,
        env=os.environ | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1, done.stdout + done.stderr
    lines = done.stdout.splitlines()
    assert "Rerun: test_flaky.py::test_second_try — AssertionError: too early" in lines
    assert "Rerun: test_flaky.py::test_never — ValueError: broken for good" in lines
    assert lines[-1].startswith("1 failed, 2 passed, 2 rerun in ")
    report = json.loads((tmp_path / "report.json").read_text())
    counts = {name: number for name, number in report["counts"].items() if number}
    assert counts == {"failed": 1, "passed": 2, "rerun": 2}
    assert sorted(report["lines"]) == [
        "Failed: test_flaky.py::test_never — ValueError: broken for good",
        "Rerun: test_flaky.py::test_never — ValueError: broken for good",
        "Rerun: test_flaky.py::test_second_try — AssertionError: too early",
    ]
