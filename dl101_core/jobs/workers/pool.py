"""The pool: the server's side of the worker processes. One thread reads, writes and replaces."""

from __future__ import annotations

import contextlib
import logging
import os
import selectors
import signal
import socket
import threading
import time
from collections import Counter
from dataclasses import dataclass, field

from dl101_core.jobs.admission import largest_mb
from dl101_core.jobs.engine import Listener
from dl101_core.jobs.runner import WorkerInfo
from dl101_core.jobs.slicer import SlicerCommand
from dl101_core.jobs.workers.codec import (
    MAX_FRAME,
    BadMessage,
    Unpacker,
    frame_limit,
    pack,
    to_text,
)
from dl101_core.jobs.workers.heartbeat import Heartbeat, computing_seconds
from dl101_core.jobs.workers.launch import ForkLauncher, Launcher, SpawnLauncher
from dl101_core.jobs.workers.memory import own_processes, total_mb
from dl101_core.jobs.workers.protocol import (
    Bye,
    Close,
    FromServer,
    FromWorker,
    Hello,
    Ping,
    Settings,
    Steer,
    Submit,
    ToldBatch,
    Turn,
)
from dl101_core.jobs.workers.starts import Starts
from dl101_core.limits import Limits
from dl101_core.tasks.task import TaskConfig
from dl101_core.training.events import Checkpointed

log = logging.getLogger(__name__)

TICK = 1.0
READ = 1 << 20
GOODBYE = 5.0
WARM_SPAWNED = 2
MEASURE_EVERY = 3.0
START_WITHIN = 120.0
"""Timeout of a start in seconds; on a slow host a cold start takes one minute."""
ABSENT = 3.0
"""Seconds between two looks at the sockets that mean that this server itself stood still."""
PING = pack(Ping())
NEVER = float("inf")
KILL = getattr(signal, "SIGKILL", signal.SIGTERM)


@dataclass
class Link:
    """One worker as the server sees it. Messages to it wait in ``out`` until it has started.

    ``turn``: the run that it trains now. ``launcher``: started it; ``zygote``: process id of the
    zygote that forked it. ``asked_at``: the time since which a run waits for it.
    """

    number: int
    unpacker: Unpacker
    out: bytearray = field(default_factory=bytearray)
    sock: socket.socket | None = None
    wanted: bool = False
    launched: bool = False
    launched_at: float = 0.0
    asked_at: float = NEVER
    launcher: Launcher | None = None
    zygote: int | None = None
    pid: int = 0
    threads: int = 0
    said_bye: bool = False
    turn: str = ""
    heartbeat: Heartbeat = field(default_factory=Heartbeat)
    hung: bool = False


class Pool:
    """An ``Engine`` over worker processes. Call ``open`` once the listener is ready."""

    start_within = START_WITHIN

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._launcher: Launcher
        self._launcher = ForkLauncher() if limits.start_method == "fork" else SpawnLauncher()
        self._lock = threading.Lock()
        # Larger networks than our default need a larger frame; a smaller frame is never used.
        self._max_frame = max(MAX_FRAME, frame_limit(limits.max_parameters))
        self._next_number = 0
        self._links: dict[int, Link] = {}
        self._selector = selectors.DefaultSelector()
        self._bell, self._ear = socket.socketpair()
        self._closing = False
        self._close_by = 0.0
        self._starts = Starts(limits.start_method == "fork")
        # Launchers of running workers, after new workers start in another way.
        self._resting: list[Launcher] = []
        self._memory_mb: float | None = None
        self._measured_at = 0.0
        self._thread: threading.Thread | None = None
        # A fork is quick. A fresh Python takes seconds and 250 MB, so some of them start ahead.
        warm = 1 if limits.start_method == "fork" else WARM_SPAWNED
        for index in range(limits.workers):
            self._new_link(wanted=index < warm)

    # ------------------------------------------------------------ from any thread

    def open(self, listener: Listener) -> None:
        self._selector.register(self._ear, selectors.EVENT_READ, self._hear)
        self._bell.setblocking(False)
        self._ear.setblocking(False)
        self._watch_launcher()
        self._thread = threading.Thread(
            target=self._work, args=(listener,), name="dl101-jobs", daemon=True
        )
        self._thread.start()

    def pick(self, loads: Counter[int]) -> int | None:
        """The worker with the fewest runs, or None if all are full."""
        with self._lock:
            if self._closing:
                return None
            best = min(self._links.values(), key=lambda k: (loads[k.number], not k.wanted))
            return best.number if loads[best.number] < self._limits.live_per_worker else None

    def submit(
        self,
        worker: int,
        run_id: str,
        config: TaskConfig,
        checkpoint: Checkpointed | None,
        replay_until: int,
    ) -> None:
        state, told = (checkpoint.state, checkpoint.told) if checkpoint else (None, 0)
        with self._lock:
            if link := self._links.get(worker):
                link.asked_at = min(link.asked_at, time.monotonic())
        self._send(worker, Submit(run_id, to_text(config), state, told, replay_until))

    def command(self, worker: int, run_id: str, command: SlicerCommand) -> None:
        self._send(worker, Steer(run_id, command))

    @property
    def trouble(self) -> str:
        """A sentence for learners if workers do not start, else empty."""
        return self._starts.trouble

    def pids(self) -> list[int]:
        """Process ids of the workers that have reported."""
        with self._lock:
            return [link.pid for link in self._links.values() if link.pid]

    def workers(self) -> tuple[WorkerInfo, ...]:
        with self._lock:
            return tuple(
                WorkerInfo(link.pid, link.turn) for link in self._links.values() if link.pid
            )

    def memory_mb(self) -> float | None:
        """Megabytes at the last measurement, some seconds ago at most."""
        return self._memory_mb

    def threads(self) -> list[int]:
        """Number of torch threads in each of these workers."""
        with self._lock:
            return [link.threads for link in self._links.values() if link.pid]

    @property
    def zygote_pid(self) -> int | None:
        launcher = self._launcher
        return launcher.zygote_pid if isinstance(launcher, ForkLauncher) else None

    def close(self, goodbye: float = GOODBYE) -> None:
        """Ask every worker for last checkpoints, wait at most ``goodbye`` seconds, end them all."""
        with self._lock:
            first, self._closing = not self._closing, True
            self._close_by = time.monotonic() + goodbye
            for link in self._links.values():
                if first and link.sock is not None:
                    link.out += pack(Close())
        self._ring()
        if self._thread is not None:
            self._thread.join()

    def _send(self, worker: int, message: FromServer) -> None:
        frame = pack(message)
        with self._lock:
            link = self._links.get(worker)
            if link is None:
                return  # the worker has just died; ``lost`` will tell the manager
            link.wanted = True
            link.out += frame
        self._ring()

    def _ring(self) -> None:
        with contextlib.suppress(OSError):  # full: a wake-up is pending; closed: the thread ended
            self._bell.send(b"!")

    # ------------------------------------------------------------ in the pool's thread

    def _work(self, listener: Listener) -> None:
        self._listener = listener
        ticked = looked = time.monotonic()
        while not self._done():
            try:
                self._launch()
                self._select()
                looked, absent = time.monotonic(), time.monotonic() - looked
                if absent > ABSENT:
                    self._forgive(absent)
                if looked - ticked >= TICK:
                    ticked = looked
                    self._check_launches(ticked)
                    self._check_heartbeat(ticked)
                    self._measure(ticked)
                    listener.tick()
            except Exception:
                log.exception("the pool goes on after an error")
                time.sleep(0.1)
        self._end()

    def _done(self) -> bool:
        if not self._closing:
            return False
        with self._lock:
            open_links = [k for k in self._links.values() if k.pid and not k.said_bye]
        return not open_links or time.monotonic() > self._close_by

    def _end(self) -> None:
        for link in self._links.values():
            if link.sock is not None:
                self._selector.unregister(link.sock)
                link.sock.close()
        for launcher in (self._launcher, *self._resting):
            launcher.close()
        self._selector.close()
        self._ear.close()
        self._bell.close()

    def _new_link(self, wanted: bool) -> None:
        """A place for a worker, under the lock or before the thread runs."""
        self._next_number += 1
        link = Link(self._next_number, Unpacker(FromWorker, self._max_frame), wanted=wanted)
        memory_mb = int(2 * largest_mb(self._limits))
        link.out += pack(Settings(self._limits.checkpoint_every, memory_mb, self._max_frame))
        self._links[link.number] = link

    def _launch(self) -> None:
        with self._lock:
            due = [k for k in self._links.values() if k.wanted and not k.launched]
        if self._closing or not due or not self._starts.due():
            return
        self._choose_launcher()
        for link in due:
            link.launched, link.launched_at = True, time.monotonic()
            link.launcher = self._launcher
            try:
                sock = self._launcher.start(link.number)
                link.zygote = self.zygote_pid
            except OSError as error:
                log.exception("a worker could not be started")
                self._reap(link, error.strerror or type(error).__name__)
                return
            if sock is not None:
                self._attach(link, sock)

    def _attach(self, link: Link, sock: socket.socket) -> None:
        sock.setblocking(False)
        self._selector.register(sock, selectors.EVENT_READ, link)
        link.sock = sock

    def _choose_launcher(self) -> None:
        """Choose to fork or to spawn. Running workers stay with the launcher that started them."""
        old, kind = self._launcher, ForkLauncher if self._starts.forks else SpawnLauncher
        if isinstance(old, kind) or not isinstance(old, ForkLauncher | SpawnLauncher):
            return
        if kind is SpawnLauncher:
            log.warning("forking does not work here now; workers are started one by one instead")
            if not any(link.pid and link.launcher is old for link in self._links.values()):
                old.close()  # ends its zygote; a later fork starts a new one
        else:
            log.info("forking is tried again")
        known = next((resting for resting in self._resting if isinstance(resting, kind)), None)
        self._resting = [old]
        self._launcher = known or kind()
        if known is None:
            self._watch_launcher()

    def _watch_launcher(self) -> None:
        launcher = self._launcher
        if launcher.listener is not None:
            self._selector.register(
                launcher.listener, selectors.EVENT_READ, lambda: self._admit(launcher)
            )

    def _admit(self, launcher: Launcher) -> None:
        arrived = launcher.accept()
        if arrived is None:
            return
        number, sock = arrived
        link = self._links.get(number)
        if link is None:
            sock.close()
        else:
            self._attach(link, sock)

    def _check_launches(self, now: float) -> None:
        for link in list(self._links.values()):
            launcher = link.launcher
            if link.pid or launcher is None:
                continue
            self._starts.waited(now - max(link.launched_at, link.asked_at))
            late = now - link.launched_at > self.start_within
            if late and isinstance(launcher, ForkLauncher):
                log.warning("the zygote stands still and is ended")
                launcher.close()
            if late:
                self._reap(link, f"it did not answer within {self.start_within:g} s")
            elif link.sock is None and launcher.failed(link.number):
                self._reap(link)

    def _check_heartbeat(self, now: float) -> None:
        """Ping every worker; end a worker that has not answered for too long."""
        patience = self._limits.hang_seconds
        for link in list(self._links.values()):
            if not link.pid:
                continue
            if link.heartbeat.stands_still(now, patience, self._worked(link)) and not link.hung:
                log.warning("worker %d stands still and is ended", link.number)
                link.hung = True
                self._kill(link)
            elif link.heartbeat.due(now, patience):
                with self._lock:
                    link.out += PING

    def _worked(self, link: Link) -> float | None:
        """The worker's computing seconds; None if its process cannot be read."""
        return computing_seconds(link.pid)

    def _forgive(self, seconds: float) -> None:
        """Extend timeouts: this process stood still (Ctrl-Z, a frozen machine), not its workers."""
        for link in self._links.values():
            link.launched_at += seconds
            link.heartbeat.shift(seconds)

    def _kill(self, link: Link) -> None:
        """Kill a worker that does not answer."""
        with contextlib.suppress(OSError):
            os.kill(link.pid, KILL)

    def _measure(self, now: float) -> None:
        if now - self._measured_at >= MEASURE_EVERY:
            self._measured_at = now
            self._memory_mb = total_mb(own_processes())

    def _hear(self) -> None:
        with contextlib.suppress(BlockingIOError):
            self._ear.recv(4096)

    def _select(self) -> None:
        for link in list(self._links.values()):
            if link.sock is not None:
                write = selectors.EVENT_WRITE if link.out else 0
                self._selector.modify(link.sock, selectors.EVENT_READ | write, link)
        for key, mask in self._selector.select(TICK):
            if not isinstance(key.data, Link):
                key.data()
                continue
            try:
                if mask & selectors.EVENT_WRITE:
                    self._write(key.data)
                if mask & selectors.EVENT_READ:
                    self._read(key.data)
            except (OSError, BadMessage) as error:
                log.info("worker %d ended: %s", key.data.number, error)
                self._reap(key.data)

    def _write(self, link: Link) -> None:
        assert link.sock is not None
        with self._lock, contextlib.suppress(BlockingIOError):
            sent = link.sock.send(link.out[:READ])
            del link.out[:sent]

    def _read(self, link: Link) -> None:
        assert link.sock is not None
        data = link.sock.recv(READ)
        if not data:
            raise ConnectionError("its socket was closed")
        link.heartbeat.heard = time.monotonic()
        for message in link.unpacker.feed(data):
            self._handle(link, message)

    def _handle(self, link: Link, message: FromWorker) -> None:
        match message:
            case Hello(pid, threads):
                self._starts.worked()
                link.pid, link.threads = pid, threads
                log.info("worker %d started, process %d", link.number, pid)
            case ToldBatch(items, spent):
                for report in items:
                    self._listener.reported(link.number, report)
                self._listener.spent(link.number, spent)
            case Turn(run_id):
                link.turn = run_id
            case Bye():
                link.said_bye = True

    def _reap(self, link: Link, reason: str = "") -> None:
        """A worker is gone: free its place, start another, and tell the manager.

        ``reason``: why it could not be started, if that is known here.
        """
        if link.sock is not None:
            self._selector.unregister(link.sock)
            link.sock.close()
        launcher = link.launcher or self._launcher
        if not link.pid:
            self._starts.failed(reason or launcher.why(link.number))
        launcher.end(link.number)
        with self._lock:
            del self._links[link.number]
            if not self._closing:
                self._new_link(wanted=True)
        self._listener.lost(link.number, self._suspect(link), link.hung)

    def _suspect(self, link: Link) -> str:
        """The run whose turn it was, unless the worker only died with its zygote."""
        launcher = link.launcher
        orphaned = isinstance(launcher, ForkLauncher) and not launcher.lives(link.zygote)
        return "" if orphaned and not link.hung else link.turn
