"""A phone gets an address that it can open, or there is none."""

from __future__ import annotations

import contextlib
import socket
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as some

from dl101_core import phone_address as module
from dl101_core.environment import public_url
from dl101_core.phone_address import (
    NoPhone,
    host_in_network,
    is_own,
    is_web_address,
    phone_address,
)

REST = "convolution?stride=2&kernel=%5B1%5D"


def nowhere(port: int) -> str | None:
    return None


def in_school(port: int) -> str | None:
    return "192.168.3.7"


def never(port: int) -> str | None:
    raise AssertionError("nobody asks for the local network")


def test_the_public_address_comes_before_all_others() -> None:
    for public in ("https://learn.example.org/dl", "https://learn.example.org/dl/"):
        found = phone_address("http://localhost:8501/", REST, public, never)
        assert found == f"https://learn.example.org/dl/{REST}"


def test_an_address_that_others_can_open_stays() -> None:
    for base in ("http://192.168.3.9:8501/", "https://dl.school.org/app/", "http://[2001:db8::5]/"):
        assert phone_address(base, REST, None, never) == base + REST


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.9.9.9", "[::1]", "0.0.0.0"])
def test_this_computers_own_name_becomes_its_address_in_the_network(host: str) -> None:
    found = phone_address(f"http://{host}:8501/dl/", REST, None, in_school)
    assert found == f"http://192.168.3.7:8501/dl/{REST}"
    with pytest.raises(NoPhone, match="No phone can open"):
        phone_address(f"http://{host}:8501/", REST, None, nowhere)


@pytest.mark.parametrize(
    "base", ["", "file:///etc/passwd", "javascript:alert(1)", "http://", "a b"]
)
def test_what_is_no_web_address_gets_no_code(base: str) -> None:
    with pytest.raises(NoPhone):
        phone_address(base, REST, None, in_school)


def test_web_addresses_hold_no_key_and_no_query() -> None:
    assert is_web_address("https://a.org:443/b/")
    for bad in (
        "ftp://a.org",
        "https://u:p@a.org",
        "https://a.org/?q",
        "https://a.org:x",
        "//a.org",
    ):
        assert not is_web_address(bad), bad


@given(some.text(max_size=60))
def test_any_text_gives_an_address_or_a_sentence(base: str) -> None:
    with contextlib.suppress(NoPhone):
        assert phone_address(base, "", None, in_school).startswith(("http://", "https://"))


def test_own_names() -> None:
    for own in ("LOCALHOST", "app.localhost", "::ffff:127.0.0.1", "::", "localhost."):
        assert is_own(own), own
    for other in ("localhost.org", "10.0.0.1", "dl101.local", "fe80::1%eth0"):
        assert not is_own(other), other


@pytest.fixture
def networks(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """The machine's networks: address by name."""
    found: dict[str, str] = {"lo": "127.0.0.1"}

    def addresses() -> dict[str, list[SimpleNamespace]]:
        return {
            name: [SimpleNamespace(family=socket.AF_INET, address=address)]
            for name, address in found.items()
        }

    monkeypatch.setattr(module.psutil, "net_if_addrs", addresses)
    monkeypatch.setattr(
        module.psutil, "net_if_stats", lambda: {name: SimpleNamespace(isup=True) for name in found}
    )
    monkeypatch.setattr(module, "inside_another_machine", lambda: False)
    return found


def test_only_networks_that_a_phone_can_share_count(networks: dict[str, str]) -> None:
    networks |= {"docker0": "172.17.0.1", "tun0": "10.8.0.2", "eth1": "169.254.3.3"}
    assert host_in_network(None) is None
    networks["wlan0"] = "192.168.3.7"
    assert host_in_network(None) == host_in_network("0.0.0.0") == "192.168.3.7"


def test_a_server_that_listens_to_itself_only_has_no_address(networks: dict[str, str]) -> None:
    networks["wlan0"] = "192.168.3.7"
    assert host_in_network("localhost") is None
    assert host_in_network("127.0.0.1") is None
    assert host_in_network("192.168.3.8") == "192.168.3.8"


def test_a_container_has_none(networks: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    networks["eth0"] = "172.17.0.2"
    monkeypatch.setattr(module, "inside_another_machine", lambda: True)
    assert host_in_network(None) is None


def test_the_operators_address_is_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DL101_PUBLIC_URL", raising=False)
    assert public_url() is None
    monkeypatch.setenv("DL101_PUBLIC_URL", " https://learn.example.org/dl ")
    assert public_url() == "https://learn.example.org/dl"
    for bad in ("learn.example.org", "javascript:alert(1)", "http://localhost:8501", "https://"):
        monkeypatch.setenv("DL101_PUBLIC_URL", bad)
        with pytest.raises(ValueError, match="DL101_PUBLIC_URL"):
            public_url()
