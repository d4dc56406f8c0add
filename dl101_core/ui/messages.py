"""Messages of client-side parts: whatever a browser sends, a page gets what it declared.

A page declares the type of a message, with its ranges: a number, a text, a tuple, a ``Struct``, or
a ``TypedDict`` of which each field is read for itself. True is no 1 here, and 1.0 is none either.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, TypeVar, cast, get_type_hints

import msgspec
import streamlit as st
from msgspec import Meta

T = TypeVar("T")

Seq = Annotated[int, Meta(ge=0, lt=2**53)]
"""The number of a message; a browser counts exactly up to this."""


def within(low: float, high: float) -> Meta:
    """The range of a number in a message, both ends included."""
    return Meta(ge=low, le=high)


def sent(key: str, name: str) -> object:
    """What the part ``key`` last sent as ``name``, unread; None if that is nothing."""
    state = st.session_state.get(key)
    return state.get(name) if isinstance(state, Mapping) else None


def read(message: object, kind: type[T]) -> T | None:
    """``message`` as ``kind``; None for anything else."""
    return _converted(message, kind, strict=True)


def read_fields(message: object, kind: type[T]) -> T:
    """Of an object the fields of the ``TypedDict`` ``kind`` that are as declared, and no others."""
    found = {}
    if isinstance(message, Mapping):
        for name, declared in get_type_hints(kind, include_extras=True).items():
            value = read(message.get(name), declared)
            if value is not None:
                found[name] = value
    return cast(T, found)


def read_text(message: object, pattern: re.Pattern[str], kind: type[T]) -> T | None:
    """The groups of a text that matches ``pattern`` as a whole, as the ``NamedTuple`` ``kind``."""
    found = pattern.fullmatch(message) if isinstance(message, str) else None
    return _converted(found.groups(), kind, strict=False) if found else None


def _converted(message: object, kind: type[T], strict: bool) -> T | None:
    try:
        return msgspec.convert(message, kind, strict=strict)
    # Besides what does not fit: halves of characters, numbers of too many digits, deep nesting.
    except (msgspec.ValidationError, ValueError, OverflowError, RecursionError):
        return None
