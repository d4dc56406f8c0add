"""The route of the QR code answers with a picture, or with a sentence."""

from __future__ import annotations

import asyncio
import io
import json
import logging
from typing import Any
from urllib.parse import urlencode

import numpy as np
import pytest
import segno
from starlette.applications import Starlette

from dl101_core.server import phone_code
from dl101_core.server.phone_code import MOST, TOO_LONG, WRONG_PUBLIC_URL, phone_code_route, svg_of
from dl101_core.server.startup import start_logs
from tests.server.asgi import ask, request

PUBLIC = "https://learn.example.org/dl"


@pytest.fixture(autouse=True)
def _no_public_address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DL101_PUBLIC_URL", raising=False)


def answer(base: str, rest: str, prefix: str = "") -> dict[str, Any]:
    app = Starlette(routes=[phone_code_route(prefix)])
    query = urlencode({"base": base, "rest": rest})
    found = asyncio.run(ask(app, request("GET", f"{prefix}/phone-code?{query}")))
    assert found.status == 200
    assert found.headers["cache-control"] == "no-store"
    told: dict[str, Any] = json.loads(found.body)
    return told


def test_the_code_holds_the_address_with_its_settings() -> None:
    found = answer("http://192.168.3.9:8501/", "pooling?kernel_size=3", "/dl")
    assert found["address"] == "http://192.168.3.9:8501/pooling?kernel_size=3"
    assert found["svg"] == svg_of(found["address"]) != svg_of("http://192.168.3.9:8501/pooling")


def test_the_picture_is_the_code_black_on_white_with_its_quiet_zone() -> None:
    svg = svg_of(PUBLIC)
    size = segno.make(PUBLIC, micro=False, error="l").symbol_size(scale=8, border=4)[0]
    assert f'width="{size}" height="{size}"' in svg
    assert 'fill="#fff"' in svg
    assert 'stroke="#000"' in svg
    rows = io.StringIO()
    segno.make(PUBLIC, micro=False, error="l").save(rows, kind="txt", border=4)
    cells = np.array([[int(cell) for cell in row] for row in rows.getvalue().split()])
    assert not cells[:4].any()
    assert cells[4, 4:11].all()  # the upper edge of the first finder


def test_a_set_address_replaces_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DL101_PUBLIC_URL", PUBLIC)
    found = answer("http://localhost:8501/", "convolution?stride=2")
    assert found["address"] == f"{PUBLIC}/convolution?stride=2"


def test_a_wrong_one_is_told_here_and_in_the_log(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("DL101_PUBLIC_URL", "learn.example.org")
    assert answer("http://192.168.3.9/", "") == {"why": WRONG_PUBLIC_URL}
    log = logging.getLogger("dl101_core.server.startup")
    told: list[str] = []
    monkeypatch.setattr(log, "warning", lambda text, *args: told.append(text % args))
    start_logs()
    assert [line for line in told if "DL101_PUBLIC_URL" in line]


def test_nobody_gets_a_code_that_no_phone_can_open(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(phone_code, "host_in_network", lambda bound: None)
    assert set(answer("http://localhost:8501/", "")) == {"why"}
    # A tunnel's port is not this server's: who knows where it ends.
    monkeypatch.setattr(phone_code, "host_in_network", lambda bound: "192.168.3.7")
    monkeypatch.setattr(
        phone_code.st, "get_option", {"server.port": 8501, "server.address": None}.get
    )
    assert answer("http://localhost:8501/", "")["address"] == "http://192.168.3.7:8501/"
    assert set(answer("http://localhost:9999/", "")) == {"why"}


def test_an_address_too_long_for_a_code_is_told() -> None:
    assert answer("https://a.org/", "x" * (MOST - 14))["address"]
    assert answer("https://a.org/", "x" * (MOST - 13)) == {"why": TOO_LONG}


@pytest.mark.parametrize("base", ["", "javascript:alert(1)", "data:text/html,x"])
def test_nothing_but_the_web(base: str) -> None:
    assert set(answer(base, "")) == {"why"}
