"""A careful ``urlopen``: HTTP only, never for ever, never without end.

The usual opener of urllib waits as long as the other side likes, takes as much as it sends, and
follows a redirect to FTP. This one gives up on silence, on a trickle, on too much and on a web page
where data should be, each with a ``URLError`` that says so in a few words (``REASONS``).
"""

from __future__ import annotations

import contextlib
import http.client
import socket
import threading
import time
import urllib.request
from collections.abc import Callable
from types import TracebackType
from typing import IO, Any
from urllib.error import URLError
from urllib.parse import urljoin, urlsplit

SILENCE = 30.0
"""Seconds without a byte, or without a complete answer, after which the other side is given up."""
SLOWEST = 5_000.0
"""Bytes a second that must arrive on average, counted after ``SILENCE``."""
MOST_BYTES = 64_000_000
"""The largest file that anyone here has a use for is half as large."""

SILENT = "the other side stopped answering"
SLOW = "the other side sends too slowly"
CUT = "the connection was cut half-way"
DAMAGED = "what arrived is damaged"
WEB_PAGE = "a web page arrived instead of the data, perhaps the login page of this network"
ELSEWHERE = "the other side points to a place where nothing may be fetched from"
REASONS = (SILENT, SLOW, CUT, DAMAGED, WEB_PAGE, ELSEWHERE)


class CarefulOpener:
    """For ``urllib.request.install_opener``."""

    def __init__(self) -> None:
        self._opener = urllib.request.OpenerDirector()
        for handler in (
            urllib.request.ProxyHandler(),
            urllib.request.UnknownHandler(),
            urllib.request.HTTPDefaultErrorHandler(),
            urllib.request.HTTPErrorProcessor(),
            _Redirects(),
            _Http(),
            _Https(),
        ):
            self._opener.add_handler(handler)

    def open(
        self, request: urllib.request.Request, data: bytes | None = None, timeout: object = None
    ) -> CarefulResponse:
        unset = timeout is None or timeout is socket._GLOBAL_DEFAULT_TIMEOUT  # type: ignore[attr-defined]
        seconds: float = SILENCE if unset else timeout  # type: ignore[assignment]
        try:
            return CarefulResponse(self._opener.open(request, data, seconds))
        except URLError as error:
            if isinstance(error.reason, TimeoutError):
                raise URLError(SILENT) from error
            raise
        except TimeoutError as error:
            raise URLError(SILENT) from error
        except http.client.RemoteDisconnected as error:
            raise URLError(CUT) from error
        except http.client.InvalidURL as error:
            raise URLError(ELSEWHERE) from error
        except http.client.HTTPException as error:
            raise URLError(DAMAGED) from error


class CarefulResponse:
    """What torchvision uses of a response, with an eye on time and size."""

    def __init__(self, response: Any, clock: Callable[[], float] = time.monotonic) -> None:
        self._response, self._clock = response, clock
        self._began, self._received = clock(), 0
        self.url: str = response.url
        self.length: int | None = response.length
        kind = str(response.headers.get_content_type())
        if "Content-Type" in response.headers and kind in ("text/html", "application/xhtml+xml"):
            self._refuse(WEB_PAGE)
        if self.length is not None and self.length > MOST_BYTES:
            self._refuse(DAMAGED)

    def __enter__(self) -> CarefulResponse:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._response.close()

    def read(self, size: int) -> bytes:
        """Some bytes, at most ``size``; none at the end."""
        try:
            # ``read`` would wait until all of ``size`` has come, however slowly.
            data: bytes = self._response.read1(size)
        except TimeoutError as error:
            raise URLError(SILENT) from error
        except (OSError, http.client.HTTPException) as error:
            raise URLError(CUT) from error
        self._received += len(data)
        if not data and self.length is not None and self._received < self.length:
            self._refuse(CUT)
        if self._received > MOST_BYTES:
            self._refuse(DAMAGED)
        seconds = self._clock() - self._began
        if data and seconds > SILENCE and self._received < SLOWEST * seconds:
            self._refuse(SLOW)
        return data

    def _refuse(self, reason: str) -> None:
        self._response.close()
        raise URLError(reason)


class _Redirects(urllib.request.HTTPRedirectHandler):
    def http_error_302(
        self,
        req: urllib.request.Request,
        fp: IO[bytes],
        code: int,
        msg: str,
        headers: http.client.HTTPMessage,
    ) -> Any:
        fp.close()  # urllib would first read all that comes with a redirect
        place = urljoin(req.full_url, headers.get("location") or headers.get("uri") or "")
        if urlsplit(place).scheme not in ("http", "https"):
            raise URLError(ELSEWHERE)
        return super().http_error_302(req, fp, code, msg, headers)

    http_error_301 = http_error_303 = http_error_307 = http_error_308 = http_error_302


class _Patience(http.client.HTTPConnection):
    """Hangs up on a server that sends its answer's head letter by letter."""

    def getresponse(self) -> http.client.HTTPResponse:
        hung_up = threading.Event()

        def hang_up() -> None:
            hung_up.set()
            with contextlib.suppress(OSError, AttributeError):  # it has just ended by itself
                self.sock.shutdown(socket.SHUT_RDWR)

        alarm = threading.Timer(SILENCE, hang_up)
        alarm.daemon = True
        alarm.start()
        try:
            response = super().getresponse()
        except Exception as error:
            if hung_up.is_set():
                raise TimeoutError from error
            raise
        finally:
            alarm.cancel()
        if hung_up.is_set():  # half a head was taken for a whole one
            response.close()
            raise TimeoutError
        return response


class _PatienceTls(_Patience, http.client.HTTPSConnection):
    """The same over TLS."""


class _Http(urllib.request.HTTPHandler):
    def http_open(self, req: urllib.request.Request) -> http.client.HTTPResponse:
        return self.do_open(_Patience, req)


class _Https(urllib.request.HTTPSHandler):
    def https_open(self, req: urllib.request.Request) -> http.client.HTTPResponse:
        return self.do_open(_PatienceTls, req, context=self._context)  # type: ignore[attr-defined]
