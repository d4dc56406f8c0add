"""Each patch of Streamlit works as described, and only in the version that it was made for."""

from __future__ import annotations

import ast
from collections.abc import Callable
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import streamlit as st
from streamlit.runtime.app_session import AppSession, AppSessionState
from streamlit.runtime.scriptrunner import RerunData
from streamlit.runtime.scriptrunner.script_runner import ScriptRunner

from dl101_core.server import streamlit_patches
from dl101_core.server.streamlit_patches import hear_scripts_to_their_end

ROOT = Path(__file__).resolve().parents[2]
PATCHES = [
    "hear_scripts_to_their_end",
    "ignore_unreadable_values",
    "keep_fragments_on_their_page",
]

FRAGMENT = RerunData(fragment_id="picture")


class Runner:
    """Accepts requests only while it runs."""

    def __init__(self, runs: bool) -> None:
        self.runs = runs
        self.asked: list[RerunData] = []

    def request_rerun(self, rerun: RerunData) -> bool:
        if self.runs:
            self.asked.append(rerun)
        return self.runs


@pytest.fixture
def created(monkeypatch: pytest.MonkeyPatch) -> list[RerunData]:
    """The requests for which new runners were created."""
    made: list[RerunData] = []

    def create(session: Any, rerun: RerunData) -> None:
        made.append(rerun)
        session._scriptrunner = Runner(True)

    def request(session: Any, client_state: RerunData) -> None:
        if not session._scriptrunner or not session._scriptrunner.request_rerun(client_state):
            AppSession._create_scriptrunner(session, client_state)

    monkeypatch.setattr(AppSession, "_create_scriptrunner", create)
    monkeypatch.setattr(AppSession, "request_rerun", request)
    hear_scripts_to_their_end()
    hear_scripts_to_their_end()  # a second call must not wrap it again
    return made


class Session:
    """The parts of a session that a request needs; the test runs its event loop step by step."""

    def __init__(self, runner: Runner | None) -> None:
        self._scriptrunner, self._state = runner, AppSessionState.APP_IS_RUNNING
        self._event_loop = self
        self.later: list[Callable[[], None]] = []

    def ask(self) -> None:
        AppSession._create_scriptrunner(self, FRAGMENT)  # type: ignore[arg-type]

    def call_later(self, seconds: float, call: Callable[..., None], *args: object) -> None:
        assert 0 < seconds < 0.1
        self.later.append(partial(call, *args))

    def turn(self) -> None:
        due, self.later = self.later, []
        for call in due:
            call()


def test_it_begins_at_once_where_nothing_runs(created: list[RerunData]) -> None:
    Session(None).ask()
    assert created == [FRAGMENT]


def test_it_waits_for_the_last_word_of_the_old_one(created: list[RerunData]) -> None:
    one = Session(Runner(False))
    one.ask()
    one.turn()
    one.turn()
    assert created == []
    one._scriptrunner = None  # as Streamlit does at the last message
    one.turn()
    one.turn()
    assert created == [FRAGMENT]


def test_a_runner_that_came_meanwhile_takes_it_once(created: list[RerunData]) -> None:
    one, newer = Session(Runner(False)), Runner(True)
    one.ask()
    one._scriptrunner = newer
    one.turn()
    one.turn()
    assert (created, newer.asked) == ([], [FRAGMENT])


def test_what_is_asked_later_is_answered_later(created: list[RerunData]) -> None:
    """Each request holds all values of the page, so an older one must not be answered last."""
    one = Session(Runner(False))
    questions = [RerunData(fragment_id=name) for name in ("first", "second", "third")]
    for question in questions[:2]:
        AppSession.request_rerun(one, question)  # type: ignore[arg-type]
    one._scriptrunner = None
    AppSession.request_rerun(one, questions[2])  # type: ignore[arg-type]
    assert created == []
    one.turn()
    newer = one._scriptrunner
    assert isinstance(newer, Runner)
    assert created + newer.asked == questions
    one.turn()
    assert created + newer.asked == questions


def test_a_session_that_is_closed_asks_no_more(created: list[RerunData]) -> None:
    one = Session(Runner(False))
    one.ask()
    one._state, one._scriptrunner = AppSessionState.SHUTDOWN_REQUESTED, None
    one.turn()
    assert (created, one.later) == ([], [])


@pytest.mark.parametrize(("version", "applied"), [("1.67.0", True), ("1.68.0", False)])
def test_another_version_of_streamlit_goes_without_the_patches_and_the_log_says_so(
    version: str,
    applied: bool,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    done: list[str] = []
    monkeypatch.setattr(st, "__version__", version)
    for name in PATCHES:
        monkeypatch.setattr(streamlit_patches, name, partial(done.append, name))
    with caplog.at_level("WARNING"):
        streamlit_patches.patch_streamlit()
    assert done == (PATCHES if applied else [])
    assert ("our patches are left out" in caplog.text) is not applied


def test_the_version_that_we_install_is_the_one_that_the_patches_were_made_for() -> None:
    pinned = f"streamlit=={streamlit_patches.WRITTEN_FOR}"
    assert pinned in (ROOT / "requirements.txt").read_text("utf-8").split()
    assert streamlit_patches.known_version()


@pytest.mark.parametrize(
    ("fragments", "page", "runs"),
    [([], "", 1), ([], "other", 1), (["picture"], "here", 1), (["picture"], "other", 0)],
)
def test_a_fragment_runs_only_on_the_page_that_asked_for_it(
    monkeypatch: pytest.MonkeyPatch, fragments: list[str], page: str, runs: int
) -> None:
    ran: list[RerunData] = []
    monkeypatch.setattr(ScriptRunner, "_run_script", lambda _runner, rerun: ran.append(rerun))
    streamlit_patches.keep_fragments_on_their_page()
    session = SimpleNamespace(_pages_manager=SimpleNamespace(current_page_script_hash="here"))
    rerun = RerunData(fragment_id_queue=fragments, page_script_hash=page)
    ScriptRunner._run_script(session, rerun)  # type: ignore[arg-type]
    assert ran == [rerun] * runs


# Modules for types only: of a container, and of the result of st.file_uploader.
PUBLIC = ("streamlit.delta_generator", "streamlit.runtime.uploaded_file_manager")


def test_no_other_file_uses_what_is_private_to_streamlit() -> None:
    own = ROOT / "dl101_core" / "server" / "streamlit_patches.py"
    files = [ROOT / "app.py", *(ROOT / "dl101_core").rglob("*.py"), *(ROOT / "pages").rglob("*.py")]
    assert own in files
    found = [
        f"{path.relative_to(ROOT)}: {name}"
        for path in files
        if path != own
        for name in private_names(path)
    ]
    assert found == []
    assert private_names(own)


def private_names(path: Path) -> list[str]:
    """Modules of Streamlit that ``path`` imports or names, without the public ones."""
    names = []
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            inside = [f"{node.module}.{alias.name}" for alias in node.names]
            names += inside if node.module == "streamlit" else [node.module]
        elif isinstance(node, ast.Attribute) and ast.unparse(node).startswith("st."):
            parts = ast.unparse(node).split(".")
            if parts[1] in ("runtime", "web", "config", "proto") or parts[1].startswith("_"):
                names.append("streamlit." + parts[1])
    return [n for n in names if n.startswith("streamlit.") and n not in PUBLIC]
