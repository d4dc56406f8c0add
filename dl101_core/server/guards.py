"""What stands between the network and Streamlit: middleware, outermost first, and own routes."""

from __future__ import annotations

from starlette.middleware import Middleware
from starlette.routing import BaseRoute

from dl101_core.server.uploads import UploadQuota
from dl101_core.server.visitors import CountVisitors


def middleware() -> list[Middleware]:
    return [Middleware(CountVisitors), Middleware(UploadQuota)]


def routes() -> list[BaseRoute]:
    return []
