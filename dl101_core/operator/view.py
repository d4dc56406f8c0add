"""The parts of the operator's status page. Text of others is never rendered as Markdown."""

from __future__ import annotations

import time

import streamlit as st

from dl101_core.jobs.runner import RunState
from dl101_core.lab.session_runs import get_runner
from dl101_core.limits import limits_from_environment
from dl101_core.logs import Entry
from dl101_core.operator.key_view import sign_in, sign_out
from dl101_core.operator.status import Status, collect
from dl101_core.server.visitors import VISITORS
from dl101_core.ui.fragments import fragment
from dl101_core.ui.markdown import escape_markdown
from dl101_core.ui.markdown_table import show_table

REFRESH = 3.0
UNTOLD = "not told"
HELD = (
    "Runs in this server's memory. Those that have ended or rest, and that nobody looks at, "
    "are in the store alone and not counted."
)
ALIVE = {True: "alive", False: "gone", None: "elsewhere"}
STATES: tuple[RunState, ...] = ("running", "queued", "paused", "finished", "stopped", "failed")


def status_view() -> None:
    """The whole page below its title: the key, then the numbers, read again every 3 s."""
    if sign_in():
        st.button("Close the status page", on_click=sign_out, icon=":material/logout:")
        _live()


@fragment(run_every=REFRESH)
def _live() -> None:
    status = collect(get_runner().summary(), limits_from_environment())
    if status.notice:
        st.warning(escape_markdown(status.notice), icon=":material/database:")
    _numbers(status)
    _line(status)
    _processes(status)
    _errors(status)
    left, right = st.columns(2, gap="large")
    with left:
        _limits(status)
    with right:
        _versions(status)


def _numbers(status: Status) -> None:
    with st.container(horizontal=True, gap="medium"):
        st.metric("Sessions now", VISITORS.now, width="content")
        st.metric("Sessions at most", VISITORS.most, width="content")
        used = UNTOLD if status.memory_mb is None else f"{status.memory_mb:,.0f} MB"
        st.metric(f"Memory of {status.allowed_mb:,} MB", used, width="content")
        st.metric("Up for", duration(status.uptime), width="content")
    if status.memory_mb is not None:
        share = min(1.0, status.memory_mb / status.allowed_mb)
        st.progress(share, text=f"{share:.0%} of the allowed memory is in use")
    st.header("Runs", anchor=False)
    with st.container(horizontal=True, gap="medium"):
        for state in STATES:
            st.metric(state.capitalize(), status.states.get(state, 0), width="content")
    st.caption(HELD)


def _line(status: Status) -> None:
    st.header("The line", anchor=False)
    if not status.waiting:
        st.caption("No run waits.")
        return
    show_table(
        [
            {
                "Place": str(run.position),
                "Run": code(run.run),
                "Network": run.model,
                "Waits since": duration(run.waited),
                "Starts in about": UNTOLD if run.starts_in is None else duration(run.starts_in),
                "Why": run.why or "No place is free.",
            }
            for run in status.waiting
        ]
    )


def _processes(status: Status) -> None:
    st.header("Processes", anchor=False)
    show_table(
        [
            {
                "Process": process.role.capitalize(),
                "Id": str(process.pid),
                "State": ALIVE[process.alive],
                "Nice": UNTOLD if process.nice is None else str(process.nice),
                "Memory (PSS)": megabytes(process.memory_mb),
                "Trains now": code(process.run) if process.run else "–",
            }
            for process in status.processes
        ]
    )


def _errors(status: Status) -> None:
    st.header("Latest warnings and errors", anchor=False)
    if not status.errors:
        st.caption("None since the server started.")
        return
    st.code("\n".join(map(error_line, status.errors)), language=None, wrap_lines=True)


def _limits(status: Status) -> None:
    st.header("Limits in force", anchor=False)
    show_table(
        [
            {"Limit": limit.name, "Value": value(limit.value), "Set by": code(limit.variable)}
            for limit in status.limits
        ]
    )


def _versions(status: Status) -> None:
    st.header("Versions", anchor=False)
    rows = {**status.versions, "store of runs": status.store}
    show_table([{"Part": name, "Version": code(value)} for name, value in rows.items()])


def code(text: str) -> str:
    """``text`` as Markdown code, so that nothing in it is markup."""
    return f"`{text.replace('`', '')}`"


def value(limit: int | float | str) -> str:
    """``2,000,000``, ``0.5``, ``fork``."""
    return limit if isinstance(limit, str) else f"{limit:,}".removesuffix(".0")


def megabytes(size: float | None) -> str:
    return UNTOLD if size is None else f"{size:,.0f} MB"


def error_line(entry: Entry) -> str:
    """One line of plain text: time (UTC), level, place, message and count."""
    stamp = time.strftime("%d %b %H:%M:%S", time.gmtime(entry.time))
    where = f"{entry.logger}, run {entry.run}" if entry.run else entry.logger
    often = f" ({entry.times} times)" if entry.times > 1 else ""
    line = f"{stamp} {entry.level} {where}: {entry.message}{often}"
    if entry.error is None:
        return line
    place = f" at {entry.error.frames[-1]}" if entry.error.frames else ""
    return f"{line} [{entry.error.type}: {entry.error.message}{place}]"


def duration(seconds: float) -> str:
    """``8 s``, ``3 min 20 s``, ``5 h 2 min``, ``2 d 3 h``."""
    whole = round(seconds)
    for size, unit, part, small in ((86400, "d", 3600, "h"), (3600, "h", 60, "min")):
        if whole >= size:
            return f"{whole // size} {unit} {whole % size // part} {small}"
    return f"{whole // 60} min {whole % 60} s" if whole >= 60 else f"{whole} s"
