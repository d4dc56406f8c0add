"""Logs: every record is one line of JSON, and no secret or personal datum is ever in it."""

from __future__ import annotations

import ast
import hashlib
import io
import json
import logging
import re
import secrets
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from dl101_core import logs
from dl101_core.jobs.runner import new_run_id
from dl101_core.logs import KEPT, RECENT, RecentErrors, configure_logs, release_logs, scrub
from tests.log_stream import log_stream
from tests.patience import PATIENCE

LOG = logging.getLogger("dl101_core.jobs.manager")


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    with log_stream(logging.DEBUG) as stream:
        yield stream


def read(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def written(write: Any) -> list[dict[str, Any]]:
    """The records that ``write()`` logs, for tests that hypothesis calls many times."""
    with log_stream(logging.DEBUG) as stream:
        write()
    assert stream.getvalue().isascii()
    return read(stream)


def test_a_record_has_time_level_logger_message_and_the_start_of_the_run(
    lines: io.StringIO,
) -> None:
    LOG.info("run started on worker %d", 2, extra={"run": "AbCdEfGh12345678_-xyzw"})
    (record,) = read(lines)
    assert record.pop("time").endswith("Z")
    assert record == {
        "level": "info",
        "logger": "dl101_core.jobs.manager",
        "message": "run started on worker 2",
        "run": "AbCdEfGh",
    }


def test_the_run_of_a_message_is_shortened_too(lines: io.StringIO) -> None:
    run_id = new_run_id()
    LOG.warning("run %s cannot be read", run_id, extra={"run": run_id})
    assert read(lines)[0]["message"] == f"run {run_id[:8]} cannot be read"


def test_an_exception_gives_its_type_and_its_frames_without_folders_of_the_machine(
    lines: io.StringIO,
) -> None:
    try:
        raise OSError(28, "No space left on device", "/home/somebody/photo.png")
    except OSError:
        LOG.exception("runs cannot be saved")
    error = read(lines)[0]["error"]
    assert error["type"] == "OSError"
    assert error["message"] == "[Errno 28] No space left on device: '…'"
    (frame,) = error["frames"]
    assert frame.startswith("tests/test_logs.py:")
    assert frame.endswith(
        " test_an_exception_gives_its_type_and_its_frames_without_folders_of_the_machine"
    )


def test_the_cause_of_an_exception_is_named(lines: io.StringIO) -> None:
    try:
        try:
            raise KeyError("who")
        except KeyError as error:
            raise ValueError("no such thing") from error
    except ValueError:
        LOG.exception("failed")
    error = read(lines)[0]["error"]
    assert error["type"] == "ValueError from KeyError"
    assert len(error["frames"]) == 2


@settings(deadline=None)  # the machine may be busy
@given(st.text(), st.text(), st.text(), st.sampled_from([ValueError, RuntimeError, KeyError]))
def test_every_record_is_one_line_of_ascii_json(
    message: str, argument: str, said: str, kind: type[Exception]
) -> None:
    def write() -> None:
        try:
            raise kind(said)
        except kind:
            LOG.error(message.replace("%", "%%") + " %s", argument, exc_info=True)

    (record,) = written(write)
    assert record["error"]["type"] == kind.__name__


def test_a_message_that_cannot_be_formatted_is_still_written() -> None:
    record = logging.LogRecord("dl101_core", logging.INFO, "", 1, "%d runs", ("three",), None)
    assert logs.entry_of(record).message == "%d runs (cannot be formatted: TypeError)"


def _database_error(owner: str, run_id: str) -> Exception:
    engine = sa.create_engine("sqlite://")
    try:
        with engine.begin() as connection:
            connection.execute(
                sa.text("insert into nowhere values (:owner, :run)"),
                {"owner": owner, "run": run_id},
            )
    except sa.exc.SQLAlchemyError as error:
        return error
    finally:
        engine.dispose()
    raise AssertionError("the table does not exist")


key = st.builds(lambda: secrets.token_urlsafe(32))
owner = st.builds(lambda: hashlib.sha256(secrets.token_bytes(16)).hexdigest())
run_id = st.builds(new_run_id)
address = st.ip_addresses().map(str).filter(lambda text: text != "::")
upload = st.from_regex(r"\A[A-Za-z0-9_-]{1,20}\.(png|jpg|jpeg|gif|webp|svg)\Z")
link = st.from_regex(r"\A\?run=[a-z0-9]{5,10}&lr=[0-9]{3}\Z")
database = st.from_regex(r"\Apostgresql://[a-z]{3,8}:[a-zA-Z0-9!]{4,12}@[a-z]{3,9}:5432/x\Z")
secret = st.one_of(key, owner, run_id, address, upload, link, database)
words = st.sampled_from(["", "run", "from", "owner", "the address was", "worker 3:", "gone,", "("])


@settings(deadline=None)  # the machine may be busy
@given(st.lists(st.tuples(words, secret), min_size=1, max_size=4), st.sampled_from(" =:([,"))
def test_no_secret_ever_appears_wherever_it_is_put(
    parts: list[tuple[str, str]], before: str
) -> None:
    text = " ".join(f"{word}{before}{secret}" for word, secret in parts)

    def write() -> None:
        LOG.warning("%s", text)
        LOG.warning(text.replace("%", "%%"), extra={"run": parts[0][1]})
        try:
            raise ValueError(text)
        except ValueError:
            LOG.exception("failed", extra={"owner": text, "address": text, "cookies": text})
        try:
            raise RuntimeError("no store") from _database_error(parts[0][1], text)
        except RuntimeError:
            LOG.exception("no store")
        LOG.error("not kept", exc_info=_database_error(parts[0][1], text))

    shown = json.dumps(written(write))
    for _, hidden in parts:
        assert hidden not in shown


@settings(deadline=None)  # the machine may be busy
@given(run_id)
def test_no_more_than_eight_characters_of_a_run_appear(run: str) -> None:
    shown = json.dumps(written(lambda: LOG.info("run %s ended", run, extra={"run": run})))
    assert run[:8] in shown
    assert run[:9] not in shown


@pytest.mark.parametrize(
    "text",
    [
        "runs cannot be saved; trying again",
        "DL101_RUNS_PER_OWNER is reached: 3 wait already",
        "worker 3 ended: its socket was closed",
        "database is locked",
        "[enforce fail at alloc_cpu.cpp:127] can't allocate memory: you tried to allocate 400 B",
        "the zygote has 3 threads; forking isn't safe",
        "started at 12:30:45, Python 3.11.2, torch 2.13.0",
        "FATAL: password authentication failed",
        "/tmp/dl101/runs-1.sqlite was damaged; it is kept as runs-1.sqlite.damaged-20261121-063622",
    ],
)
def test_what_an_operator_needs_is_kept(text: str) -> None:
    assert scrub(text) == text


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("lr (='<script>') must be above 0", "lr (=…) must be above 0"),
        ("no such key: 'Anna Miller'", "no such key: '…'"),
        ("GET /training?run=abc&lr=3 failed", "GET /training?… failed"),
        ("Cookie: _streamlit_user=abc", "…"),
        ("mail to anna@example.org", "mail to …"),
        ("connection to 10.0.0.7:5432 failed", "connection to …:5432 failed"),
        ("from ::1 and fe80::1%eth0", "from … and …%eth0"),
    ],
)
def test_what_could_lead_to_a_person_is_not(text: str, left: str) -> None:
    assert scrub(text) == left


def test_a_very_long_message_is_cut_quickly_and_in_whole_words() -> None:
    assert len(scrub("a b" * 1_000_000)) <= logs.MOST_TEXT + 1
    assert scrub("a" * 100_000) == "…"
    for length in range(logs.MOST_TEXT - 30, logs.MOST_TEXT + 1):
        cut = scrub("." * length + " " + "Ab3" * 8 + " and more")
        assert "Ab3" not in cut


def test_other_libraries_are_not_logged_here_and_ours_go_nowhere_else(
    lines: io.StringIO,
) -> None:
    root = RecentErrors()
    logging.getLogger().addHandler(root)
    logging.getLogger("sqlalchemy").error("theirs")
    LOG.error("ours")
    logging.getLogger().removeHandler(root)
    assert [record["message"] for record in read(lines)] == ["ours"]
    assert [entry.message for entry in root.entries()] == ["theirs"]


def test_what_another_logger_says_can_be_passed_on_without_its_words(
    lines: io.StringIO,
) -> None:
    root = RecentErrors()
    logging.getLogger().addHandler(root)
    theirs = logging.getLogger("test_logs.theirs")
    pass_on = logs.PassOn("dl101_core.ui", "a page failed")
    theirs.addFilter(pass_on)
    try:
        raise ValueError("the private value (=7)")
    except ValueError as error:
        theirs.error("Uncaught: %s", error, exc_info=error)
    theirs.removeFilter(pass_on)
    logging.getLogger().removeHandler(root)
    (record,) = read(lines)
    assert record["message"] == "a page failed"
    assert record["error"]["message"] == "the private value (=…)"
    assert root.entries() == ()


def test_configuring_twice_writes_every_record_once(lines: io.StringIO) -> None:
    again = io.StringIO()
    configure_logs(again)
    LOG.info("once")
    assert read(lines) == []
    assert len(read(again)) == 1


@pytest.mark.parametrize(
    ("value", "least"),
    [
        ("", "INFO"),
        ("warning", "WARNING"),
        ("DEBUG", "DEBUG"),
        ("loud", "INFO"),
        ("NOTSET", "INFO"),
    ],
)
def test_the_level_comes_from_the_environment(
    value: str, least: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DL101_LOG_LEVEL", value)
    assert logging.getLevelName(logs.log_level()) == least


def test_an_unknown_level_is_named_in_the_log_but_not_repeated(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("DL101_LOG_LEVEL", "loud")
    stream = io.StringIO()
    configure_logs(stream)
    release_logs()
    RECENT.clear()
    (record,) = read(stream)
    assert record["message"].startswith("DL101_LOG_LEVEL is none of DEBUG, INFO")


def test_the_latest_warnings_are_kept_newest_first_and_no_more_than_fit() -> None:
    recent = RecentErrors(kept=3)
    log = logging.getLogger("test_logs.recent")
    log.propagate = False
    log.addHandler(recent)
    log.setLevel(logging.DEBUG)
    log.info("not kept")
    for number in range(5):
        log.warning("trouble %d", number)
    log.removeHandler(recent)
    assert [entry.message for entry in recent.entries()] == ["trouble 4", "trouble 3", "trouble 2"]


def test_a_warning_that_repeats_is_counted_instead_of_pushing_the_others_out() -> None:
    recent = RecentErrors()
    for _ in range(KEPT + 5):
        recent.handle(logging.LogRecord("dl101_core", logging.WARNING, "", 1, "again", None, None))
    (entry,) = recent.entries()
    assert entry.times == KEPT + 5


def test_many_threads_may_write_at_once(lines: io.StringIO) -> None:
    def write() -> None:
        for number in range(50):
            LOG.warning("number %d\nwith a second line", number)

    threads = [threading.Thread(target=write) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(read(lines)) == 400
    assert len(RECENT.entries()) == KEPT


class Stuck(io.StringIO):
    """A pipe that nobody reads until ``go`` is set."""

    def __init__(self) -> None:
        super().__init__()
        self.go = threading.Event()

    def write(self, text: str) -> int:
        self.go.wait(PATIENCE)
        return super().write(text)


def test_a_reader_that_stands_still_does_not_hold_up_the_server() -> None:
    stream = Stuck()
    lines = logs.PatientLines(stream, waiting=10)
    for number in range(100):
        lines.handle(logging.LogRecord("dl101_core", logging.INFO, "", 1, str(number), None, None))
    assert stream.getvalue() == ""
    stream.go.set()
    lines.close()
    messages = [record["message"] for record in read(stream)]
    assert messages[0] == "0"
    assert any(message.endswith("lines of the log were dropped") for message in messages)
    kept = [message for message in messages if message.isdigit()]
    assert 10 <= len(kept) <= 11
    assert f"{100 - len(kept)} lines of the log were dropped" in messages


def test_what_waits_is_written_when_the_process_ends() -> None:
    code = (
        "from dl101_core.logs import configure_logs\n"
        "import logging\n"
        "configure_logs(patient=True)\n"
        "for i in range(500): logging.getLogger('dl101_core.x').info('line %d', i)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=PATIENCE
    )
    assert [json.loads(line)["message"] for line in done.stderr.splitlines()] == [
        f"line {number}" for number in range(500)
    ]


def test_without_configuring_nothing_is_printed_by_an_import() -> None:
    assert not any(
        isinstance(handler, logging.StreamHandler) and handler.stream is sys.stderr
        for handler in logging.getLogger("dl101_core").handlers
    )


PERSONAL = {"owner", "key", "given", "cookies", "headers", "query_params", "url", "upload"} | {
    "address",
    "ip_address",
}
CORE = Path(logs.__file__).parent


def log_calls() -> list[tuple[str, ast.Call]]:
    """Every ``log.info(…)`` and the like of the core, with its place."""
    found = []
    for path in CORE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            named = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
            if named and isinstance(node.func.value, ast.Name) and node.func.value.id == "log":  # type: ignore[attr-defined]
                found.append((f"{path.relative_to(CORE)}:{node.lineno}", node))  # type: ignore[attr-defined]
    return found  # type: ignore[return-value]


def names_in(node: ast.AST) -> set[str]:
    """Names and attributes that are read as values, not only on the way to an attribute."""
    attributes = [part for part in ast.walk(node) if isinstance(part, ast.Attribute)]
    ways = {id(part.value) for part in attributes}
    names = {p.id for p in ast.walk(node) if isinstance(p, ast.Name) and id(p) not in ways}
    return names | {part.attr for part in attributes}


def test_no_call_hands_a_key_an_owner_an_address_or_a_whole_run_id_to_the_log() -> None:
    calls = log_calls()
    assert len(calls) > 20
    wrong = [
        f"{place} logs {sorted(bad)}"
        for place, call in calls
        if (bad := set().union(*map(names_in, call.args)) & (PERSONAL | {"run_id"}))
    ]
    assert wrong == []


def test_every_logger_of_ours_has_the_name_of_its_module() -> None:
    sources = {path: path.read_text("utf-8") for path in CORE.rglob("*.py")}
    users = [path for path, text in sources.items() if re.search(r"^log = ", text, re.MULTILINE)]
    assert users
    for path in users:
        assert "\nlog = logging.getLogger(__name__)\n" in sources[path], path
