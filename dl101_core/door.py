"""The operator's door: one key, compared in constant time, and a pause after wrong tries."""

from __future__ import annotations

import hashlib
import hmac
import logging
import math
import secrets
import threading
import time
from collections.abc import Callable

log = logging.getLogger(__name__)

SHORTEST = 16
TRIES = 5
FIRST_PAUSE = 30.0
LONGEST_PAUSE = 900.0


class Closed(PermissionError):  # noqa: N818
    """The key is wrong, or nobody may try at the moment; the sentence says what to do."""


def check_key(key: object) -> str:
    """``key`` if it is fit to guard anything, else ``ValueError`` with a sentence (without it)."""
    if not isinstance(key, str):
        raise ValueError("admin_key in the secrets must be text: put it in quotes.")
    if len(key.strip()) < SHORTEST:
        raise ValueError(
            f"admin_key in the secrets has fewer than {SHORTEST} characters, so the status page "
            "stays closed. Choose a longer one."
        )
    return key


class Door:
    """Opens to ``key``. Wrong tries are counted over the whole server, whoever makes them.

    After ``TRIES`` wrong ones nobody may try for 30 s; every further wrong one doubles the pause,
    up to 15 minutes. The right key begins the count anew. ``token`` stands for this door: who keeps
    it has been let in, until the key is changed or the server ends.
    """

    def __init__(self, key: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._key = hashlib.sha256(check_key(key).encode()).digest()
        self.token = secrets.token_urlsafe(16)
        self._clock = clock
        self._lock = threading.Lock()
        self._wrong = 0
        self._closed_until = -math.inf

    def open(self, given: str) -> str:
        """The token if ``given`` is the key; else ``Closed``. In a pause nothing is compared."""
        with self._lock:
            left = self._closed_until - self._clock()
            if left > 0:
                raise Closed(f"Too many wrong keys. Try again in {_duration(left)}.")
            # Hashed, so that neither the length nor letters beyond ASCII make a difference.
            digest = hashlib.sha256(given.encode("utf-8", "surrogatepass")).digest()
            if hmac.compare_digest(digest, self._key):
                self._wrong = 0
                log.info("the status page was opened")
                return self.token
            raise Closed(self._refuse())

    def _refuse(self) -> str:
        self._wrong += 1
        log.warning("a wrong admin key was given, %d in a row", self._wrong)
        if self._wrong < TRIES:
            return "That is not the key."
        pause = min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** min(self._wrong - TRIES, 10))
        self._closed_until = self._clock() + pause
        return f"That is not the key. After {self._wrong} wrong ones, wait {_duration(pause)}."


def _duration(seconds: float) -> str:
    whole = math.ceil(seconds)
    if whole < 60:
        return "1 second" if whole == 1 else f"{whole} seconds"
    minutes = math.ceil(whole / 60)
    return "1 minute" if minutes == 1 else f"{minutes} minutes"
