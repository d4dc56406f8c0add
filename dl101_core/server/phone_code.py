"""The route of the QR code: the page's address in, a picture or the reason why there is none.

The browser asks, since it alone knows the address with the settings of this moment; the session and
its script have no part in it.
"""

from __future__ import annotations

import io
from functools import lru_cache
from typing import TYPE_CHECKING

import segno
import streamlit as st
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from dl101_core.environment import public_url
from dl101_core.phone_address import NoPhone, host_in_network, phone_address

if TYPE_CHECKING:
    from starlette.requests import Request

NAME = "phone-code"
MOST = 1200
"""Characters of an address; a code of more is too fine to be read from a screen."""
TOO_LONG = "This experiment's address is too long for a QR code. Copy it from the browser instead."
WRONG_PUBLIC_URL = (
    "There is no QR code: the server's setting DL101_PUBLIC_URL is no address of the form "
    "https://name/path. Whoever runs the server can mend it."
)


def _code(request: Request) -> Response:
    """Not a coroutine: a large code takes a tenth of a second, and runs beside the server."""
    base, rest = (request.query_params.get(name, "") for name in ("base", "rest"))
    try:
        address = phone_address(base, rest, _public(), _here)
        if len(address) > MOST:
            raise NoPhone(TOO_LONG)
        found = {"address": address, "svg": svg_of(address)}
    except NoPhone as why:
        found = {"why": str(why)}
    return JSONResponse(found, headers={"Cache-Control": "no-store"})


def _public() -> str | None:
    try:
        return public_url()
    except ValueError:
        raise NoPhone(WRONG_PUBLIC_URL) from None


def _here(port: int) -> str | None:
    """A port of another server, say of a tunnel, says nothing about this one."""
    if port != st.get_option("server.port"):
        return None
    return host_in_network(st.get_option("server.address"))


@lru_cache(maxsize=64)
def svg_of(address: str) -> str:
    """The code, black on white with the quiet zone of four modules, as an SVG document."""
    file = io.BytesIO()
    code = segno.make(address, micro=False, error="l")
    code.save(file, kind="svg", scale=8, border=4, dark="#000", light="#fff", xmldecl=False)
    return file.getvalue().decode()


def phone_code_route(prefix: str) -> Route:
    """``prefix``: of all addresses of the app."""
    return Route(f"{prefix}/{NAME}", _code)
