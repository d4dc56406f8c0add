"""Structured logs: one JSON object a line on stderr, and nothing in it about any person.

A line holds ``time`` (UTC), ``level``, ``logger`` and ``message``; ``run`` where a run is meant;
``error`` (type, message, frames) where there was an exception. Write

    log.info("run submitted", extra={"run": run_id})

A run's id lets its holder watch the run, so ``run`` shows only its first eight characters. Whatever
else could be a secret or lead to a person (keys, hashes, addresses, what stands in quotes, queries
of links, names of uploads) is replaced by an ellipsis: see ``scrub``. Only our own loggers are
written here (``dl101_core`` and below); ``DL101_LOG_LEVEL`` sets the least level.
"""

from __future__ import annotations

import atexit
import contextlib
import json
import logging
import os
import queue
import re
import sys
import threading
import time
import traceback
from collections import deque
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from types import TracebackType
from typing import TextIO

NAME = "dl101_core"
LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")
PREFIX = 8
KEPT = 50
MOST_WAITING = 5000
FAREWELL = 1.0
MOST_TEXT = 1000
MOST_FRAMES = 20
HIDDEN = "…"
ROOT = Path(__file__).resolve().parents[1]

_RUN_ID = re.compile(r"[A-Za-z0-9_-]{16,64}")
# In this order: what an earlier pattern hides, a later one no longer sees.
_SECRETS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"\[(?:SQL|parameters):.*", re.DOTALL), HIDDEN),  # SQLAlchemy repeats the values
    (re.compile(r"\b([a-z][a-z0-9+.-]*)://\S+", re.IGNORECASE), rf"\1://{HIDDEN}"),
    (re.compile(r"(\w)\s*\(=[^)]*\)"), rf"\1 (={HIDDEN})"),  # our own errors name the value
    (re.compile(r"(?<!\w)'[^'\n]*'(?!\w)"), f"'{HIDDEN}'"),
    (re.compile(r'"[^"\n]*"'), f'"{HIDDEN}"'),
    (re.compile(r"\?\S+=\S*"), f"?{HIDDEN}"),
    (re.compile(r"\b(cookie|authorization|x-forwarded-for)\s*[:=].*", re.IGNORECASE), HIDDEN),
    (re.compile(r"\S{1,99}@\S+"), HIDDEN),
    (re.compile(r"\S{1,99}\.(?:png|jpe?g|gif|webp|bmp|svg|tiff?|heic|pdf|csv)\b", re.I), HIDDEN),
)
_IPV4 = re.compile(r"\d{1,3}(?:\.\d{1,3}){3}")
_COLONS = re.compile(r"(?=[:.]*[0-9A-Fa-f])[0-9A-Fa-f.]*:[0-9A-Fa-f.]*:[0-9A-Fa-f:.]*")
_CLOCK = re.compile(r"\d{1,2}:\d\d:\d\d[\d.]*:?")
_TOKEN = re.compile(r"[A-Za-z0-9_-]{16,}")
# Names of ours that are long, but no secrets: small words, with a date behind, or a variable.
_NAME = re.compile(r"[a-z_-]+(?:-\d+)*|(?:DL101|DATABASE)_[A-Z_]+")


def scrub(text: str) -> str:
    """``text`` without anything that could be a secret or lead to a person."""
    text = _start_of(text, 2 * MOST_TEXT)
    for pattern, instead in _SECRETS:
        text = pattern.sub(instead, text)
    text = _IPV4.sub(HIDDEN, text)
    text = _COLONS.sub(lambda found: found[0] if _CLOCK.fullmatch(found[0]) else HIDDEN, text)
    text = _TOKEN.sub(lambda found: found[0] if _NAME.fullmatch(found[0]) else HIDDEN, text)
    return _start_of(text, MOST_TEXT)


def _start_of(text: str, length: int) -> str:
    """At most ``length`` characters, in whole words: half a secret would not be known as one."""
    if len(text) <= length:
        return text
    return " ".join(text[:length].split(" ")[:-1]) + HIDDEN


def run_prefix(run_id: object) -> str:
    """The part of a run's id that may be shown; empty for anything that is no run id."""
    good = isinstance(run_id, str) and _RUN_ID.fullmatch(run_id) is not None
    return str(run_id)[:PREFIX] if good else ""


@dataclass(frozen=True)
class LoggedError:
    """An exception: the name of its type, what it says (scrubbed), and where it came from."""

    type: str
    message: str
    frames: tuple[str, ...]


@dataclass(frozen=True)
class Entry:
    """One record, safe to show. ``time``: seconds since 1970. ``times``: how often in a row."""

    time: float
    level: str
    logger: str
    message: str
    run: str = ""
    error: LoggedError | None = None
    times: int = 1

    def line(self) -> str:
        """The entry as one line of JSON."""
        stamp = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(self.time))
        fields = asdict(self) | {"time": f"{stamp}.{int(self.time % 1 * 1000):03}Z", "times": 0}
        # ASCII only: U+2028 and its like end a line for some readers, and a lone surrogate
        # cannot be written at all.
        shown = {name: told for name, told in fields.items() if told or name == "message"}
        return json.dumps(shown)


def entry_of(record: logging.LogRecord) -> Entry:
    """What of ``record`` may be shown."""
    run_id = getattr(record, "run", "")
    try:
        message = record.getMessage()
    except Exception as wrong:  # a wrong format must not end the caller
        message = f"{record.msg} (cannot be formatted: {type(wrong).__name__})"
    prefix = run_prefix(run_id)
    if prefix:
        message = message.replace(str(run_id), prefix)
    error = record.exc_info[1] if record.exc_info else None
    return Entry(
        record.created,
        record.levelname.lower(),
        record.name,
        scrub(message),
        prefix,
        _logged(error) if error is not None else None,
    )


def _logged(error: BaseException) -> LoggedError:
    try:
        message = str(error)
    except Exception:
        message = HIDDEN
    frames = _frames(error.__traceback__)
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    name = type(error).__name__
    if cause is not None:
        name = f"{name} from {type(cause).__name__}"
        frames = (*_frames(cause.__traceback__), *frames)[-MOST_FRAMES:]
    return LoggedError(name, scrub(message), frames)


def _frames(trace: TracebackType | None) -> tuple[str, ...]:
    """``file:line function``, outermost first, without folders of the machine and without code."""
    summary = traceback.extract_tb(trace)[-MOST_FRAMES:]
    return tuple(f"{_short(frame.filename)}:{frame.lineno} {frame.name}" for frame in summary)


def _short(filename: str) -> str:
    path = Path(filename)
    if path.is_relative_to(ROOT) and "site-packages" not in path.parts:
        return path.relative_to(ROOT).as_posix()
    parts = path.parts
    if "site-packages" in parts:
        start = len(parts) - 1 - parts[::-1].index("site-packages")
        return "/".join(parts[start + 1 :])
    return path.name


class JsonLines(logging.Handler):
    """Writes records to ``stream``, or to what is stderr at that moment: one write a line, so that
    the lines of several processes do not mix."""

    def __init__(self, stream: TextIO | None = None) -> None:
        super().__init__()
        self._stream = stream

    def emit(self, record: logging.LogRecord) -> None:
        try:
            self.write(entry_of(record).line() + "\n")
        except Exception:  # nobody reads any more: the work goes on
            self.handleError(record)

    def write(self, line: str) -> None:
        stream = self._stream or sys.stderr
        stream.write(line)
        stream.flush()


class PatientLines(JsonLines):
    """Writes from a thread of its own: a reader that stands still must not hold up the server.

    What does not fit into the queue meanwhile is dropped, and how much it was is written later.
    """

    def __init__(self, stream: TextIO | None = None, waiting: int = MOST_WAITING) -> None:
        super().__init__(stream)
        self._queue: queue.Queue[str | None] = queue.Queue(waiting)
        self._dropped = 0
        self._thread = threading.Thread(target=self._work, name="dl101-logs", daemon=True)
        self._thread.start()
        atexit.register(self.close)

    def write(self, line: str) -> None:
        try:
            self._queue.put_nowait(line)
        except queue.Full:
            self._dropped += 1

    def close(self) -> None:
        """Write what waits, but do not wait long."""
        atexit.unregister(self.close)
        with contextlib.suppress(queue.Full):
            self._queue.put(None, timeout=FAREWELL)
            self._thread.join(FAREWELL)
        super().close()

    def _work(self) -> None:
        while (line := self._queue.get()) is not None:
            with contextlib.suppress(Exception):  # the stream is closed: there may be another
                super().write(line)
                dropped, self._dropped = self._dropped, 0
                if dropped:
                    text = f"{dropped} lines of the log were dropped"
                    super().write(Entry(time.time(), "warning", __name__, text).line() + "\n")


class RecentErrors(logging.Handler):
    """Keeps the latest warnings and errors of this process; one that repeats is counted."""

    def __init__(self, kept: int = KEPT) -> None:
        super().__init__(logging.WARNING)
        self._entries: deque[Entry] = deque(maxlen=kept)
        self._guard = threading.Lock()

    def emit(self, record: logging.LogRecord) -> None:
        entry = entry_of(record)
        with self._guard:
            last = self._entries[-1] if self._entries else None
            same = last is not None and replace(last, time=entry.time, times=1) == entry
            if last is not None and same:
                self._entries[-1] = replace(entry, times=last.times + 1)
            else:
                self._entries.append(entry)

    def entries(self) -> tuple[Entry, ...]:
        """Newest first."""
        with self._guard:
            return tuple(reversed(self._entries))

    def clear(self) -> None:
        with self._guard:
            self._entries.clear()


RECENT = RecentErrors()


class PassOn(logging.Filter):
    """Put on somebody else's logger: what it has to say is written here instead, scrubbed.

    ``name`` is the logger of ours to write to, ``message`` what to say.
    """

    def __init__(self, name: str, message: str) -> None:
        super().__init__()
        self._log, self._message = logging.getLogger(name), message

    def filter(self, record: logging.LogRecord) -> bool:
        self._log.log(record.levelno, self._message, exc_info=record.exc_info)
        return False


def log_level() -> int:
    """``DL101_LOG_LEVEL`` as a number; INFO if it is not set or unknown."""
    name = os.environ.get("DL101_LOG_LEVEL", "").strip().upper()
    return getattr(logging, name) if name in LEVELS else logging.INFO


def configure_logs(
    stream: TextIO | None = None,
    level: Callable[[], int] = log_level,
    patient: bool = False,
) -> logging.Logger:
    """Send the records of our loggers to ``stream`` (stderr); again: the same, with ``stream``.

    ``patient``: from a thread, which a process that forks must not have.
    Nothing goes further to the root logger, where another library could print it as it is.
    """
    logger = logging.getLogger(NAME)
    _remove_handlers(logger)
    for handler in (PatientLines(stream) if patient else JsonLines(stream), RECENT):
        logger.addHandler(handler)
    logger.setLevel(level())
    logger.propagate = False
    named = os.environ.get("DL101_LOG_LEVEL", "").strip()
    if named and named.upper() not in LEVELS:
        logger.warning("DL101_LOG_LEVEL is none of %s; INFO is used", ", ".join(LEVELS))
    return logger


def release_logs() -> None:
    """Undo ``configure_logs``: for tests, which read records at the root logger."""
    logger = logging.getLogger(NAME)
    _remove_handlers(logger)
    logger.setLevel(logging.NOTSET)
    logger.propagate = True


def _remove_handlers(logger: logging.Logger) -> None:
    for handler in list(logger.handlers):
        if handler is RECENT or isinstance(handler, JsonLines):
            logger.removeHandler(handler)
        if isinstance(handler, JsonLines):
            handler.close()
