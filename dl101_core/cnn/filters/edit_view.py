"""A learner's edits of the kernel in the picture: from an untrusted message to the widgets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, TypedDict

import streamlit as st
from msgspec import Meta

from dl101_core.cnn import filters
from dl101_core.cnn.filters import OWN, FilterConfig
from dl101_core.settings import Decimal, declarations
from dl101_core.ui import messages
from dl101_core.ui.address import set_fields

_BIAS = declarations(FilterConfig)["bias"]
assert isinstance(_BIAS, Decimal)
BIASES = messages.within(_BIAS.low, _BIAS.high)
Grid = Annotated[str, Meta(pattern=r"\A[-+.,; 0-9eE]{0,600}\Z")]


class EditMessage(TypedDict, total=False):
    """The picture's message; ``rows`` come from its grid, ``pasted`` is any text."""

    seq: messages.Seq
    rows: Grid
    pasted: str
    bias: Annotated[float, BIASES]
    normalise: bool


@dataclass(frozen=True)
class Edit:
    """``text``: the new kernel, or the pasted text; ``bias``: the new bias; ``None``: unchanged.

    ``seq`` counts the edits of a session, so that the picture can match answers to edits.
    """

    seq: int
    text: str | None = None
    bias: float | None = None
    normalise: bool = False


def read_edit(message: object) -> Edit | None:
    """The edit in an untrusted message; ``None`` if it is invalid."""
    found = messages.read_fields(message, EditMessage)
    if not found.get("seq"):
        return None
    text = found.get("rows")
    if "pasted" in found:
        printable = (char for char in found["pasted"] if char.isprintable())
        text = "".join(printable)[: filters.MAX_TEXT]
    return Edit(found["seq"], text, found.get("bias"), found.get("normalise", False))


def read_grid(message: object) -> str | None:
    """The text of an untrusted kernel; None if it is invalid."""
    return messages.read(message, Grid)


def take_edit(message: object) -> None:
    """Sets the widgets as the edit asks; a named kernel becomes the learner's own."""
    edit = read_edit(message)
    if edit is None:
        return
    st.session_state["filter_seq"] = edit.seq
    if edit.bias is not None:
        set_fields({"bias": edit.bias})
    if edit.text is None:
        return
    _keep_shown()
    set_fields({"kernel": OWN, "kernel_values": edit.text})
    if edit.normalise:
        set_fields({"normalise": True})


def last_edit() -> int:
    """The number of the last edit that was taken."""
    return int(st.session_state.get("filter_seq", 0))


def _keep_shown() -> None:
    """Keep the kernel on show, even a named one, under a text that is no kernel."""
    shown: FilterConfig | None = st.session_state.get("filters_config")
    if shown is None or shown.kernel == OWN:
        return
    st.session_state["filters_own_rows"] = shown.rows
    if shown.divisor != 1:
        set_fields({"normalise": True})
