"""Whether the server is about to end.

A server that was asked to end waits for its open answers before it says so to the app. An answer
without an end has to find out by itself.
"""

from __future__ import annotations

import gc

import uvicorn

_SERVERS: list[uvicorn.Server] = []


def find_server() -> None:
    """Remember the server of this process. Call it before ``gc.freeze``, which hides objects."""
    _SERVERS[:] = [one for one in gc.get_objects() if type(one) is uvicorn.Server]


def server_ends() -> bool:
    """Whether the server was asked to end; False if it is not uvicorn."""
    return any(server.should_exit for server in _SERVERS)
