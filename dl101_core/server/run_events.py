"""Training runs as Server-Sent Events: who has a run's id may watch its curve grow.

No script runs, and no thread waits for each watcher: one task looks at every watched run, and wakes
those who watch it. Where no stream gets through, the browser polls (``lab/live_view.py``) and gets
the same points.
"""

from __future__ import annotations

import asyncio
import logging
import re
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from dl101_core.addresses import mark_of, visitor
from dl101_core.jobs.runner import Runner, UnknownRun, is_run_id
from dl101_core.lab.curves import Counts
from dl101_core.lab.session_runs import get_runner
from dl101_core.lab.watched import Found, Watched
from dl101_core.limits import Limits, limits_from_environment
from dl101_core.rates import Rate, TooOften
from dl101_core.server.ending import server_ends

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send

log = logging.getLogger(__name__)

NEAR, FAR = (10, 0.1), (30, 0.2)
"""Number of watchers, and the seconds between two looks at all runs for up to so many."""
BEAT = 1.5
"""Seconds after which a message is sent without news, so that a browser knows a living stream."""
REST = 2
"""A look that took long is followed by a rest of so many times its length, at least."""
RETRY_MS = 2000
OPENED_PER_MINUTE, OPENED_IN_ALL = 600, 6000
"""Streams that one address, and all addresses, may open in a minute."""
MOST_FIELDS = 8
COUNTS = re.compile(r"[0-9]{1,7}(?:[,-][0-9]{1,7}){2,3}")
"""Of train, val and rates; a fourth one asks for snapshots."""
HEADERS = {
    "Content-Type": "text/event-stream; charset=utf-8",
    "Cache-Control": "no-store",
    "X-Accel-Buffering": "no",  # nginx passes every message on at once
}
UNKNOWN = "There is no such run here any more."
BAD_COUNTS = "seen must be three or four whole numbers, as in 12,3,0."


class Refused(Exception):  # noqa: N818
    """Why a stream is not opened."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status


class RunEvents:
    """The route's ASGI app. ``ending``: whether the server is about to end."""

    def __init__(
        self,
        runner: Callable[[], Runner] = get_runner,
        limits: Callable[[], Limits] = limits_from_environment,
        ending: Callable[[], bool] = server_ends,
        pause: Callable[[float], Awaitable[object]] = asyncio.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._runner, self._limits, self._ending = runner, limits, ending
        self._pause, self._clock = pause, clock
        self._runs: dict[str, Watched] = {}
        self._watchers: Counter[Watched] = Counter()
        self._addresses: Counter[str] = Counter()
        self._opened = Rate("open streams", OPENED_PER_MINUTE, OPENED_IN_ALL, clock)
        self._task: asyncio.Task[None] | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        address = _address(scope)
        try:
            seen = _seen(scope)
            self._admit(address)
        except Refused as refusal:
            return await _refuse(refusal, scope, receive, send)
        self._addresses[address] += 1
        try:
            await self._answer(seen, scope, receive, send)
        except Refused as refusal:
            await _refuse(refusal, scope, receive, send)
        finally:
            self._addresses[address] -= 1
            self._addresses += Counter()  # drops the addresses with 0 streams
        return None

    @property
    def open(self) -> int:
        """Open streams of all visitors."""
        return self._addresses.total()

    def _admit(self, address: str) -> None:
        limits = self._limits()
        try:
            self._opened.take(address, address)
        except TooOften as problem:
            raise Refused(503, str(problem)) from None
        if self._addresses[address] >= limits.streams_per_address:
            sentence = f"One address may watch {limits.streams_per_address} runs at a time."
            raise Refused(503, sentence)
        if self.open >= limits.streams_in_all:
            raise Refused(503, f"This server shows {limits.streams_in_all} runs at a time.")

    async def _answer(self, seen: Counts, scope: Scope, receive: Receive, send: Send) -> None:
        run = await self._find(scope["path_params"]["run_id"])
        if scope["method"] == "HEAD":
            return await PlainTextResponse("", headers=HEADERS)(scope, receive, send)
        self._runs[run.run_id] = run
        self._watchers[run] += 1
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._look())
        telling = asyncio.create_task(self._tell(run, seen, send))
        leaving = asyncio.create_task(_left(receive))
        try:
            await asyncio.wait((telling, leaving), return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._watchers[run] -= 1
            if not self._watchers[run]:
                del self._watchers[run]
                if self._runs.get(run.run_id) is run:
                    del self._runs[run.run_id]
            for task in (telling, leaving):
                task.cancel()
            await asyncio.gather(telling, leaving, return_exceptions=True)
        return None

    async def _find(self, run_id: str) -> Watched:
        """The run, read for the first time or as its other watchers see it."""
        if not is_run_id(run_id):
            raise Refused(404, UNKNOWN)
        if run_id in self._runs:
            return self._runs[run_id]
        run = Watched(run_id)
        try:
            run.take(await asyncio.to_thread(run.look, self._runner()))
        except UnknownRun:
            raise Refused(404, UNKNOWN) from None
        return self._runs.get(run_id, run)

    async def _tell(self, run: Watched, seen: Counts, send: Send) -> None:
        """Send what is new until the run, or the server, ends."""
        raw = [(name.lower().encode(), value.encode()) for name, value in HEADERS.items()]
        await send({"type": "http.response.start", "status": 200, "headers": raw})
        before = f"retry: {RETRY_MS}\n"
        while True:
            version = run.version
            text, seen = run.text(seen)
            place = "-".join(map(str, seen))
            message = f"{before}id: {place}\ndata: {text}\n\n"
            before = ""
            behind = run.behind(seen)
            over = run.over and not behind
            if over:
                message += f"event: end\ndata: {run.run_id}\n\n"
            last = over or self._ending()
            body = {"type": "http.response.body", "body": message.encode(), "more_body": not last}
            await send(body)
            if last:
                return
            if run.version == version and not behind:
                await run.bell.wait()

    # ------------------------------------------------------------ the one task that looks

    async def _look(self) -> None:
        """Look at all watched runs again and again, as long as anybody watches."""
        beat_at = self._clock() + BEAT
        while self._watchers:
            began = self._clock()
            runs = list(self._watchers)
            for run, found in await asyncio.to_thread(self._read, runs):
                if found is None:
                    run.lose()
                else:
                    run.take(found)
            now = self._clock()
            if now >= beat_at or self._ending():
                beat_at = now + BEAT
                for run in runs:
                    run.ring()
            spent = now - began
            await self._pause(max(pace(self.open) - spent, REST * spent))

    def _read(self, runs: list[Watched]) -> list[tuple[Watched, Found | None]]:
        """One look at each run, in a thread: the store may be slow."""
        runner = self._runner()
        return [(run, _found(run, runner)) for run in runs]


def _found(run: Watched, runner: Runner) -> Found | None:
    try:
        return run.look(runner)
    except UnknownRun:
        return None
    except Exception as error:  # one run must not end the streams of all others
        log.warning("a watched run cannot be read: %s", type(error).__name__)
        return None


def pace(watchers: int) -> float:
    """Seconds between two looks, for so many watchers."""
    (few, fast), (many, slow) = NEAR, FAR
    part = (min(max(watchers, few), many) - few) / (many - few)
    return fast + part * (slow - fast)


def _address(scope: Scope) -> str:
    """The mark of the visitor's address."""
    peer = scope.get("client")
    forwarded = Headers(scope=scope).getlist("x-forwarded-for")
    return mark_of(visitor(peer[0] if peer else None, forwarded))


def _seen(scope: Scope) -> Counts:
    """The points that the browser has: of its last message, or of the query. Raises ``Refused``."""
    resumed = COUNTS.fullmatch(Headers(scope=scope).get("last-event-id", ""))
    try:
        told = parse_qs(scope["query_string"].decode("latin-1"), max_num_fields=MOST_FIELDS)
    except ValueError:  # too many fields
        raise Refused(400, BAD_COUNTS) from None
    found = resumed or COUNTS.fullmatch(told.get("seen", ["0,0,0"])[-1])
    if found is None:
        raise Refused(400, BAD_COUNTS)
    return tuple(map(int, re.split("[,-]", found.group())))


async def _left(receive: Receive) -> None:
    """Return when the browser has gone."""
    while (await receive())["type"] != "http.disconnect":
        pass


async def _refuse(refusal: Refused, scope: Scope, receive: Receive, send: Send) -> None:
    headers = {"Cache-Control": "no-store"}
    await PlainTextResponse(str(refusal), refusal.status, headers)(scope, receive, send)


def run_events_route(prefix: str) -> Route:
    """``prefix``: of all addresses of the app."""
    return Route(f"{prefix}/api/runs/{{run_id}}/events", RunEvents(), methods=["GET"])
