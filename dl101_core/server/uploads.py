"""Limits the bytes of uploads that this server holds, of one page and in all.

Streamlit keeps every uploaded file in memory until its page removes it or ends, and takes any
number of them. Here a request is refused before its body is read.
"""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse

from dl101_core.limits import Limits, limits_from_environment
from dl101_core.rates import Rate, TooOften
from dl101_core.server.streamlit_patches import held_uploads

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

PLACE = re.compile(r"/_stcore/upload_file/([^/]+)/[^/]+\Z")
FRAME = 2**20
"""Bytes that a request may have besides the picture: multipart names and boundaries."""
PATIENCE = 30.0
"""Seconds without a byte after which an upload is aborted, because its bytes count as held."""
REASON = {"DL101-Reason": "1", "Cache-Control": "no-store"}
"""Marks the sentence of a refusal as ours: the page shows it where the picture was chosen."""


class Refused(Exception):  # noqa: N818
    """Why an upload is not taken."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status


class UploadQuota:
    """ASGI middleware. ``held``: bytes of each session's files; None if unknown."""

    def __init__(
        self,
        app: ASGIApp,
        limits: Callable[[], Limits] = limits_from_environment,
        held: Callable[[], dict[str, int] | None] = held_uploads,
        patience: float = PATIENCE,
    ) -> None:
        self.app, self._limits, self._held, self._patience = app, limits, held, patience
        self._coming: Counter[str] = Counter()  # bytes in transit, of each session
        told = limits()
        self._rate = Rate("pictures", told.uploads_per_minute, told.uploads_per_minute_in_all)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        place = PLACE.search(scope["path"]) if scope["type"] == "http" else None
        if place is None or scope["method"] != "PUT":
            return await self.app(scope, receive, send)
        session, begun = place[1], False

        async def note(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            size = self._admit(session, Headers(scope=scope))
            self._coming[session] += size
            try:
                await self.app(scope, self._counted(receive, size), note)
            finally:
                self._coming[session] -= size
                self._coming += Counter()  # drops the sessions with 0 bytes
        except Refused as refusal:
            if begun:
                raise
            await PlainTextResponse(str(refusal), refusal.status, REASON)(scope, receive, send)
        return None

    def _admit(self, session: str, headers: Headers) -> int:
        """The bytes that the body may have. Raises ``Refused``."""
        limits = self._limits()
        most = limits.upload_mb * 2**20 + FRAME
        text = headers.get("content-length", "")
        size = int(text) if text.isascii() and text.isdigit() and len(text) < 16 else most
        if size > most:
            raise Refused(413, _too_large(limits))
        held = self._held() or {}
        if held.get(session, 0) + self._coming[session] + size > limits.uploads_held_mb * 2**20:
            raise Refused(
                429,
                f"This page may keep {limits.uploads_held_mb} MB of pictures. Remove one that you "
                "have chosen before, or load the page again.",
            )
        in_all = sum(held.values()) + self._coming.total() + size
        if in_all > limits.uploads_held_mb_in_all * 2**20:
            raise Refused(
                429,
                f"All visitors together may keep {limits.uploads_held_mb_in_all} MB of pictures "
                "on this server. Try again in a few minutes, or choose a smaller picture.",
            )
        try:
            self._rate.take(session)
        except TooOften:
            raise Refused(
                429,
                f"This server takes {limits.uploads_per_minute} pictures a minute from one page, "
                f"and {limits.uploads_per_minute_in_all} in all. Try again in a minute.",
            ) from None
        return size

    def _counted(self, receive: Receive, size: int) -> Receive:
        """A ``receive`` that aborts an upload of more than ``size`` bytes, or a stalled one."""
        got, complete = 0, False

        async def counted() -> Any:
            nonlocal got, complete
            if complete:  # the next message is the disconnect
                return await receive()
            try:
                message = await asyncio.wait_for(receive(), self._patience)
            except TimeoutError:
                raise Refused(408, "The upload stood still. Try it again.") from None
            got += len(message.get("body", b""))
            if got > size:
                raise Refused(413, _too_large(self._limits()))
            complete = not message.get("more_body", False)
            return message

        return counted


def _too_large(limits: Limits) -> str:
    return f"This server takes pictures of up to {limits.upload_mb} MB. Choose a smaller one."
