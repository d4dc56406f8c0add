"""The address that a real server sees of a visitor, directly and behind a proxy."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks.load.client import Session, spread
from benchmarks.load.server import running_app
from tests.e2e.conftest import run

SCRIPT = f"""
import sys

import streamlit as st

sys.path.insert(0, {str(Path(__file__).resolve().parents[2])!r})
from dl101_core.addresses import visitor

st.text(visitor(st.context.ip_address, st.context.headers.get_all("X-Forwarded-For")))
"""
HERE = ("None", "::ffff:127.0.0.1")
"""Streamlit gives None for 127.0.0.1; a dual-stack server sees the second address."""


@pytest.fixture(scope="module")
def urls(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """A server that trusts a proxy on this machine, and one that trusts only another proxy."""
    root = tmp_path_factory.mktemp("visitors")
    (root / "app.py").write_text(SCRIPT)
    with (
        running_app(root=root) as usual,
        running_app({"FORWARDED_ALLOW_IPS": "192.0.2.0/24"}, root=root) as other,
    ):
        yield usual.url, other.url


def told(url: str, address: str = "") -> str:
    """The address that the page sees."""

    async def visit() -> str:
        session = Session(url, "", address=address)
        await session.open()
        await session.close()
        (node,) = session.find("text")
        return str(node.proto.body)

    return run(visit())


def test_what_a_proxy_on_this_machine_names_is_the_address(urls: tuple[str, str]) -> None:
    assert told(urls[0], "203.0.113.7") == "203.0.113.7"
    assert told(urls[0]) in HERE


def test_only_the_last_name_counts_for_a_visitor_may_write_the_others(
    urls: tuple[str, str],
) -> None:
    assert told(urls[0], "198.51.100.1, 203.0.113.7") == "203.0.113.7"


def test_what_a_proxy_names_that_is_not_trusted_counts_for_nothing(urls: tuple[str, str]) -> None:
    assert told(urls[1], "203.0.113.7") in HERE


def test_sessions_can_be_spread_over_addresses() -> None:
    try:
        spread(3)
        seen = [Session("http://127.0.0.1", "").address for _ in range(6)]
        assert seen[:3] == seen[3:]
        assert len(set(seen)) == 3
        spread(1)
        assert Session("http://127.0.0.1", "").address == ""
    finally:
        spread(1)
