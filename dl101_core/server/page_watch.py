"""Adds our script and the frame's style to Streamlit's HTML page: they work before the app has run.

The script applies the learner's choice of light or dark, and shows messages when the app cannot
show any. The style lays out a lesson from the first moment on: a part would bring it later.
"""

from __future__ import annotations

import base64
import hashlib
import re
from typing import TYPE_CHECKING

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.routing import Route

from dl101_core.server import ROOT
from dl101_core.server.headers import policy

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

NAME = "page-watch.js"
SOURCE = b"".join(
    (ROOT / "assets" / "page" / f"{name}.js").read_bytes() for name in ("theme", "watch")
)
VERSION = hashlib.sha256(SOURCE).hexdigest()[:12]
TAG = f'<script defer src="./{NAME}?v={VERSION}"></script>'.encode()
"""A relative address, like those of Streamlit: it is right behind a base path or a proxy, too."""
STYLE_FILE = ROOT / "assets" / "page" / "frame.css"
STYLE = f"<style>{STYLE_FILE.read_text('utf-8')}</style>".encode()
INLINE = re.compile(rb"<script>(.*?)</script>", re.DOTALL)
NOT_ASKED = (b"accept-encoding", b"if-none-match", b"if-modified-since")
"""Request headers to drop: a compressed or cached response (304) cannot be changed."""
CHANGED = ("content-length", "etag", "last-modified", "accept-ranges")
"""Response headers to drop: they are wrong for the changed page."""


async def _script(request: Request) -> Response:
    return Response(
        SOURCE,
        media_type="text/javascript",
        headers={"Cache-Control": "public, immutable, max-age=31536000"},
    )


def script_route(prefix: str) -> Route:
    """The address of the script; ``prefix``: of all addresses of the app."""
    return Route(f"{prefix}/{NAME}", _script)


def with_script(page: bytes) -> tuple[bytes, str]:
    """``page`` with our script before all others, and the policy that its own scripts need.

    The style stands in the body: so it comes after those of Streamlit in the head.
    """
    hashes = [
        "sha256-" + base64.b64encode(hashlib.sha256(script).digest()).decode()
        for script in INLINE.findall(page)
    ]
    for place, added in ((rb"<head[^>]*>", TAG), (rb"<body[^>]*>", STYLE)):
        page = re.sub(place, lambda found, added=added: found[0] + added, page, count=1)  # type: ignore[misc]
    return page, policy(hashes)


class PageWatch:
    """ASGI middleware: puts the script into every HTML page."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or "text/html" not in Headers(scope=scope).get("accept", ""):
            return await self.app(scope, receive, send)
        plain = [item for item in scope["headers"] if item[0] not in NOT_ASKED]
        await self.app({**scope, "headers": plain}, receive, _Changer(send, scope["method"]))
        return None


class _Changer:
    """Buffers an HTML response until it is complete; any other response passes unbuffered."""

    def __init__(self, send: Send, method: str) -> None:
        self._send, self._method = send, method
        self._start: Message | None = None
        self._page = b""

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            if Headers(raw=message["headers"]).get("content-type", "").startswith("text/html"):
                self._start = message
                return
        elif self._start is not None and message["type"] == "http.response.body":
            self._page += message.get("body", b"")
            if message.get("more_body", False):
                return
            await self._send_page(self._start)
            return
        await self._send(message)

    async def _send_page(self, start: Message) -> None:
        page, rules = with_script(self._page)
        headers = MutableHeaders(raw=list(start["headers"]))
        for name in CHANGED:
            if name in headers:
                del headers[name]
        headers["Content-Security-Policy"] = rules
        if self._method != "HEAD":
            headers["Content-Length"] = str(len(page))
        await self._send({**start, "headers": headers.raw})
        body = page if self._method != "HEAD" else b""
        await self._send({"type": "http.response.body", "body": body})
