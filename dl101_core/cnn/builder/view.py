"""The CNN builder: one client-side part for list, picture and editor, and its text in the link."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache
from typing import NamedTuple

import streamlit as st

from dl101_core.cnn.builder.layers import view_data
from dl101_core.curriculum import page_at
from dl101_core.jobs.admission import check_size
from dl101_core.jobs.runner import Refused
from dl101_core.lab.layers_controls import IN_BUILDER, IN_LAB, layers_text
from dl101_core.limits import limits_from_environment
from dl101_core.models import MODELS, ModelConfig
from dl101_core.models.layers import LENET, Layers, parse, to_text
from dl101_core.models.network import Network, describe
from dl101_core.tasks.images.config import ImageConfig
from dl101_core.ui import messages
from dl101_core.ui.address import set_fields
from dl101_core.ui.component import component
from dl101_core.ui.markdown import escape_markdown

LAB = "training"
KEY = "builder"
LINK_KEY = "train_this"
MESSAGE = re.compile(r"([0-9]{1,9}) ([a-z0-9_-]{1,1000})")


class Edit(NamedTuple):
    """``seq`` counts the edits; ``text``: all layers."""

    seq: messages.Seq
    text: str


def builder() -> Network:
    """Draws the builder; gives the network that it shows."""
    above, hero = st.container(), st.container()
    below = st.container(horizontal=True, vertical_alignment="bottom")
    with below:
        text = layers_text(IN_BUILDER)
    try:
        layers = parse(text)
    except ValueError as problem:
        read_before = "builder_good" in st.session_state
        instead = "the last network that could be read" if read_before else "LeNet-5"
        above.warning(f"{escape_markdown(problem)} Shown instead: {instead}.")
        layers = st.session_state.get("builder_good", parse(LENET))
    st.session_state["builder_good"] = layers
    network = describe(layers)
    refused = refusal(network)
    with hero:
        component("cnn/builder")(
            key=KEY,
            data=view_data(network, st.session_state.get("builder_seq", 0), refused, LINK_KEY),
            on_edit_change=_take_edit,
        )
    with below:
        lab_link(layers, bool(network.problem or refused))
    return network


def lab_link(layers: Layers, disabled: bool) -> None:
    """The link to the lab; the button in the builder clicks it."""
    lab = page_at(LAB)
    with st.container(key=LINK_KEY, width="content"):
        st.page_link(
            lab.path,
            label="Train this in the lab",
            icon=lab.icon,
            query_params=lab_settings(layers),
            disabled=disabled,
        )


def lab_settings(layers: Layers) -> dict[str, str]:
    """The address of the lab with this network, as its controls write it."""
    return {"model": MODELS["built"].title, IN_LAB: to_text(layers)}


def refusal(network: Network) -> str:
    """Why this server will not train ``network`` however small the batch; empty if it will."""
    return "" if network.problem else _refusal(to_text(network.layers))


@lru_cache(maxsize=256)
def _refusal(text: str) -> str:
    config = ImageConfig(model=ModelConfig(name="built", layers=text))
    try:
        check_size(replace(config, batch_size=1), limits_from_environment())
    except Refused as reason:
        return str(reason)
    return ""


def _take_edit() -> None:
    edit = read_message(messages.sent(KEY, "edit"))
    if edit is not None:
        st.session_state["builder_seq"] = edit.seq
        set_fields({IN_BUILDER: edit.text})


def read_message(message: object) -> Edit | None:
    """Number and text of an untrusted message; None if it is invalid."""
    edit = messages.read_text(message, MESSAGE, Edit)
    try:
        return edit and edit._replace(text=to_text(parse(edit.text)))
    except ValueError:
        return None
