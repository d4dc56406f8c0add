"""Marks of addresses: equal for one network, secret about which, and of this process only."""

from __future__ import annotations

import ipaddress
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st
from streamlit.runtime.context import StreamlitHeaders
from streamlit.testing.v1 import AppTest

from dl101_core.addresses import Whereabouts, mark_of
from dl101_core.addresses import visitor as behind
from dl101_core.ui import visitor

v4 = st.ip_addresses(v=4).map(str)
v6 = st.ip_addresses(v=6).map(str)


@given(v4, v4)
def test_two_addresses_have_one_mark_only_if_they_are_one(one: str, other: str) -> None:
    assert (mark_of(one) == mark_of(other)) == (one == other)


@given(v6, v6)
def test_of_version_6_the_network_counts_and_not_the_host(one: str, other: str) -> None:
    networks = {ipaddress.ip_network(f"{text}/64", strict=False) for text in (one, other)}
    local = any(ipaddress.ip_address(text).ipv4_mapped or text == "::1" for text in (one, other))
    assert local or (mark_of(one) == mark_of(other)) == (len(networks) == 1)


def test_spellings_of_one_address_have_one_mark() -> None:
    assert mark_of("::ffff:192.0.2.7") == mark_of("192.0.2.7")
    assert mark_of("2001:DB8::1") == mark_of("2001:0db8:0:0:0::2")
    assert mark_of("fe80::1%eth0") == mark_of("fe80::1")


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "", "localhost", "no address", "1.2.3.4.5"])
def test_this_machine_and_what_is_no_address_have_one_mark(host: str) -> None:
    assert mark_of(host) == mark_of(None)


@given(v4)
def test_a_mark_does_not_show_the_address(address: str) -> None:
    mark = mark_of(address)
    assert len(mark) == 32
    assert set(mark) <= set("0123456789abcdef")
    assert ipaddress.ip_address(address).packed.hex() not in mark or address == "0.0.0.0"


def test_another_process_makes_other_marks() -> None:
    code = "from dl101_core.addresses import mark_of; print(mark_of('192.0.2.7'))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert len(done.stdout.strip()) == 32
    assert done.stdout.strip() != mark_of("192.0.2.7")


def test_where_learners_were_seen_last_is_known_of_the_latest_ones() -> None:
    seen = Whereabouts(most=3)
    for number in range(3):
        seen.note(f"owner-{number}", "school")
    seen.note("owner-0", "home")
    seen.note("owner-3", "school")
    assert [seen.of(f"owner-{n}") for n in range(4)] == ["home", "", "school", "school"]


@pytest.fixture
def proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORWARDED_ALLOW_IPS", "127.0.0.1, 10.0.0.0/8, 2001:db8::/32, no address")


@pytest.mark.parametrize(
    ("peer", "forwarded", "address"),
    [
        (None, [], None),
        ("203.0.113.7", [], "203.0.113.7"),
        ("203.0.113.7", ["192.0.2.1"], "203.0.113.7"),
        (None, ["192.0.2.1"], "192.0.2.1"),
        ("::ffff:127.0.0.1", ["192.0.2.1"], "192.0.2.1"),
        ("10.1.2.3", ["192.0.2.1"], "192.0.2.1"),
        ("2001:db8::5", ["192.0.2.1:4711"], "192.0.2.1"),
        ("10.1.2.3", ["[2001:dbf::7]:443"], "2001:dbf::7"),
        ("10.1.2.3", ["6.6.6.6, 192.0.2.1"], "192.0.2.1"),
        ("10.1.2.3", ["6.6.6.6", "192.0.2.1"], "192.0.2.1"),
        ("10.1.2.3", ["6.6.6.6, 192.0.2.1, 10.9.9.9"], "192.0.2.1"),
        ("10.1.2.3", ["10.4.4.4"], "10.4.4.4"),
        ("10.1.2.3", ["unknown"], "unknown"),
        ("10.1.2.3", [""], ""),
    ],
)
@pytest.mark.usefixtures("proxies")
def test_a_proxy_is_believed_only_if_it_is_trusted_and_only_what_it_wrote(
    peer: str | None, forwarded: list[str], address: str | None
) -> None:
    assert behind(peer, forwarded) == address


def test_by_default_only_this_machine_is_trusted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("FORWARDED_ALLOW_IPS", raising=False)
    assert behind("::1", ["192.0.2.1"]) == "192.0.2.1"
    assert behind("10.1.2.3", ["192.0.2.1"]) == "10.1.2.3"


def test_a_star_trusts_everybody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORWARDED_ALLOW_IPS", "*")
    assert behind("10.1.2.3", ["192.0.2.1, 192.0.2.2"]) == "192.0.2.1"


@given(st.lists(st.text()), st.one_of(st.none(), st.text(), v4))
def test_whatever_a_header_says_there_is_a_mark(forwarded: list[str], peer: str | None) -> None:
    assert len(mark_of(behind(peer, forwarded))) == 32


def show_mark() -> None:
    import streamlit as st

    from dl101_core.ui.visitor import address

    st.text(address())


@pytest.mark.app
def test_a_page_knows_the_mark_of_its_visitor(monkeypatch: pytest.MonkeyPatch) -> None:
    assert AppTest.from_function(show_mark).run().text[0].value == mark_of(None)

    class Context:
        ip_address = "192.0.2.7"
        headers = StreamlitHeaders([("X-Forwarded-For", "198.51.100.1")])

    monkeypatch.setattr(visitor.st, "context", Context())
    assert AppTest.from_function(show_mark).run().text[0].value == mark_of("192.0.2.7")
    monkeypatch.setattr(Context, "ip_address", None)
    assert AppTest.from_function(show_mark).run().text[0].value == mark_of("198.51.100.1")
