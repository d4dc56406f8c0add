"""What a learner does to the kernel in the picture: from an untrusted message to the widgets."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import streamlit as st

from dl101_core.cnn import filters
from dl101_core.cnn.filters import OWN, FilterConfig
from dl101_core.settings import declarations
from dl101_core.ui.address import set_fields

MAX_SEQ = 2**31


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
    if not isinstance(message, dict):
        return None
    seq, bias, pasted = (message.get(name) for name in ("seq", "bias", "pasted"))
    if type(seq) is not int or not 0 < seq < MAX_SEQ:
        return None
    text = read_grid(message.get("rows"))
    if isinstance(pasted, str):
        text = "".join(char for char in pasted if char.isprintable())[: filters.MAX_TEXT]
    return Edit(seq, text, _bias(bias), message.get("normalise") is True)


def read_grid(message: object) -> str | None:
    """The text of an untrusted kernel; None for what our grid would never send."""
    if isinstance(message, str) and re.fullmatch(r"[-+.,; 0-9eE]{0,600}", message):
        return message
    return None


def _bias(value: Any) -> float | None:
    return float(value) if declarations(FilterConfig)["bias"].has(value) else None


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
