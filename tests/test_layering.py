"""The core never mentions the page: only ``dl101_core.ui`` and ``server`` may load streamlit."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
CORE = ROOT / "dl101_core"
# What a package may not import, besides streamlit outside ui.
FORBIDDEN = {
    "data": ("models", "tasks", "training", "jobs", "figures", "ui", "server", "scripts"),
    "models": ("data", "tasks", "training", "jobs", "figures", "ui", "server", "scripts"),
    "tasks": ("jobs", "figures", "ui", "server", "scripts"),
    # Whatever is trained, the loop and the runner know it by its contract only.
    "training": ("tasks.catalogue", "tasks.images", "jobs", "figures", "ui", "server", "scripts"),
    "jobs": ("tasks.images", "models.catalogue", "figures", "ui", "server", "scripts"),
    "figures": ("jobs", "ui", "server"),
    "scripts": ("jobs", "figures", "ui", "server"),
}


def modules() -> list[str]:
    return sorted(
        ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        for path in CORE.rglob("*.py")
        if path.relative_to(CORE).parts[0] not in ("ui", "server")
    )


def test_no_module_outside_ui_and_server_loads_streamlit() -> None:
    lines = "\n".join(
        f"import {name}" for name in modules() if not name.endswith((".zygote", ".ray.bridge"))
    )
    code = f"{lines}\nimport sys\nprint('streamlit' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "False"


@pytest.mark.parametrize("package", FORBIDDEN)
def test_imports_point_one_way(package: str) -> None:
    wrong = [
        f"{path.name} imports {name}"
        for path in (CORE / package).rglob("*.py")
        for name in imported(path)
        for forbidden in FORBIDDEN[package]
        if (name + ".").startswith(f"dl101_core.{forbidden}.")
    ]
    assert wrong == []


def imported(path: Path) -> list[str]:
    names = []
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            names += [f"{node.module}.{alias.name}" for alias in node.names]
    return names


def test_fragments_are_made_in_one_place() -> None:
    """``ui/fragments.py`` says why Streamlit's own must not be used."""
    own = CORE / "ui" / "fragments.py"
    pages = [*CORE.rglob("*.py"), *(ROOT / "pages").rglob("*.py"), ROOT / "app.py"]
    assert "st.fragment" in own.read_text("utf-8")
    assert [p.name for p in pages if p != own and "st.fragment" in p.read_text("utf-8")] == []
