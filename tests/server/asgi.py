"""Plain ASGI calls: the answers of a middleware, without a server."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message


@dataclass(frozen=True)
class Answer:
    """``read``: bytes of the request's body that the app has read."""

    status: int
    headers: dict[str, str]
    body: bytes
    read: int


def request(method: str, path: str, headers: dict[str, str] | None = None) -> dict[str, Any]:
    """The scope of a request."""
    raw = [(k.lower().encode(), v.encode()) for k, v in (headers or {}).items()]
    path, _, query = path.partition("?")
    scope = {"type": "http", "method": method, "path": path, "headers": raw}
    scope["query_string"] = query.encode("utf-8", "surrogatepass")
    return scope | {"root_path": "", "scheme": "http", "http_version": "1.1"}


async def ask(app: ASGIApp, scope: dict[str, Any], chunks: Iterable[bytes] = ()) -> Answer:
    """The answer of ``app`` to ``scope`` with a body of ``chunks``."""
    rest, sent, read = list(chunks), list[Any](), 0

    async def receive() -> Message:
        nonlocal read
        await asyncio.sleep(0)
        chunk = rest.pop(0) if rest else b""
        read += len(chunk)
        return {"type": "http.request", "body": chunk, "more_body": bool(rest)}

    async def send(message: Message) -> None:
        sent.append(message)

    await app(scope, receive, send)
    (start, *bodies) = sent
    headers = {name.decode(): value.decode() for name, value in start["headers"]}
    return Answer(start["status"], headers, b"".join(m.get("body", b"") for m in bodies), read)


async def watch(
    app: ASGIApp, scope: dict[str, Any], enough: Callable[[str], bool] = lambda text: False
) -> Answer:
    """The answer of a stream up to its end, or to where ``enough`` of it is there."""
    sent, gone = list[Any](), asyncio.Event()

    def text() -> str:
        return b"".join(message.get("body", b"") for message in sent).decode()

    async def receive() -> Message:
        await gone.wait()
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        sent.append(message)
        if enough(text()):
            gone.set()
        await asyncio.sleep(0)

    await app(scope, receive, send)
    headers = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    return Answer(sent[0]["status"], headers, text().encode(), 0)
