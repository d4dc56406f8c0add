"""Every answer carries the headers; a page of HTML has our script and the policy that it needs."""

from __future__ import annotations

import asyncio
import base64
import gzip
import hashlib
from pathlib import Path
from typing import Any

import pytest
import streamlit
from starlette.responses import HTMLResponse, PlainTextResponse, Response

from dl101_core.server.guards import prefix_of
from dl101_core.server.headers import HEADERS, SecurityHeaders, policy
from dl101_core.server.page_watch import (
    NAME,
    SOURCE,
    STYLE,
    TAG,
    PageWatch,
    script_route,
    with_script,
)
from tests.server.asgi import Answer, ask, request

PAGE = "<html><head><script>let a = 1</script></head><body>é</body></html>"
ASKS_FOR_A_PAGE = {"Accept": "text/html,*/*", "Accept-Encoding": "gzip", "If-None-Match": '"1"'}


class Page:
    """Answers with ``response``; keeps the request."""

    def __init__(self, response: Response) -> None:
        self.response = response
        self.asked: dict[str, str] = {}

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        self.asked = {name.decode(): value.decode() for name, value in scope["headers"]}
        await self.response(scope, receive, send)


def answer(response: Response, method: str = "GET", **headers: str) -> Answer:
    app = SecurityHeaders(PageWatch(Page(response)))
    return asyncio.run(ask(app, request(method, "/convolution", headers or ASKS_FOR_A_PAGE)))


def rules(answer: Answer) -> dict[str, list[str]]:
    parts = answer.headers["content-security-policy"].split("; ")
    return {name: values.split() for name, _, values in (part.partition(" ") for part in parts)}


@pytest.mark.parametrize(
    "response", [HTMLResponse(PAGE), PlainTextResponse("ok"), Response(status_code=404)]
)
def test_every_answer_carries_every_header(response: Response) -> None:
    found = answer(response).headers
    assert {name.lower() for name in HEADERS} <= set(found)
    assert found["x-content-type-options"] == "nosniff"
    assert "x-frame-options" not in found  # other sites may frame a lesson
    assert "camera=(self)" in found["permissions-policy"]


def test_the_policy_lets_nothing_in_from_elsewhere_and_makes_no_program_of_text() -> None:
    every = policy().split("; ")
    assert "script-src 'self' blob: 'wasm-unsafe-eval'" in every
    assert "'unsafe-eval'" not in policy()
    assert "object-src 'none'" in every
    assert not any("http" in rule for rule in every)
    assert any(rule.startswith("frame-ancestors * ") for rule in every)


def test_a_page_has_our_script_first_and_its_own_by_their_hashes() -> None:
    page = answer(HTMLResponse(PAGE))
    text = page.body.decode()
    assert text.startswith(f"<html><head>{TAG.decode()}<script>let a = 1</script>")
    assert text.endswith("é</body></html>")
    assert int(page.headers["content-length"]) == len(page.body)
    told = base64.b64encode(hashlib.sha256(b"let a = 1").digest()).decode()
    assert f"'sha256-{told}'" in rules(page)["script-src"]


def test_streamlits_own_page_is_changed_in_two_places() -> None:
    index = (Path(streamlit.__file__).parent / "static" / "index.html").read_bytes()
    page, told = with_script(index)
    assert page.count(TAG) == 1
    assert page.count(STYLE) == 1
    assert page.replace(TAG, b"").replace(STYLE, b"") == index
    assert told.count("'sha256-") == index.count(b"<script>") == 1


def test_a_page_is_asked_for_whole_and_unpacked_and_is_not_kept_under_its_old_mark() -> None:
    page = Page(HTMLResponse(PAGE, headers={"ETag": '"1"', "Last-Modified": "yesterday"}))
    found = asyncio.run(ask(PageWatch(page), request("GET", "/", ASKS_FOR_A_PAGE)))
    assert set(page.asked) == {"accept"}
    assert not {"etag", "last-modified"} & set(found.headers)


def test_a_head_has_no_body() -> None:
    assert answer(HTMLResponse(PAGE), "HEAD").body == b""


def test_other_answers_pass_as_they_are() -> None:
    packed = gzip.compress(b"x" * 1000)
    for kind in ("text/javascript", "application/json", "image/png"):
        found = answer(Response(packed, media_type=kind, headers={"ETag": '"1"'}))
        assert (found.body, found.headers["etag"]) == (packed, '"1"')
    found = answer(HTMLResponse(PAGE), Accept="*/*")  # no browser that opens a page
    assert found.body.decode() == PAGE


@pytest.mark.parametrize(
    ("base", "path"), [("", f"/{NAME}"), ("dl101", f"/dl101/{NAME}"), ("/a/b/", f"/a/b/{NAME}")]
)
def test_the_script_has_an_address_below_the_base_path(base: str, path: str) -> None:
    route = script_route(prefix_of(base))
    assert route.path == path
    found = asyncio.run(ask(route.app, request("GET", path)))
    assert (found.body, found.headers["content-type"]) == (SOURCE, "text/javascript; charset=utf-8")
    assert "immutable" in found.headers["cache-control"]


def test_a_websocket_passes() -> None:
    heard: list[str] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        heard.append(scope["type"])

    asyncio.run(SecurityHeaders(PageWatch(app))({"type": "websocket"}, app, app))  # type: ignore[arg-type]
    assert heard == ["websocket"]
