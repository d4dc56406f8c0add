"""Access to the operator's page: one key, compared in constant time; wrong keys cause a lockout.

A lockout applies to the address that tried, so that nobody can lock out the operator elsewhere.
"""

from __future__ import annotations

import hashlib
import hmac
import logging
import math
import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

log = logging.getLogger(__name__)
T = TypeVar("T")

SHORTEST = 16
TRIES = 5
FIRST_PAUSE = 30.0
LONGEST_PAUSE = 900.0
WRONG_PER_MINUTE = 600
"""Wrong keys a minute of all addresses: too few to guess a key, more than a few addresses try."""
MOST_ADDRESSES = 4096


class Closed(PermissionError):  # noqa: N818
    """The key is wrong, or the address is locked out; the sentence says what to do."""


def check_key(key: object) -> str:
    """``key`` if it is strong enough, else ``ValueError``; its sentence does not repeat the key."""
    if not isinstance(key, str):
        raise ValueError("admin_key in the secrets must be text: put it in quotes.")
    if len(key.strip()) < SHORTEST:
        raise ValueError(
            f"admin_key in the secrets has fewer than {SHORTEST} characters, so the status page "
            "stays closed. Choose a longer one."
        )
    return key


@dataclass
class _Tries:
    """One address: its wrong keys in a row, and when its lockout ends."""

    wrong: int = 0
    closed_until: float = -math.inf


class Authenticator:
    """Checks keys against ``key`` and counts wrong ones by address (a mark of ``addresses``).

    After ``TRIES`` wrong keys an address is locked out for 30 s; every further wrong key doubles
    the lockout, up to 15 minutes. The right key resets the count. So repeated wrong keys lock out
    no other address. All addresses together may fail ``WRONG_PER_MINUTE`` times; then only those
    may try that have sent the right key before. ``token`` belongs to this authenticator: a session
    that keeps it has access until the key is changed or the server ends.
    """

    def __init__(self, key: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._key = hashlib.sha256(check_key(key).encode()).digest()
        self.token = secrets.token_urlsafe(16)
        self._clock = clock
        self._lock = threading.Lock()
        self._tries: OrderedDict[str, _Tries] = OrderedDict()
        self._welcome: OrderedDict[str, None] = OrderedDict()
        self._left, self._filled_at = float(WRONG_PER_MINUTE), clock()

    def open(self, given: str, address: str = "") -> str:
        """The token if ``given`` is the key; else ``Closed``. A lockout skips the comparison."""
        with self._lock:
            now = self._clock()
            tries = self._tries.get(address, _Tries())
            if (left := tries.closed_until - now) > 0:
                raise Closed(f"Too many wrong keys. Try again in {_duration(left)}.")
            self._fill(now)
            if self._left < 1 and address not in self._welcome:
                wait = (1 - self._left) * 60 / WRONG_PER_MINUTE
                raise Closed(f"Too many wrong keys on this server. Try again in {_duration(wait)}.")
            # Hashed, so that the comparison is independent of length and of non-ASCII letters.
            digest = hashlib.sha256(given.encode("utf-8", "surrogatepass")).digest()
            if hmac.compare_digest(digest, self._key):
                self._tries.pop(address, None)
                _keep(self._welcome, address, None)
                log.info("the status page was opened")
                return self.token
            self._left -= 1
            _keep(self._tries, address, tries)
            raise Closed(_refuse(tries, now))

    def _fill(self, now: float) -> None:
        filled = self._left + (now - self._filled_at) * WRONG_PER_MINUTE / 60
        self._left, self._filled_at = min(WRONG_PER_MINUTE, filled), now


def _refuse(tries: _Tries, now: float) -> str:
    tries.wrong += 1
    log.warning("a wrong admin key was given, %d in a row", tries.wrong)
    if tries.wrong < TRIES:
        return "That is not the key."
    pause = min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** min(tries.wrong - TRIES, 10))
    tries.closed_until = now + pause
    return f"That is not the key. After {tries.wrong} wrong ones, wait {_duration(pause)}."


def _keep(kept: OrderedDict[str, T], address: str, value: T) -> None:
    """Remember the address, and no more than the latest ``MOST_ADDRESSES``."""
    kept[address] = value
    kept.move_to_end(address)
    while len(kept) > MOST_ADDRESSES:
        kept.popitem(last=False)


def _duration(seconds: float) -> str:
    whole = math.ceil(seconds)
    if whole < 60:
        return "1 second" if whole == 1 else f"{whole} seconds"
    minutes = math.ceil(whole / 60)
    return "1 minute" if minutes == 1 else f"{minutes} minutes"
