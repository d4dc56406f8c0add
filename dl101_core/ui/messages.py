"""Reads messages of client-side parts: a page gets only values of the type that it declared.

A page declares the type of a message, with its ranges: a number, a text, a tuple, a ``Struct``, or
a ``TypedDict``, whose fields are read one by one. Neither True nor 1.0 counts as the integer 1.
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
"""The number of a message; JavaScript's numbers are exact up to this limit."""


def within(low: float, high: float) -> Meta:
    """The range of a number in a message, both ends included."""
    return Meta(ge=low, le=high)


def sent(key: str, name: str) -> object:
    """The last value that the part ``key`` sent as ``name``, unread; None without one."""
    state = st.session_state.get(key)
    return state.get(name) if isinstance(state, Mapping) else None


def read(message: object, kind: type[T]) -> T | None:
    """``message`` as ``kind``; None if the message is of another type."""
    return _converted(message, kind, strict=True)


def read_fields(message: object, kind: type[T]) -> T:
    """The valid fields of an object, as the ``TypedDict`` ``kind`` declares them; no others."""
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
    # Also caught: lone surrogates, numbers of too many digits, deep nesting.
    except (msgspec.ValidationError, ValueError, OverflowError, RecursionError):
        return None
