"""The route that reads drawings: strokes in, the networks' answers out, without a script run.

The pad paints the answer at once. The page's script still gets every finished stroke, for the
pictures, the formulas and the code; and it answers where this route does not.
"""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Annotated, Any, TypedDict

from msgspec import Meta
from starlette.requests import ClientDisconnect
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from dl101_core.addresses import mark_of, visitor
from dl101_core.draw.digits import Drawing, from_strokes
from dl101_core.draw.doubt import why_unsure
from dl101_core.draw.shown import palette_png
from dl101_core.draw.view import Network, answers_of, bars_data, stamp_of
from dl101_core.jobs.runner import UnknownRun, is_run_id, owner_of
from dl101_core.lab.networks_view import MOST, trained
from dl101_core.lab.session_runs import get_runner, image_config
from dl101_core.rates import TooOften
from dl101_core.ui import messages
from dl101_core.ui.learner import COOKIE, sound_key
from dl101_core.ui.rates import count_drawing_of
from dl101_core.weights import SHIPPED, WeightsError, load_shipped

if TYPE_CHECKING:
    from starlette.datastructures import Headers
    from starlette.requests import Request

MOST_BYTES = 1_000_000
"""Of a body: the longest drawing, and little more."""
PATIENCE = 10.0
"""Seconds that a body may take."""
MOST_NETWORKS = len(SHIPPED) + MOST


class Refused(Exception):  # noqa: N818
    """Why a drawing is not read."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status


Name = Annotated[str, Meta(max_length=64)]


class Asked(TypedDict, total=False):
    """The fields of a message beside its strokes; ``networks``: by name or by their run's id."""

    seq: messages.Seq
    networks: Annotated[list[Name], Meta(min_length=1, max_length=MOST_NETWORKS)]


async def _read(request: Request) -> Response:
    try:
        _check_origin(request.headers)
        _count(request)
        body = await _body(request)
        return JSONResponse(await asyncio.to_thread(answer, body), headers=NOT_KEPT)
    except Refused as refusal:
        return PlainTextResponse(str(refusal), refusal.status, NOT_KEPT)


NOT_KEPT = {"Cache-Control": "no-store"}


def answer(body: bytes) -> dict[str, Any]:
    """The data of the page's bars for a message, without titles; raises ``Refused``.

    ``seen``: the 28×28 pixels that the networks got, as a PNG in base64.
    """
    try:
        message = json.loads(body)
    except (ValueError, RecursionError):
        raise Refused(400, "A drawing comes as JSON.") from None
    asked = messages.read_fields(message, Asked)
    if "networks" not in asked or "seq" not in asked:
        raise Refused(400, "A drawing comes with its number and the networks that shall read it.")
    networks = [_network(name) for name in asked["networks"]]
    try:
        digit = from_strokes(Drawing.from_message(message))
    except ValueError as problem:
        return bars_data(networks, [], asked["seq"], str(problem), "", "")
    readings = [network.read(digit.image) for network in networks]
    note = why_unsure(answers_of(networks, readings), digit.image)
    data = bars_data(networks, readings, asked["seq"], "", stamp_of(digit.image), note)
    return data | {"seen": palette_png(digit.image)}


def _network(name: str) -> Network:
    """A shipped network, or one that a run trained: who has the run's id may look at it."""
    try:
        if name in SHIPPED:
            return Network(name, "", load_shipped(name))
        if not is_run_id(name):
            raise UnknownRun
        status = get_runner().status(name)
        config = image_config(status)
        model = trained(name, status.config) if status.ended else None
    except (UnknownRun, WeightsError):
        model = None
    if model is None:
        raise Refused(404, "One of the networks is not here any more.")
    return Network(name, "", model, config.data)


def _check_origin(headers: Headers) -> None:
    """Only our own pages may ask: the browser says where a request comes from."""
    site, host = headers.get("sec-fetch-site"), headers.get("origin", "").partition("://")[2]
    ours = site == "same-origin" if site else host and host == headers.get("host")
    if not ours:
        raise Refused(403, "Only pages of this server may ask.")
    if headers.get("content-type", "").partition(";")[0].strip() != "application/json":
        raise Refused(415, "A drawing comes as JSON.")


async def _body(request: Request) -> bytes:
    """The body, unless it is too long: then it is not read to its end."""
    told = request.headers.get("content-length", "")
    if told.isascii() and told.isdigit() and (len(told) > 9 or int(told) > MOST_BYTES):
        raise Refused(413, "The drawing is too long; clear the pad.")
    parts, size = list[bytes](), 0
    try:
        async with asyncio.timeout(PATIENCE):
            async for part in request.stream():
                size += len(part)
                if size > MOST_BYTES:
                    raise Refused(413, "The drawing is too long; clear the pad.")
                parts.append(part)
    except ClientDisconnect:
        raise Refused(400, "The drawing did not come to its end.") from None
    except TimeoutError:
        raise Refused(408, "The drawing stood still.") from None
    return b"".join(parts)


def _count(request: Request) -> None:
    """Count the drawing of its learner, as the page counts it."""
    peer = request.client.host if request.client else None
    address = mark_of(visitor(peer, request.headers.getlist("x-forwarded-for")))
    key = sound_key(request.cookies.get(COOKIE))
    try:
        count_drawing_of(owner_of(key) if key else address, address)
    except TooOften as problem:
        raise Refused(429, str(problem)) from None


def read_route(prefix: str) -> Route:
    """``prefix``: of all addresses of the app."""
    return Route(f"{prefix}/api/read", _read, methods=["POST"])
