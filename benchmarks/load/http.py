"""Plain requests of a learner's browser: a stream of a run, and a drawing to read."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Mapping
from typing import Any
from urllib.parse import urlsplit

PATIENCE = 10.0
"""Seconds without an answer."""
LONGEST = 2**24


@contextlib.asynccontextmanager
async def _asked(
    url: str, head: str, headers: Mapping[str, str], body: bytes = b""
) -> AsyncIterator[tuple[int, asyncio.StreamReader]]:
    """Status and body of a request's answer."""
    parts = urlsplit(url)
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port, limit=LONGEST)
    lines = [head, f"Host: {parts.netloc}", f"Content-Length: {len(body)}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    try:
        writer.write("\r\n".join([*lines, "", ""]).encode() + body)
        async with asyncio.timeout(PATIENCE):
            status = int((await reader.readline()).split()[1])
            while await reader.readline() not in (b"\r\n", b""):
                pass
        yield status, reader
    finally:
        writer.close()


async def events(
    url: str, run: str, seen: tuple[int, ...] = (0, 0, 0), headers: Mapping[str, str] | None = None
) -> AsyncIterator[dict[str, Any]]:
    """The messages of a run's stream until it ends or is refused."""
    head = f"GET /api/runs/{run}/events?seen={','.join(map(str, seen))} HTTP/1.1"
    with contextlib.suppress(OSError, TimeoutError):
        async with _asked(url, head, headers or {}) as (status, reader):
            if status != 200:
                return
            # Lines between these are lengths of chunks, and numbers and ends of messages.
            async for line in reader:
                if line.startswith(b"data: {"):
                    yield json.loads(line[6:])


async def read_drawing(
    url: str, message: dict[str, Any], headers: Mapping[str, str]
) -> dict[str, Any] | None:
    """The reading route's answer; ``None`` without one."""
    own = {"Content-Type": "application/json", "Origin": url, "Connection": "close"}
    body = json.dumps(message).encode()
    with contextlib.suppress(OSError, TimeoutError, ValueError):
        async with _asked(url, "POST /api/read HTTP/1.1", {**headers, **own}, body) as (
            status,
            reader,
        ):
            async with asyncio.timeout(PATIENCE):
                answer = await reader.read()
            return dict(json.loads(answer)) if status == 200 else None
    return None
