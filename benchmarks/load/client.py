"""A headless session: the messages and the state of a browser, without drawing.

It speaks Streamlit's websocket protocol with the app's own messages, and behaves like the browser
of Streamlit 1.67. It sends every widget's value with every message. It keeps large messages and
names them by hash. It requests a timed fragment at its interval, even if an answer is pending. It
drops elements that a run no longer draws. It reconnects with its session's id.
"""

from __future__ import annotations

import asyncio
import contextlib
import secrets
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import cycle, repeat
from typing import Any
from urllib.parse import urlsplit

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.Element_pb2 import Element
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from benchmarks.load.widgets import KINDS, Widget, read_widget, told_value
from dl101_core.ui.component import registered_name

COOKIE = "dl101_learner"
FULL, FRAGMENT = ForwardMsg.FINISHED_SUCCESSFULLY, ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY
PATIENCE = 60.0
"""Seconds after which an answer counts as lost."""

Path = tuple[int, ...]


class LostAnswerError(RuntimeError):
    """An answer did not come within ``PATIENCE``, or the connection broke."""


@dataclass(frozen=True)
class Node:
    """An element on the page. ``run``: number of the script run that drew it last."""

    kind: str
    element: Element
    fragment: str
    run: int

    @property
    def proto(self) -> Any:
        return getattr(self.element, self.kind)


@dataclass
class _Kept:
    """A message that the server may refer to by its hash."""

    message: ForwardMsg
    run: int
    fragment: str


_places: Iterator[str] = repeat("")


def spread(addresses: int) -> None:
    """Give the next sessions ``addresses`` addresses in turn; 1: only this machine's."""
    global _places
    several = [f"198.51.100.{number}" for number in range(1, addresses + 1)]
    _places = cycle(several if addresses > 1 else [""])


SETTINGS = "rail=Settings"
"""The query that opens a lesson with its defaults, not with the first step of its story."""

Condition = Callable[["Session"], object]
Listener = Callable[["Session", Node, float], None]


class Session:
    """One learner's tab on ``page`` of the app at ``url``.

    ``listen`` gets each element and the time (``perf_counter``) of its message. ``address``: the
    learner's address as a proxy on this machine would forward it; see ``spread``.
    """

    def __init__(
        self,
        url: str,
        page: str,
        query: str = "",
        listen: Listener | None = None,
        key: str = "",
        address: str = "",
    ) -> None:
        self.url, self.page, self.query = url, page, query
        self.address = address or next(_places)
        self.key = key or secrets.token_urlsafe(24)
        self.nodes: dict[Path, Node] = {}
        self.widgets: dict[str, Widget] = {}
        self.values: dict[str, object] = {}
        self.runs, self.bytes, self.messages, self.missed = 0, 0, 0, 0
        self.session_id = ""
        self._listen = listen
        self._page_hash = ""
        self._socket: ClientConnection | None = None
        self._reader: asyncio.Task[None] | None = None
        self._timers: dict[str, tuple[float, asyncio.Task[None]]] = {}
        self._kept: dict[str, _Kept] = {}
        self._kept_runs, self._keep_for = 0, 2
        self._popovers: set[Path] = set()
        self._fragments: frozenset[str] = frozenset()
        self._waiting: list[tuple[Condition, asyncio.Future[float]]] = []

    # ---- the connection

    async def open(self) -> float:
        """Load the page; seconds until it has been drawn."""
        began = time.perf_counter()
        await self._connect()
        done = self.expect(lambda session: True)
        await self._send(BackMsg(), fragment="")
        return await done - began

    async def drop(self) -> None:
        """Lose the connection, like a tab without Wi-Fi."""
        self._stop_timers()
        if self._socket is not None:
            self._socket.transport.abort()
        if self._reader is not None:
            await asyncio.gather(self._reader, return_exceptions=True)

    async def reconnect(self) -> None:
        """Reconnect to the same session and request the page in its present state."""
        await self._connect()
        done = self.expect(lambda session: True)
        await self._send(BackMsg(), fragment="")
        await done

    async def close(self) -> None:
        self._stop_timers()
        if self._reader is not None:
            self._reader.cancel()
        if self._socket is not None:
            with contextlib.suppress(ConnectionClosed, OSError):
                await self._socket.close()

    async def _connect(self) -> None:
        parts = urlsplit(self.url)
        known = ["no-token", self.session_id] if self.session_id else []
        self._socket = await connect(
            f"ws://{parts.netloc}/_stcore/stream",
            subprotocols=[Subprotocol(name) for name in ("streamlit", *known)],
            origin=f"{parts.scheme}://{parts.netloc}",  # type: ignore[arg-type]
            additional_headers=self.headers,
            max_size=None,
            ping_interval=None,
            proxy=None,
        )
        self._reader = asyncio.create_task(self._read(self._socket))

    @property
    def headers(self) -> dict[str, str]:
        """What tells the server who asks."""
        forwarded = {"X-Forwarded-For": self.address} if self.address else {}
        return {"Cookie": f"{COOKIE}={self.key}"} | forwarded

    async def _read(self, socket: ClientConnection) -> None:
        try:
            async for raw in socket:
                self._receive(raw, time.perf_counter())  # type: ignore[arg-type]
        except ConnectionClosed:
            pass
        finally:
            self._stop_timers()
            for _, answer in self._waiting:
                if not answer.done():
                    answer.set_exception(LostAnswerError("the connection broke"))
            self._waiting.clear()

    # ---- actions of a learner

    def widget(self, key: str) -> Widget:
        """The field of this page, or the widget with this key; ``KeyError`` if there is none."""
        for widget in self.widgets.values():
            if widget.key in (key, f"{self.page}.{key}"):
                return widget
        raise KeyError(
            f"no widget {key!r} on {self.page}: {[w.key for w in self.widgets.values()]}"
        )

    def shows(self, key: str) -> bool:
        return any(widget.key in (key, f"{self.page}.{key}") for widget in self.widgets.values())

    async def set(self, key: str, value: object) -> float:
        """Set a widget; the time at which the message went out."""
        widget = self.widget(key)
        self.values[widget.id] = value
        return await self._send(BackMsg(), widget.fragment)

    async def press(self, key: str) -> float:
        """Press a button; the time at which the message went out."""
        widget = self.widget(key)
        message = BackMsg()
        message.rerun_script.widget_states.widgets.append(widget.state(None))
        return await self._send(message, widget.fragment)

    def expect(self, condition: Condition) -> asyncio.Future[float]:
        """The end of the first script run after which ``condition`` holds.

        Call it before the message goes out, and await it afterwards.
        """
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[float] = loop.create_future()
        self._waiting.append((condition, answer))

        def lost() -> None:
            if not answer.done():
                where = self.page or "Home"
                answer.set_exception(LostAnswerError(f"no answer on {where} in {PATIENCE:g} s"))

        watch = loop.call_later(PATIENCE, lost)
        answer.add_done_callback(lambda _: watch.cancel())
        return answer

    def find(self, kind: str) -> list[Node]:
        """The elements of one kind that are on the page, in no order."""
        return [node for node in self.nodes.values() if node.kind == kind]

    def component(self, name: str) -> Node | None:
        """The client-side part ``name``."""
        wanted = registered_name(name)
        return next(
            (n for n in self.find("bidi_component") if wanted in n.proto.component_name), None
        )

    # ---- messages out

    async def _send(self, message: BackMsg, fragment: str, auto: bool = False) -> float:
        ask = message.rerun_script
        ask.query_string = self.query
        ask.page_script_hash = self._page_hash
        if not self._page_hash:
            ask.page_name = self.page
        ask.fragment_id = fragment
        ask.is_auto_rerun = auto
        ask.widget_states.widgets.extend(
            widget.state(self.values[id])
            for id, widget in self.widgets.items()
            if id in self.values
        )
        ask.cached_message_hashes.extend(self._kept)
        ask.context_info.timezone = "UTC"
        ask.context_info.locale = "en-US"
        ask.context_info.url = f"{self.url}/{self.page}"
        ask.context_info.color_scheme = "light"
        assert self._socket is not None
        sent = time.perf_counter()
        try:
            await self._socket.send(message.SerializeToString())
        except ConnectionClosed:
            raise LostAnswerError("the connection broke") from None
        return sent

    async def _again(self, fragment: str, interval: float) -> None:
        """The browser's timer for a fragment, which does not wait for an answer."""
        due = asyncio.get_running_loop().time()
        with contextlib.suppress(LostAnswerError):
            while True:
                due += interval
                await asyncio.sleep(due - asyncio.get_running_loop().time())
                await self._send(BackMsg(), fragment, auto=True)

    def _stop_timers(self, fragments: object = None) -> None:
        for fragment in list(self._timers) if fragments is None else list(fragments):  # type: ignore[call-overload]
            if fragment in self._timers:
                self._timers.pop(fragment)[1].cancel()

    # ---- messages in

    def _receive(self, raw: bytes, now: float) -> None:
        self.bytes += len(raw)
        self.messages += 1
        message = ForwardMsg()
        message.ParseFromString(raw)
        kind = message.WhichOneof("type")
        if kind == "ref_hash":
            kept = self._kept.get(message.ref_hash)
            if kept is None:
                self.missed += 1
                return
            kept.run = self._kept_runs
            self._delta(kept.message, tuple(message.metadata.delta_path), now)
        elif kind == "delta":
            if message.metadata.cacheable:
                fragment = message.delta.fragment_id
                self._kept[message.hash] = _Kept(message, self._kept_runs, fragment)
            self._delta(message, tuple(message.metadata.delta_path), now)
        elif kind == "script_finished":
            self._finish(message.script_finished, now)
        elif kind == "new_session":
            self._begin(message)
        elif kind == "navigation":  # the first run of a page begins under the entry's hash
            self._page_hash = message.navigation.page_script_hash
        elif kind == "auto_rerun":
            self._ask_again(message.auto_rerun.fragment_id, message.auto_rerun.interval)
        elif kind == "stop_auto_rerun":
            self._stop_timers(message.stop_auto_rerun.fragment_ids)
        elif kind == "page_info_changed":
            self.query = message.page_info_changed.query_string

    def _begin(self, message: ForwardMsg) -> None:
        self.runs += 1
        new = message.new_session
        self._fragments = frozenset(message.metadata.run.fragment_ids)
        self.session_id = new.initialize.session_id or self.session_id
        if not self._fragments:
            self._stop_timers()
            self._page_hash = self._page_hash or new.page_script_hash
            self._keep_for = new.config.max_cached_message_age

    def _delta(self, message: ForwardMsg, path: Path, now: float) -> None:
        delta = message.delta
        if delta.WhichOneof("type") != "new_element":
            if delta.add_block.WhichOneof("type") == "popover":
                self._popovers.add(path)
            return
        element = delta.new_element
        kind = element.WhichOneof("type") or "empty"
        node = Node(kind, element, delta.fragment_id, self.runs)
        self.nodes[path] = node
        if kind in KINDS and not self._hidden(path):
            self._widget(read_widget(element, kind, delta.fragment_id))
        if self._listen is not None:
            self._listen(self, node, now)

    def _hidden(self, path: Path) -> bool:
        """Whether the element is in a closed popover, whose content a browser does not mount."""
        return any(path[: len(popover)] == popover for popover in self._popovers)

    def _widget(self, widget: Widget) -> None:
        self.widgets[widget.id] = widget
        told = told_value(widget)
        if told is not None:
            self.values[widget.id] = told
        elif widget.default is not None:
            self.values.setdefault(widget.id, widget.default)

    def _ask_again(self, fragment: str, interval: float) -> None:
        if fragment in self._timers and self._timers[fragment][0] == interval:
            return
        self._stop_timers([fragment])
        self._timers[fragment] = interval, asyncio.create_task(self._again(fragment, interval))

    def _finish(self, status: int, now: float) -> None:
        if status not in (FULL, FRAGMENT):
            return
        self._forget_what_was_not_drawn()
        self._forget_old_messages()
        still = []
        for condition, answer in self._waiting:
            if answer.done():
                continue
            if condition(self):
                answer.set_result(now)
            else:
                still.append((condition, answer))
        self._waiting = still

    def _forget_what_was_not_drawn(self) -> None:
        gone = [
            path
            for path, node in self.nodes.items()
            if node.run != self.runs and (not self._fragments or node.fragment in self._fragments)
        ]
        if not gone:
            return
        for path in gone:
            del self.nodes[path]
        here = {getattr(node.proto, "id", "") for node in self.nodes.values() if node.kind in KINDS}
        for id in [id for id in self.widgets if id not in here]:
            del self.widgets[id]
            self.values.pop(id, None)

    def _forget_old_messages(self) -> None:
        self._kept_runs += 1
        for hash, kept in list(self._kept.items()):
            concerned = not self._fragments or kept.fragment in self._fragments
            if concerned and self._kept_runs - kept.run > self._keep_for:
                del self._kept[hash]
