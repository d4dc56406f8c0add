"""Widgets whose value is kept in the URL; an impossible value in a link is named and dropped.

``name`` is the field's name: ``<page>.<name>`` is the widget's key, ``name`` the URL's parameter.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

import streamlit as st

from dl101_core.ui.address import here, keep, key_of, restore, set_fields
from dl101_core.ui.markdown import escape_markdown

Choice = TypeVar("Choice", bound=str | int)
Number = TypeVar("Number", int, float)


def slider(label: str, name: str, low: int, high: int, default: int, help: str = "") -> int:
    """A whole number from ``low`` to ``high``."""
    key = _whole(name, low, high, default, 1)
    value = st.slider(label, low, high, default, key=key, help=help or None)
    return _kept_number(name, value, default)


def decimal_slider(
    label: str, name: str, low: float, high: float, default: float, step: float, help: str = ""
) -> float:
    """A decimal from ``low`` to ``high`` in steps of ``step``."""
    key = _decimal(name, low, high, default, step)
    value = st.slider(label, low, high, default, step, key=key, help=help or None)
    return _kept_number(name, value, default)


def number(
    label: str,
    name: str,
    low: float,
    high: float,
    default: float,
    format: str,
    help: str = "",
    step: float | None = None,
) -> float:
    """A typed decimal from ``low`` to ``high``; a button changes it by ``step``, else by 0.01."""
    key = _decimal(name, low, high, default, step)
    value = st.number_input(
        label, low, high, default, step, key=key, format=format, help=help or None
    )
    return _kept_number(name, value, default)


def whole_number(
    label: str, name: str, low: int, high: int, default: int, step: int = 1, help: str = ""
) -> int:
    """A typed whole number from ``low`` to ``high``."""
    key = _whole(name, low, high, default, step)
    value = st.number_input(label, low, high, default, step, key=key, help=help or None)
    return _kept_number(name, value, default)


def select(
    label: str,
    name: str,
    options: Sequence[Choice],
    default: Choice,
    titles: Callable[[Choice], str] = str,
    help: str = "",
    on_change: Callable[[], None] | None = None,
    earlier: Mapping[str, Choice] | None = None,
) -> Choice:
    """One of ``options``. The URL holds the title; ``earlier``: titles of older versions."""
    value = st.selectbox(
        label,
        options,
        options.index(default),
        key=_choice(name, options, default, titles, earlier),
        format_func=titles,
        help=help or None,
        on_change=on_change,
    )
    keep(name, value, default, titles(value))
    return value


def toggle(label: str, name: str, default: bool, help: str = "") -> bool:
    """On or off; ``true`` or ``false`` in the URL."""
    words = {"true": True, "false": False}
    key = _seeded(name, words.__getitem__, "true or false", str(default).lower(), default)
    value = st.toggle(label, default, key=key, help=help or None)
    keep(name, value, default, str(value).lower())
    return value


def segments(
    label: str,
    name: str,
    options: Sequence[Choice],
    default: Choice,
    titles: Callable[[Choice], str] = str,
    on_change: Callable[[], None] | None = None,
    stretch: bool = False,
) -> Choice:
    """One of a few ``options``, side by side, under no visible label. The URL holds the title."""
    value: Choice = st.segmented_control(
        label,
        options,
        default=default,
        required=True,
        key=_choice(name, options, default, titles),
        format_func=titles,
        label_visibility="collapsed",
        width="stretch" if stretch else "content",
        on_change=on_change or "rerun",
    )
    keep(name, value, default, titles(value))
    return value


def text(label: str, name: str, default: str, max_chars: int, help: str) -> str:
    """A typed text, unchecked: the caller validates it."""
    key = _seeded(name, lambda text: text[:max_chars], "a text", default, max_chars)
    value = st.text_input(label, default, key=key, max_chars=max_chars, help=help)
    keep(name, value, default, value)
    return value


def tabs(
    labels: Sequence[str], name: str, earlier: Mapping[str, str] | None = None
) -> Sequence[Any]:
    """Tabs, of which one is open; the URL holds its label. ``earlier``: former labels."""
    key = _choice(name, labels, labels[0], str, earlier)
    drawn = st.tabs(labels, key=key, on_change="rerun")
    value = st.session_state[key]
    keep(name, value, labels[0], value)
    return drawn


def choose(name: str, value: object) -> None:
    """A callback that sets one field of this page."""
    set_fields({name: value})


def link_text(name: str, possible: Callable[[str], bool], allowed: str, instead: str) -> str:
    """A text without a widget, kept in sync with the URL; ``set_fields`` changes it.

    ``possible`` may raise ``ValueError``; a link's text that is not possible is dropped.
    """

    def read(text: str) -> str:
        if not possible(text):
            raise ValueError
        return text

    key = _seeded(name, read, allowed, instead, None)
    text: str = st.session_state.setdefault(key, "")
    keep(name, text, "", text)
    return text


def pressed(label: str, key: str, **look: Any) -> bool:
    """A button; whether it was pressed since the last run of this call.

    The widgets drawn before it then have their values of that moment: a text typed just before
    arrives together with the press. ``st.button`` alone has two faults. A callback gets the
    arguments of the button's last draw. The return value is lost if the next message interrupts
    the script.
    """
    flag = pressed_flag(key)
    st.button(label, key=key, on_click=st.session_state.update, args=({flag: True},), **look)
    return bool(st.session_state.pop(flag, False))


def pressed_flag(key: str) -> str:
    """The session's name for a press of ``pressed`` that its call has not seen yet."""
    return f"{key}_pressed"


def _whole(name: str, low: int, high: int, default: int, step: int) -> str:
    allowed = f"a whole number from {low} to {high}"
    return _number(name, int, low, high, allowed, default, step)


def _decimal(name: str, low: float, high: float, default: float, step: float | None) -> str:
    allowed = f"a number from {low:g} to {high:g}"
    return _number(name, float, low, high, allowed, default, step)


def _number(
    name: str,
    kind: Callable[[str], Number],
    low: Number,
    high: Number,
    allowed: str,
    default: Number,
    step: Number | None,
) -> str:
    def read(text: str) -> Number:
        value = kind(text)
        if not low <= value <= high:
            raise ValueError
        return value

    key = _seeded(name, read, allowed, default, (low, high, default, step))
    if key in st.session_state and not low <= st.session_state[key] <= high:  # the range changed
        st.session_state[key] = min(max(st.session_state[key], low), high)
    return key


def _kept_number(name: str, value: Number, default: Number) -> Number:
    shown = str(int(value)) if value == int(value) else repr(value)
    keep(name, value, default, shown)
    return value


def _choice(
    name: str,
    options: Sequence[Choice],
    default: Choice,
    titles: Callable[[Choice], str],
    earlier: Mapping[str, Choice] | None = None,
) -> str:
    shown = {titles(option): option for option in options}
    known = {**(earlier or {}), **shown}
    allowed = f"one of: {', '.join(shown)}"
    key = _seeded(name, known.__getitem__, allowed, titles(default), tuple(shown))
    if key in st.session_state and st.session_state[key] not in options:  # the options changed
        st.session_state[key] = default
    return key


def _seeded(
    name: str, read: Callable[[str], object], allowed: str, default: object, shape: object
) -> str:
    """The key of a field that is about to be drawn; the field now has the link's value, if any.

    A value that ``read`` refuses is dropped and named. The page then reruns without it.
    """
    _name_problems(name)
    restore(name, shape)
    key, text = key_of(name), st.query_params.get(name)
    if text is None or key in st.session_state:
        return key
    try:
        st.session_state[key] = read(text)
    except (ValueError, KeyError, OverflowError):
        # Only plain characters of a link are repeated on the page.
        shown = (
            escape_markdown(f"{name} = {text}")
            if re.fullmatch(r"[A-Za-z0-9.+-]{1,20}", text)
            else name
        )
        page = here()
        page.problems[name] = (
            f"The link asks for {shown}, but it must be {allowed}. Showing {default}."
        )
        page.drawn_again.clear()
        page.told.clear()
        del st.query_params[name]
        st.rerun()
    return key


def _name_problems(name: str) -> None:
    """One box for all errors of the link, above the first field that has one.

    The box disappears when the field is drawn for the second time.
    """
    page = here()
    if name in page.drawn_again:
        page.drawn_again.remove(name)
        page.told.discard(name)
        del page.problems[name]
    if name in page.problems:
        if name not in page.told:
            new = (page.problems[one] for one in page.problems if one not in page.told)
            st.warning("  \n".join(new))
            page.told.update(page.problems)
        page.drawn_again.add(name)
