"""Reads the app's logs back."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager

from dl101_core.logs import RECENT, configure_logs, release_logs


@contextmanager
def log_stream(level: int) -> Iterator[io.StringIO]:
    """All that is logged from ``level`` on; no recent error is known before or after."""
    stream = io.StringIO()
    RECENT.clear()
    configure_logs(stream, level=lambda: level)
    try:
        yield stream
    finally:
        release_logs()
        RECENT.clear()
