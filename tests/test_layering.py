"""Layers: only named files import streamlit, no lesson imports another, imports point down."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
CORE = ROOT / "dl101_core"
CHAPTERS = ("cnn",)
PAGES = ("cnn", "lab", "draw", "home", "operator", "server", "ui")
# What a package may not import, besides streamlit.
FORBIDDEN = {
    "data": ("models", "tasks", "training", "jobs", *PAGES),
    "models": ("data", "tasks", "training", "jobs", *PAGES),
    "tasks": ("jobs", *PAGES),
    # The loop and the runner know any task by its contract only.
    "training": ("tasks.catalogue", "tasks.images", "jobs", *PAGES),
    "jobs": ("tasks.images", "models.catalogue", *PAGES),
    "explain": ("jobs", "cnn", "lab", "home", "operator", "server", "ui"),
    "ui": ("cnn", "lab", "draw", "home", "operator"),
    "lab": (*CHAPTERS, "home", "operator", "server"),
    "draw": (*CHAPTERS, "home", "operator", "server"),
    "making": ("jobs", *CHAPTERS, "lab", "home", "operator", "server", "ui"),
}


def may_use_streamlit(path: Path) -> bool:
    """Controls and views, and what all of them share."""
    room = path.relative_to(CORE).parts[0]
    named = path.stem in ("controls", "view", "session_runs")
    return named or path.stem.endswith(("_controls", "_view")) or room in ("ui", "server")


def modules() -> list[str]:
    return sorted(
        ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        for path in CORE.rglob("*.py")
        if not may_use_streamlit(path)
    )


def test_only_controls_and_views_load_streamlit() -> None:
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


def test_the_app_does_not_import_what_only_make_targets_need() -> None:
    app = [path for path in CORE.rglob("*.py") if path.parent.name != "making"]
    names = [name for path in (*app, *(ROOT / "pages").rglob("*.py")) for name in imported(path)]
    assert [name for name in names if name.startswith("dl101_core.making")] == []


def lessons() -> list[Path]:
    folders = (path for chapter in CHAPTERS for path in (CORE / chapter).iterdir())
    return [path for path in folders if path.is_dir() and path.name != "__pycache__"]


@pytest.mark.parametrize("lesson", lessons(), ids=lambda path: path.name)
def test_no_lesson_imports_another(lesson: Path) -> None:
    others = [f"dl101_core.{path.parent.name}.{path.name}." for path in lessons() if path != lesson]
    wrong = [
        f"{path.name} imports {name}"
        for path in lesson.rglob("*.py")
        for name in imported(path)
        if (name + ".").startswith(tuple(others))
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
