"""The server's middleware and routes; and no start with an impossible limit."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from dl101_core.server import SCRIPT, guards
from dl101_core.server.guards import middleware, routes
from dl101_core.server.headers import SecurityHeaders

ROOT = Path(__file__).resolve().parents[2]


def test_headers_are_outermost_so_that_refusals_have_them() -> None:
    assert middleware()[0].cls is SecurityHeaders


def test_every_route_lies_below_the_base_path(monkeypatch: pytest.MonkeyPatch) -> None:
    paths = {route.path for route in routes()}
    monkeypatch.setattr(guards.st, "get_option", lambda name: "/dl101/")
    assert {route.path for route in routes()} == {f"/dl101{path}" for path in paths}
    assert "/api/runs/{run_id}/events" in paths


def test_an_impossible_limit_ends_the_program_with_a_sentence(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("DL101_UPLOADS_HELD_MB", "lots")
    with pytest.raises(SystemExit) as end:
        middleware()
    assert str(end.value) == (
        "The server does not start: DL101_UPLOADS_HELD_MB (='lots') must be a whole number."
    )


def test_the_entry_is_an_app_and_nothing_else() -> None:
    tree = ast.parse((ROOT / "app.py").read_text("utf-8"))
    kinds = [type(part) for part in tree.body]
    assert kinds == [ast.Expr, ast.Import, *[ast.ImportFrom] * 3, ast.Assign]


def test_no_pages_stand_beside_the_script_where_streamlit_would_find_them() -> None:
    assert SCRIPT.is_file()
    assert not (SCRIPT.parent / "pages").exists()
