"""Where the visitor of this session is, as a mark (see ``dl101_core.addresses``)."""

from __future__ import annotations

import streamlit as st

from dl101_core.addresses import mark_of, visitor


def address() -> str:
    """The mark of the visitor's address; behind a proxy that is trusted, of the one it names."""
    context = st.context
    return mark_of(visitor(context.ip_address, context.headers.get_all("X-Forwarded-For")))
