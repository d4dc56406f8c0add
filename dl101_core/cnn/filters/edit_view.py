"""What a learner does to the kernel in the picture: from an untrusted message to the widgets."""

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
    """What the picture sends; ``rows`` come from its grid, ``pasted`` is any text."""

    seq: messages.Seq
    rows: Grid
    pasted: str
    bias: Annotated[float, BIASES]
    normalise: bool


@dataclass(frozen=True)
class Edit:
    """``text``: the new kernel, or what was pasted; ``bias``: the new bias; ``None`` as before.

    ``seq`` counts the edits of a session, so that the picture knows which one an answer is to.
    """

    seq: int
    text: str | None = None
    bias: float | None = None
    normalise: bool = False


def read_edit(message: object) -> Edit | None:
    """``None`` for what our picture would never send."""
    found = messages.read_fields(message, EditMessage)
    if not found.get("seq"):
        return None
    text = found.get("rows")
    if "pasted" in found:
        printable = (char for char in found["pasted"] if char.isprintable())
        text = "".join(printable)[: filters.MAX_TEXT]
    return Edit(found["seq"], text, found.get("bias"), found.get("normalise", False))


def read_grid(message: object) -> str | None:
    """The text of an untrusted kernel; None for what our grid would never send."""
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
    """A text that is no kernel leaves the kernel that is shown, a named one too."""
    shown: FilterConfig | None = st.session_state.get("filters_config")
    if shown is None or shown.kernel == OWN:
        return
    st.session_state["filters_own_rows"] = shown.rows
    if shown.divisor != 1:
        set_fields({"normalise": True})
