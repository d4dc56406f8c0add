"""A learner's changes of cells on the Convolution page, and their way into the link."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

import streamlit as st

from dl101_core.cnn.convolution import edits
from dl101_core.ui import controls, messages
from dl101_core.ui.address import set_fields, value_of

PICTURE, KERNEL = "image_edits", "kernel_edits"
_ACK, _PROBLEM = "conv_ack", "conv_problem"
# A counter, then the changed pixels (or ``reset``, which drops all) and the changed entries.
_MESSAGE = re.compile(r"([0-9]{1,16})\|(reset|[-.~_0-9a-v]{0,20000})\|([-.~_0-9a-v]{0,20000})")


class Edit(NamedTuple):
    """``number`` counts the edits; ``pixels`` and ``entries`` are as the link writes them."""

    number: messages.Seq
    pixels: str
    entries: str


def linked_edits() -> tuple[str, str]:
    """The changed pixels and entries that the link asks for, checked."""
    return (
        _linked(PICTURE, edits.picture_changes, "changed pixels as this page writes them"),
        _linked(KERNEL, edits.kernel_changes, "changed kernel entries as this page writes them"),
    )


def _linked(name: str, read: Callable[[str], edits.Changes], allowed: str) -> str:
    def possible(text: str) -> bool:
        return len(text) <= edits.LONGEST and bool(read(text))

    return controls.link_text(name, possible, allowed, "the pattern")


def forget(name: str) -> None:
    """Drop the changes of the old pattern, because another one was chosen."""
    set_fields({name: ""})


def take_edit() -> None:
    """Takes a message of the component: cells that were typed or painted."""
    message = read_message(messages.sent("conv_view", "edit"))
    if message is None:
        return
    number, pixels, entries = message
    st.session_state[_ACK] = number
    st.session_state[_PROBLEM] = ""
    try:
        picture, kernel = merged((value_of(PICTURE, ""), value_of(KERNEL, "")), pixels, entries)
    except ValueError as problem:
        st.session_state[_PROBLEM] = str(problem)
        return
    set_fields({PICTURE: picture, KERNEL: kernel})


def merged(before: tuple[str, str], pixels: str, entries: str) -> tuple[str, str]:
    """The changed pixels and entries, ``before`` and now. Raises ``ValueError`` for too many."""
    if pixels == "reset":
        return "", ""
    return edits.merged_picture(before[0], pixels), edits.merged_kernel(before[1], entries)


def read_message(message: object) -> Edit | None:
    """An untrusted message in its three parts; None if it is invalid."""
    return messages.read_text(message, _MESSAGE, Edit)


def answer() -> tuple[int, str]:
    """The number of the last message that was taken, and its problem."""
    return st.session_state.get(_ACK, 0), st.session_state.get(_PROBLEM, "")
