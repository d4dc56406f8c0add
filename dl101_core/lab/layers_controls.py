"""A built network as a text: the field that holds it in the link, and the way to the builder."""

from __future__ import annotations

import streamlit as st

from dl101_core.curriculum import page_at
from dl101_core.models.layers import LENET, MAX_TEXT, parse
from dl101_core.models.network import describe
from dl101_core.models.totals import totals_text
from dl101_core.ui import controls

IN_BUILDER, IN_LAB = "layers", "built"
"""Names of the text in the address, in the builder and in the lab."""


def layers_text(name: str) -> str:
    """The text of the field, unchecked."""
    return controls.text(
        "The network as text",
        name,
        LENET,
        MAX_TEXT,
        "Layers are separated by a hyphen. `conv_6_k5_p2` is a convolution of 6 filters of "
        "5 × 5 with padding 2; `s` is the stride, `d` the dilation.",
    )


def builder_link(text: str) -> None:
    """The costs of the network ``text``, and a link that opens the network in the builder."""
    st.caption(f"{totals_text(describe(parse(text)))}.")
    page = page_at("builder")
    st.page_link(
        page.path, label="Open in the CNN builder", icon=page.icon, query_params={IN_BUILDER: text}
    )
