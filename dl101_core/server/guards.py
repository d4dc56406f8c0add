"""The layers between the network and Streamlit: middleware, outermost first, and own routes."""

from __future__ import annotations

import streamlit as st
from starlette.middleware import Middleware
from starlette.routing import BaseRoute

from dl101_core.limits import limits_from_environment
from dl101_core.server.headers import SecurityHeaders
from dl101_core.server.page_watch import PageWatch, script_route
from dl101_core.server.parts_route import parts_route
from dl101_core.server.phone_code import phone_code_route
from dl101_core.server.read_route import read_route
from dl101_core.server.run_events import run_events_route
from dl101_core.server.uploads import UploadQuota
from dl101_core.server.visitors import CountVisitors


def middleware() -> list[Middleware]:
    """The middleware. ``SecurityHeaders`` is outermost, so that refusals have the headers, too.

    Ends the program with a sentence if the environment sets an impossible limit.
    """
    try:
        limits_from_environment()
    except ValueError as problem:
        raise SystemExit(f"The server does not start: {problem}") from None
    return [Middleware(part) for part in (SecurityHeaders, CountVisitors, PageWatch, UploadQuota)]


def routes() -> list[BaseRoute]:
    prefix = prefix_of(st.get_option("server.baseUrlPath") or "")
    made = (script_route, parts_route, run_events_route, read_route, phone_code_route)
    return [route(prefix) for route in made]


def prefix_of(base: str) -> str:
    """The start of every path of the app; ``base``: Streamlit's ``server.baseUrlPath``."""
    return f"/{base.strip('/')}" if base.strip("/") else ""
