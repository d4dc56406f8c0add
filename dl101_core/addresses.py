"""Which visitors share an address, without keeping the address.

A *mark* stands for an address: a hash with a secret that only this process has, and that ends with
it. Two marks are equal if the addresses are; nobody can tell the address from the mark. A school
behind one router has one address, and so has whoever clears their cookies.
"""

from __future__ import annotations

import contextlib
import hashlib
import ipaddress
import os
import secrets
from collections import OrderedDict
from collections.abc import Sequence
from functools import lru_cache

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

_SECRET = secrets.token_bytes(32)
NETWORK_V6 = 64
"""A single customer has 2^64 addresses of version 6: the network counts, not the host."""
MOST_LEARNERS = 10_000
HERE = "127.0.0.1,::1"


def mark_of(host: str | None) -> str:
    """The mark of the visitor at ``host``, as Streamlit and ASGI tell it.

    This machine (which Streamlit gives as None) and whatever is no address have one mark together.
    """
    return hashlib.blake2b(_network(host), key=_SECRET, digest_size=16).hexdigest()


def visitor(peer: str | None, forwarded: Sequence[str] = ()) -> str | None:
    """The address of whoever is behind the connection from ``peer`` (None: this machine).

    ``forwarded``: the values of ``X-Forwarded-For``. Each proxy adds whom it got the request from,
    so they are read from the end, and only as long as a proxy of ``FORWARDED_ALLOW_IPS`` (addresses
    and networks; by default this machine) has written them: the rest may be the visitor's own
    invention. uvicorn does so, too, but it knows 127.0.0.1 only by that name, and a server that
    listens for both versions is told ``::ffff:127.0.0.1``.
    """
    trusted = _trusted(os.environ.get("FORWARDED_ALLOW_IPS") or HERE)
    chain = [part.strip() for value in forwarded for part in value.split(",")]
    while chain and _is_trusted(peer, trusted):
        peer = _without_port(chain.pop())
    return peer


def _is_trusted(host: str | None, trusted: tuple[Network, ...] | None) -> bool:
    address = _address("127.0.0.1" if host is None else host)
    return trusted is None or (address is not None and any(address in net for net in trusted))


@lru_cache(maxsize=4)
def _trusted(text: str) -> tuple[Network, ...] | None:
    """None: everybody. What is no address is left out."""
    found = []
    for part in map(str.strip, text.split(",")):
        if part == "*":
            return None
        with contextlib.suppress(ValueError):
            found.append(ipaddress.ip_network(part, strict=False))
    return tuple(found)


def _without_port(text: str) -> str:
    """``192.0.2.7`` of ``192.0.2.7:4711``, ``2001:db8::1`` of ``[2001:db8::1]:4711``."""
    if text.startswith("["):
        return text[1:].partition("]")[0]
    return text.partition(":")[0] if text.count(":") == 1 else text


def _address(host: str | None) -> Address | None:
    try:
        address = ipaddress.ip_address((host or "").partition("%")[0])
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def _network(host: str | None) -> bytes:
    address = _address(host)
    if address is None or str(address) in ("127.0.0.1", "::1"):
        return b""
    bits = NETWORK_V6 // 8 if address.version == 6 else None
    return address.packed[:bits]


class Whereabouts:
    """The mark of the address at which each learner was seen last; of the latest learners only."""

    def __init__(self, most: int = MOST_LEARNERS) -> None:
        self._most = most
        self._marks: OrderedDict[str, str] = OrderedDict()

    def note(self, owner: str, mark: str) -> None:
        self._marks[owner] = mark
        self._marks.move_to_end(owner)
        while len(self._marks) > self._most:
            self._marks.popitem(last=False)

    def of(self, owner: str) -> str:
        """Empty if the learner has not been seen."""
        return self._marks.get(owner, "")
