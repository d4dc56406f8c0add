"""Which visitors share an address, without keeping the address.

A *mark* stands for an address: a hash with a secret that only this process has, and that ends with
it. Two marks are equal if the addresses are; nobody can tell the address from the mark. A school
behind one router has one address, and so has whoever clears their cookies.
"""

from __future__ import annotations

import hashlib
import ipaddress
import secrets
from collections import OrderedDict

_SECRET = secrets.token_bytes(32)
NETWORK_V6 = 64
"""A single customer has 2^64 addresses of version 6: the network counts, not the host."""
MOST_LEARNERS = 10_000


def mark_of(host: str | None) -> str:
    """The mark of the visitor at ``host``, as Streamlit and ASGI tell it.

    This machine (which Streamlit gives as None) and whatever is no address have one mark together.
    """
    return hashlib.blake2b(_network(host), key=_SECRET, digest_size=16).hexdigest()


def _network(host: str | None) -> bytes:
    try:
        address = ipaddress.ip_address((host or "").partition("%")[0])
    except ValueError:
        return b""
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    if str(address) in ("127.0.0.1", "::1"):
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
