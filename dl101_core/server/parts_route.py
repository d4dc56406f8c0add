"""The route that client-side parts are loaded from."""

from __future__ import annotations

import gzip
from functools import cache
from typing import TYPE_CHECKING

from starlette.responses import Response
from starlette.routing import Route

from dl101_core.ui.parts import FOLDER, digest, modules

if TYPE_CHECKING:
    from starlette.requests import Request

FOR_EVER = "public, immutable, max-age=31536000"


async def _module(request: Request) -> Response:
    """One module. An old address gets the module of today, which is not kept under it."""
    path = request.path_params["path"]
    if path not in modules():
        return Response("There is no such part.", 404, media_type="text/plain")
    known = request.path_params["digest"] == digest()
    headers = {"Cache-Control": FOR_EVER if known else "no-store", "Vary": "Accept-Encoding"}
    body = modules()[path].encode()
    if "gzip" in request.headers.get("accept-encoding", ""):
        body, headers["Content-Encoding"] = _packed(path), "gzip"
    return Response(body, media_type="text/javascript", headers=headers)


@cache
def _packed(path: str) -> bytes:
    return gzip.compress(modules()[path].encode(), mtime=0)


def parts_route(prefix: str) -> Route:
    """``prefix``: of all addresses of the app."""
    return Route(f"{prefix}/{FOLDER}/{{digest}}/{{path:path}}", _module)
