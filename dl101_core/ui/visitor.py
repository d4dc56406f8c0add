"""The address of this session's visitor, as a mark (see ``dl101_core.addresses``)."""

from __future__ import annotations

import streamlit as st

from dl101_core.addresses import mark_of, visitor


def address() -> str:
    """The mark of the visitor's address; behind a trusted proxy, of the forwarded address."""
    context = st.context
    return mark_of(visitor(context.ip_address, context.headers.get_all("X-Forwarded-For")))
