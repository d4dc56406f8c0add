"""Open pages are counted, now and at most."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from dl101_core.server.visitors import CountVisitors, Visitors


async def nothing(*_: Any) -> dict[str, Any]:
    return {}


def test_each_open_websocket_is_a_visitor_and_the_most_never_falls() -> None:
    async def go() -> None:
        visitors, gate = Visitors(), asyncio.Event()

        async def page(*_: Any) -> None:
            await gate.wait()

        count = CountVisitors(page, visitors)
        three = [asyncio.create_task(count({"type": "websocket"}, nothing, nothing)) for _ in "123"]
        await asyncio.sleep(0)
        assert (visitors.now, visitors.most) == (3, 3)
        gate.set()
        await asyncio.gather(*three)
        assert (visitors.now, visitors.most) == (0, 3)
        await count({"type": "http"}, nothing, nothing)
        assert visitors.most == 3

    asyncio.run(go())


def test_who_leaves_by_an_error_has_left() -> None:
    async def fail(*_: Any) -> None:
        raise ConnectionResetError

    visitors = Visitors()
    with pytest.raises(ConnectionResetError):
        asyncio.run(CountVisitors(fail, visitors)({"type": "websocket"}, nothing, nothing))
    assert visitors == Visitors(now=0, most=1)
