"""The part of the lab that all browsers poll while runs train.

One element holds the points that the browser has not drawn yet. The browser draws them
(``assets/components/lab/lab_curves``) and polls again, but not while its tab is hidden. While the
server sends the curves as a stream (``server/run_events.py``), it polls seldom.
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any

import streamlit as st
from msgspec import Meta, Struct

from dl101_core.jobs.runner import RunState, RunStatus, UnknownRun
from dl101_core.lab.curves import DIVERGED, Counts, Curve
from dl101_core.lab.gap import Gap
from dl101_core.lab.recorded import RUN_ID, recorded
from dl101_core.lab.run_words import Line, line_of
from dl101_core.lab.session_runs import feed, get_runner
from dl101_core.lab.shown import strip_of
from dl101_core.lab.watched import NOTHING, curve_news
from dl101_core.tasks.images.config import ImageConfig
from dl101_core.ui import messages
from dl101_core.ui.component import component
from dl101_core.ui.fragments import fragment

KEY = "lab_feed"
WITH_SHOTS: Counts = (*NOTHING, 0)
FIRST, WAITING, PAUSED, OTHERS = 250, 800, 2000, 2000
"""Milliseconds from an answer to the next poll: before the first point, in the queue, …"""
NEAR, FAR = (10, 600), (30, 750)
"""Number of polling sessions, and milliseconds from an answer to the next poll in training."""
RECENT = 3.0
MOST_SEEN = 64
BUSIEST: tuple[RunState, ...] = ("running", "queued", "paused", "finished", "stopped", "failed")


@dataclass(frozen=True)
class View:
    """What the page shows. ``curves``: ``(run_id, name, place)``, the run on show last.

    ``states``: of all runs of the session when the page was drawn; a change redraws the page.
    ``beside``: runs on show together with ``run_id``; the state line then names all of them.
    ``gaps``: by run, its measures at the end, drawn as a bracket. ``notice``: the runner's notice
    when the page was drawn; a change redraws the page. ``opening``: the recorded run is on show
    while there is none of the session. ``pictured``: the page shows the pictures of ``run_id``.
    """

    run_id: str | None
    curves: tuple[tuple[str, str, int], ...]
    states: Mapping[str, RunState]
    beside: tuple[str, ...] = ()
    gaps: Mapping[str, Gap] = field(default_factory=dict)
    notice: str | None = None
    opening: bool = False
    pictured: bool = False

    @property
    def on_show(self) -> tuple[str, ...]:
        return (*self.beside, *([self.run_id] if self.run_id else []))


@dataclass(frozen=True)
class Ask:
    """A poll of the browser: its number, and how many points of each run the browser has."""

    n: int = 0
    seen: Mapping[str, Counts] = field(default_factory=dict)


Count = Annotated[int, messages.within(0, 10**7)]
Seen = Annotated[tuple[Count, ...], Meta(min_length=3, max_length=4)]


class Question(Struct):
    """The message of an ``Ask``."""

    n: messages.Seq
    seen: Annotated[dict[str, Seen], Meta(max_length=MOST_SEEN)]


def charts(run_id: str | None = None, config: ImageConfig | None = None) -> None:
    """The state line, the charts, and what the run on show learns; ``live`` sends new points.

    Without a run on show and its config, they show no more than curves.
    """
    about = {"run": run_id, **strip_of(config)} if run_id and config else {}
    component("lab/lab_curves")(key="lab_curves", data={"diverged": DIVERGED, **about})


def opening_charts() -> bool:
    """The recorded run, before the learner has one; whether there is one."""
    found = recorded()
    if found is None:
        charts()
        return False
    about = {"run": RUN_ID, "recorded": found.words, **strip_of(found.config)}
    component("lab/lab_curves")(key="lab_curves", data={"diverged": DIVERGED, **about})
    return True


def live(view: View) -> None:
    """Sends the new points of the runs on show, at every poll of the browser."""

    @fragment()
    def answer() -> None:
        ask = read_ask(messages.sent(KEY, "ask"))
        try:
            text = answer_text(view, ask)
        except (Changed, UnknownRun):
            st.rerun()
        component("lab/lab_feed", isolate_styles=False)(
            key=KEY, data={"text": text}, default={"ask": None}, on_ask_change=lambda: None
        )

    answer()


class Changed(Exception):  # noqa: N818
    """A run has another state than the page shows, or the runner another notice."""


def answer_text(view: View, ask: Ask) -> str:
    """The answer as JSON. Raises ``Changed``, or ``UnknownRun`` if a run is gone."""
    runner = get_runner()
    if view.notice is not None and runner.notice != view.notice:
        raise Changed
    curves, more = [], False
    for run_id, name, place in view.curves:
        found = feed(run_id)
        if not found.complete:
            found.read()
        first = WITH_SHOTS if view.pictured and run_id == view.run_id else NOTHING
        news = curve_news(run_id, found.curve, ask.seen.get(run_id, first))
        more |= lacks_pictures(news, found.curve)
        gap = view.gaps.get(run_id)
        marks = {"gap": gap.ends} if gap else {}
        curves.append({"name": name, "place": place, **news, **marks})
    opening = recorded() if view.opening else None
    if opening:
        news = curve_news(RUN_ID, opening.curve, ask.seen.get(RUN_ID, WITH_SHOTS))
        curves.append({"name": "Recorded run", "place": 0, **news})
    shown: list[RunStatus] = []
    for run_id, state in view.states.items():
        if state not in ("finished", "stopped", "failed"):
            status = runner.status(run_id)  # renews the lease of waiting runs, too
            if status.state != state:
                raise Changed
            if run_id in view.on_show:
                shown.append(status)
    main = min(shown, key=lambda status: BUSIEST.index(status.state), default=None)
    line = _line(view, shown)
    if view.run_id is None:
        text, share = "Choose, then press Start.", None
    else:
        text, share = line.text, line.share
    answer = {
        "n": ask.n,
        "again": FIRST if more else _again(view, main),
        "run": RUN_ID if opening else view.run_id,
        "beside": view.beside,
        "state": main.state if main else "",
        "line": text,
        "share": None if share is None else round(share, 4),
        "live": [[status.run_id, status.state] for status in shown],
        "curves": curves,
    }
    return json.dumps(answer, separators=(",", ":"))


def lacks_pictures(news: dict[str, Any], curve: Curve) -> bool:
    """Whether pictures that the browser asked for had no room in ``news``."""
    return "snapshots" in news and news["from"][3] + len(news["snapshots"]) < len(curve.shots)


def _line(view: View, shown: list[RunStatus]) -> Line:
    """One line for each unfinished run on show, with its name if several runs are on show."""
    lines = {status.run_id: line_of(status) for status in shown}
    if not view.beside:
        return next(iter(lines.values()), Line(""))
    names = {run_id: name for run_id, name, _ in view.curves}
    text = "\n".join(f"{names.get(run_id, '')}: {line.text}" for run_id, line in lines.items())
    # A run that has ended counts as done.
    done = len(view.on_show) - len(lines) + sum(line.share or 0.0 for line in lines.values())
    return Line(text, done / len(view.on_show) if lines else None)


def read_ask(value: object) -> Ask:
    """The poll in an untrusted message; an invalid one reads as an empty ``Ask``."""
    question = messages.read(value, Question)
    return Ask(question.n, question.seen) if question else Ask()


def _again(view: View, main: RunStatus | None) -> int:
    """Milliseconds until the next poll; 0 if no run can change any more."""
    crowd = asking().note(id(st.session_state.setdefault("tab", object())))
    match main.state if main else None:
        case "running" if main and feed(main.run_id).has_point:
            return training_pace(crowd, main.ends_in)
        case "running":
            return FIRST
        case "queued":
            return WAITING if main and main.position else FIRST
        case "paused":
            return PAUSED
    unfinished = any(s in ("queued", "running", "paused") for s in view.states.values())
    return OTHERS if unfinished else 0


def training_pace(crowd: int, ends_in: float | None = None) -> int:
    """Milliseconds from an answer to the next poll of a training run, for ``crowd`` sessions.

    Sooner if the run ends before, in ``ends_in`` seconds: the end of a short run shows soon.
    """
    (few, fast), (many, slow) = NEAR, FAR
    part = (min(max(crowd, few), many) - few) / (many - few)
    pace = fast + part * (slow - fast)
    return round(pace if ends_in is None else min(pace, max(FIRST, 1000 * ends_in)))


class Asking:
    """Counts the sessions that polled within the last seconds."""

    def __init__(self) -> None:
        self._last: dict[int, float] = {}

    def note(self, session: int, now: float | None = None) -> int:
        """Count a poll of ``session``; gives the number of polling sessions."""
        now = time.monotonic() if now is None else now
        self._last[session] = now
        for other, last in list(self._last.items()):
            if now - last > RECENT:
                self._last.pop(other, None)
        return len(self._last)


@st.cache_resource(show_spinner=False)
def asking() -> Asking:
    return Asking()
