"""Which visitors share an address, without keeping the address.

A *mark* is a keyed hash of an address; the key is a secret that only this process has. Equal
addresses have equal marks, and nobody can compute an address from its mark. A school behind one
router has one address. A visitor who clears cookies keeps the same address.
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
"""Bits of an IPv6 address that count: one customer has 2^64 hosts in one network."""
MOST_LEARNERS = 10_000
HERE = "127.0.0.1,::1"


def mark_of(host: str | None) -> str:
    """The mark of the visitor at ``host``, an address as Streamlit and ASGI give it.

    This machine (None in Streamlit) and every text that is no address share one mark.
    """
    return hashlib.blake2b(_network(host), key=_SECRET, digest_size=16).hexdigest()


def visitor(peer: str | None, forwarded: Sequence[str] = ()) -> str | None:
    """The client's address behind the connection from ``peer`` (None: this machine).

    ``forwarded``: the values of ``X-Forwarded-For``. Each proxy appends the address of its client.
    So the values are read from the end, as long as a trusted proxy wrote them; a visitor can forge
    the others. ``FORWARDED_ALLOW_IPS`` lists the trusted proxies (addresses and networks; default:
    this machine). uvicorn has such a middleware, but it does not recognise 127.0.0.1 on a
    dual-stack server, where the peer is ``::ffff:127.0.0.1``.
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
    """The networks in ``text``, without entries that are no address; None: trust every peer."""
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
    """The mark of each learner's last address, for the latest learners only."""

    def __init__(self, most: int = MOST_LEARNERS) -> None:
        self._most = most
        self._marks: OrderedDict[str, str] = OrderedDict()

    def note(self, owner: str, mark: str) -> None:
        self._marks[owner] = mark
        self._marks.move_to_end(owner)
        while len(self._marks) > self._most:
            self._marks.popitem(last=False)

    def of(self, owner: str) -> str:
        """The mark of ``owner``; empty if the learner has not been seen."""
        return self._marks.get(owner, "")
