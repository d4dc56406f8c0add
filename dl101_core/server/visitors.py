"""Counts the browsers that are connected to this server, now and at most since its start."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send


@dataclass
class Visitors:
    """Open pages: each has one WebSocket. Only the server's own thread changes the numbers."""

    now: int = 0
    most: int = 0


VISITORS = Visitors()


class CountVisitors:
    """ASGI middleware that keeps ``VISITORS``, or ``visitors``, right."""

    def __init__(self, app: ASGIApp, visitors: Visitors = VISITORS) -> None:
        self.app, self.visitors = app, visitors

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "websocket":
            return await self.app(scope, receive, send)
        self.visitors.now += 1
        self.visitors.most = max(self.visitors.most, self.visitors.now)
        try:
            await self.app(scope, receive, send)
        finally:
            self.visitors.now -= 1
        return None
