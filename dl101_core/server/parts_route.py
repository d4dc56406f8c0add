"""The route that client-side parts are loaded from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.responses import Response
from starlette.routing import Route

from dl101_core.ui.parts import FOLDER, packed, part, part_names

if TYPE_CHECKING:
    from starlette.requests import Request

FOR_EVER = "public, immutable, max-age=31536000"


async def _part(request: Request) -> Response:
    """One module. An old address gets today's, which is not kept under it."""
    name = request.path_params["name"]
    if name not in part_names():
        return Response("There is no such part.", 404, media_type="text/plain")
    current = request.url.path.endswith(part(name).address)
    headers = {"Cache-Control": FOR_EVER if current else "no-store", "Vary": "Accept-Encoding"}
    body = part(name).source.encode()
    if "gzip" in request.headers.get("accept-encoding", ""):
        body, headers["Content-Encoding"] = packed(name), "gzip"
    return Response(body, media_type="text/javascript", headers=headers)


def parts_route(prefix: str) -> Route:
    """``prefix``: of all addresses of the app."""
    return Route(f"{prefix}/{FOLDER}/{{digest}}/{{name:path}}.js", _part)
