"""Where the visitor of this session is, as a mark (see ``dl101_core.addresses``)."""

from __future__ import annotations

import streamlit as st

from dl101_core.addresses import mark_of


def address() -> str:
    """The mark of the visitor's address.

    Behind a proxy the address is the one that it names in ``X-Forwarded-For``, if the server trusts
    the proxy: one on this machine, or in ``FORWARDED_ALLOW_IPS``. uvicorn has put it in its place.
    """
    return mark_of(st.context.ip_address)
