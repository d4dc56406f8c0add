"""Headers that tell a browser what a page of ours may do.

Other sites may frame it: a teacher's course page shows a lesson with ``?embed=true``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.datastructures import MutableHeaders

if TYPE_CHECKING:
    from collections.abc import Iterable

    from starlette.types import ASGIApp, Message, Receive, Scope, Send


def policy(scripts: Iterable[str] = ()) -> str:
    """The Content-Security-Policy; ``scripts``: hashes of the page's inline scripts.

    Streamlit loads our parts from ``blob:`` addresses, writes styles into the page, and runs
    WebAssembly. Text never becomes code (no ``unsafe-eval``), and nothing is loaded from another
    site.
    """
    inline = "".join(f" '{script}'" for script in scripts)
    rules = {
        "default-src": "'self'",
        "script-src": f"'self' blob: 'wasm-unsafe-eval'{inline}",
        "style-src": "'self' 'unsafe-inline'",
        "img-src": "'self' data: blob:",
        "font-src": "'self' data:",
        "media-src": "'self' data: blob:",
        "connect-src": "'self' data: blob: ws: wss:",  # in older Safari 'self' excludes WebSockets
        "worker-src": "'self' blob:",
        "object-src": "'none'",
        "base-uri": "'self'",
        "form-action": "'self'",
        "frame-ancestors": "* file:",  # also slides from a disk
    }
    return "; ".join(f"{name} {value}" for name, value in rules.items())


UNUSED = ("microphone", "geolocation", "payment", "usb", "serial", "midi")
HEADERS = {
    "Content-Security-Policy": policy(),
    "X-Content-Type-Options": "nosniff",
    # A link may hold a run's id, and the id is enough to watch the run.
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": ", ".join(["camera=(self)", *(f"{name}=()" for name in UNUSED)]),
}


class SecurityHeaders:
    """ASGI middleware: sets those of ``HEADERS`` that a response does not have."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        await self.app(scope, receive, with_headers if scope["type"] == "http" else send)
