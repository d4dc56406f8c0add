"""The fields of a page, and its address, which is kept in sync with them.

State belongs to a page: the key of a field's widget is ``<page>.<field>``, so that two pages may
each have a stride. Only the address uses the short name, ``/pooling?stride=3``. A field at its
default is left out of it. (Streamlit's own ``bind="query-params"`` uses the key as the name in the
address; two pages with a field of the same name then break each other.)

What a page opens with, the first that applies:

1. by Back or Forward, or by a link with values: the values of the address, else the defaults;
2. by the menu: the last values of this session on that page;
3. the defaults.

A field of ``SITE_FIELDS`` belongs to all pages: the address keeps it from page to page.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

import streamlit as st

from dl101_core.server.streamlit_patches import by_history

HERE, PAGES, SITE = "page_on_show", "pages_seen", "site_fields"
SITE_FIELDS = frozenset({"projector"})


@dataclass
class PageState:
    """The state of one page in this session.

    ``values``, ``defaults`` and ``shapes``: the last value of each field, its default, and the
    arguments of its widget.
    ``drawn``: the fields that each part of the page has drawn. ``problems``: errors of the link, by
    field; ``told``: those that are on the page; ``drawn_again``: those whose widget was drawn
    since. ``others``: what else belongs to this visit of the page, by name. ``doubtful``: whether
    the browser may have another address than the server knows.
    """

    name: str
    values: dict[str, Any] = field(default_factory=dict)
    defaults: dict[str, Any] = field(default_factory=dict)
    shapes: dict[str, object] = field(default_factory=dict)
    drawn: dict[str, set[str]] = field(default_factory=dict)
    problems: dict[str, str] = field(default_factory=dict)
    told: set[str] = field(default_factory=set)
    drawn_again: set[str] = field(default_factory=set)
    others: dict[str, Any] = field(default_factory=dict)
    doubtful: bool = False


@dataclass
class _Part:
    """A part of the page that is being drawn; ``texts``: its fields as texts of the address."""

    texts: dict[str, str | None] = field(default_factory=dict)


_part: ContextVar[_Part | None] = ContextVar("part", default=None)


def open_page(name: str) -> None:
    """From here on, fields belong to the page ``name``. Call it before the first field."""
    entered = here().name != name
    if entered:
        pages: dict[str, PageState] = st.session_state.setdefault(PAGES, {})
        st.session_state[HERE] = pages.setdefault(name, PageState(name))
    state = here()
    if by_history() or (entered and page_params()):
        for known in state.values:
            st.session_state.pop(key_of(known), None)
        # What the page before still sends may reach the browser after its step back.
        state = PageState(name, doubtful=by_history())
        st.session_state[HERE] = st.session_state[PAGES][name] = state
    elif entered:
        state.problems.clear()
        state.shapes.clear()


def page_params() -> dict[str, str]:
    """The values of the address that belong to the page."""
    found = st.query_params.to_dict()
    return {name: text for name, text in found.items() if name not in SITE_FIELDS}


def keep_everywhere(name: str, text: str | None) -> None:
    """Keep a field of ``SITE_FIELDS`` in the address of every page of this session from now on."""
    st.session_state.setdefault(SITE, {})[name] = text


def here() -> PageState:
    """The page on show."""
    if HERE not in st.session_state:
        st.session_state[HERE] = PageState("page")
    state: PageState = st.session_state[HERE]
    return state


def key_of(name: str) -> str:
    """The key of the field ``name`` of this page in ``st.session_state``."""
    return f"{here().name}.{name}"


def value_of(name: str, default: Any = None) -> Any:
    """The value of a field of this page, whether it is drawn at the moment or not."""
    key = key_of(name)
    return st.session_state[key] if key in st.session_state else here().values.get(name, default)


def is_set(name: str) -> bool:
    """Whether this page had a value for the field before, in this session."""
    return key_of(name) in st.session_state or name in here().values


def set_fields(values: Mapping[str, Any]) -> None:
    """Set fields of this page; in a callback, or before their widgets are drawn."""
    here().values.update(values)
    st.session_state.update({key_of(name): value for name, value in values.items()})


def reset_fields(names: Iterable[str]) -> None:
    """Give fields of this page their defaults again; in a callback, or before they are drawn.

    Streamlit's browser side would keep the value of a field that is only dropped here. A field
    that was never drawn has no value to drop.
    """
    known = here().defaults
    set_fields({name: known[name] for name in names if name in known})


def restore(name: str, shape: object) -> None:
    """Give a field of this page its last value; call it before its widget is drawn.

    Streamlit drops the value of a field that was not drawn for a while, or whose widget has new
    arguments; ``shape`` stands for these arguments.
    """
    state, key = here(), key_of(name)
    changed = state.shapes.get(name, shape) != shape
    if name in state.values and (changed or key not in st.session_state):
        st.session_state[key] = st.session_state.get(key, state.values[name])
    state.shapes[name] = shape


def keep(name: str, value: Any, default: Any, text: str) -> None:
    """Save a field's value after its widget is drawn. ``text``: the value in the address."""
    here().values[name] = value
    here().defaults[name] = default
    shown = None if value == default else text
    part = _part.get()
    if part is None:
        _write({name: shown})
    else:
        part.texts[name] = shown


@contextmanager
def drawing(name: str) -> Iterator[None]:
    """Draw the part ``name`` of the page; at the end the address gets the values of its fields.

    All changes go to the browser as one message. A field that the part drew last time, and that no
    part draws any more, leaves the address.
    """
    part = _Part()
    token = _part.set(part)
    try:
        yield
    finally:
        _part.reset(token)
    drawn = here().drawn
    before = drawn.get(name, set())
    drawn[name] = set(part.texts)
    gone: dict[str, str | None] = dict.fromkeys(before.difference(*drawn.values()))
    _write(gone | part.texts)


def _write(texts: dict[str, str | None]) -> None:
    now = st.query_params.to_dict()
    texts = texts | st.session_state.get(SITE, {})
    wanted = now | {name: text for name, text in texts.items() if text is not None}
    for name, text in texts.items():
        if text is None:
            wanted.pop(name, None)
    state = here()
    if wanted != now or state.doubtful:
        state.doubtful = False
        st.query_params.from_dict(wanted)
