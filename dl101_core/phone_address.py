"""The address by which a phone in the room opens the page that this browser shows."""

from __future__ import annotations

import ipaddress
import platform
import socket
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import psutil

UNREACHABLE = (
    "No phone can open this page: its address works on this computer only. Open the page by the "
    "computer's address in your network, or set DL101_PUBLIC_URL on the server."
)
VIRTUAL = ("docker", "br-", "veth", "virbr", "vmnet", "vboxnet", "tun", "utun", "wg", "tailscale")
"""Starts of the names of networks that end inside this machine, or that need a login."""
NOWHERE = ("192.0.2.1", 9)
"""An address for documentation: asking for the way there sends nothing."""


class NoPhone(Exception):  # noqa: N818
    """Why no phone can open the page."""


def phone_address(
    base: str, rest: str, public: str | None, here: Callable[[int], str | None]
) -> str:
    """The whole address for a phone.

    ``base``: the address of the app in this browser, up to its last slash; ``rest``: what follows,
    such as ``convolution?stride=2``; ``public``: the address that the operator set, if any.
    ``here(port)``: the host by which the local network reaches this server at ``port``, or None.
    Raises ``NoPhone`` with a sentence.
    """
    root = public or base
    if not is_web_address(root):
        raise NoPhone(UNREACHABLE)
    parts = urlsplit(root)
    netloc = parts.netloc
    if not public and is_own(parts.hostname or ""):
        port = parts.port or (443 if parts.scheme == "https" else 80)
        host = here(port)
        if host is None:
            raise NoPhone(UNREACHABLE)
        netloc = f"{host}:{port}"
    return f"{parts.scheme}://{netloc}{parts.path.rstrip('/')}/{rest.lstrip('/')}"


def is_web_address(text: str) -> bool:
    """``http`` or ``https``, with a host, and without a key, a query or a mark."""
    try:
        parts = urlsplit(text)
        known = parts.scheme in ("http", "https") and bool(parts.hostname)
        plain = not (parts.query or parts.fragment or parts.username or parts.password)
        return known and plain and (parts.port is None or parts.port > 0) and text.isprintable()
    except ValueError:
        return False


def is_own(host: str) -> bool:
    """Whether only this machine gets to itself by this name or address."""
    name = host.rstrip(".").lower()
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        address = ipaddress.ip_address(name.partition("%")[0])
    except ValueError:
        return False
    address = getattr(address, "ipv4_mapped", None) or address
    return address.is_loopback or address.is_unspecified


def host_in_network(bound: str | None) -> str | None:
    """This machine's address in the local network, or None. ``bound``: where the server listens."""
    if bound and not _any_address(bound):
        return None if is_own(bound) else bound
    if inside_another_machine():
        return None
    return _on_the_way_out() or next(iter(_interfaces()), None)


def inside_another_machine() -> bool:
    """Whether this is a container, or Linux inside Windows: their addresses end at their host."""
    marks = (Path("/.dockerenv"), Path("/run/.containerenv"))
    return any(mark.exists() for mark in marks) or "microsoft" in platform.release().lower()


def _any_address(host: str) -> bool:
    return host in ("0.0.0.0", "::", "")


def _on_the_way_out() -> str | None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(NOWHERE)
            own = str(probe.getsockname()[0])
        except OSError:
            return None
    return own if own in _interfaces() else None


def _interfaces() -> list[str]:
    """The IPv4 addresses of this machine's networks that other machines may share."""
    states = psutil.net_if_stats()
    return [
        item.address
        for name, items in psutil.net_if_addrs().items()
        if name in states and states[name].isup and not name.startswith(VIRTUAL)
        for item in items
        if item.family == socket.AF_INET and _shared(item.address)
    ]


def _shared(address: str) -> bool:
    found = ipaddress.ip_address(address)
    return not (found.is_loopback or found.is_link_local or found.is_unspecified)
