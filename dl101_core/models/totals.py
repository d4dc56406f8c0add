"""The costs of a whole network, in words."""

from __future__ import annotations

from dl101_core.models.network import Network


def bytes_text(count: int) -> str:
    """``18.8 kB``."""
    for unit, size in (("MB", 10**6), ("kB", 10**3)):
        if count >= size:
            return f"{count / size:,.1f} {unit}"
    return f"{count} B"


def totals_text(network: Network) -> str:
    """The costs of the network in one line; if a layer does not fit, of the layers before it."""
    start = "" if all(row.shape for row in network.rows) else "Up to the layer that does not fit: "
    return (
        f"{start}{network.parameters:,} parameters, {network.multiply_adds:,} multiply-adds, "
        f"{bytes_text(network.memory)} of outputs for one image"
    )
