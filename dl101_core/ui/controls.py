"""Widgets whose value stands in the URL; an impossible value in a link is named and dropped.

Each ``key`` is the field's own name and the name in the URL.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import streamlit as st

from dl101_core.ui.plain import plain

Choice = TypeVar("Choice", bound=str | int)


def slider(label: str, key: str, low: int, high: int, default: int, help: str = "") -> int:
    """A whole number from ``low`` to ``high``."""
    _check_link(
        key,
        lambda text: low <= int(text) <= high,
        f"a whole number from {low} to {high}",
        default,
    )
    return st.slider(label, low, high, default, key=key, help=help or None, bind="query-params")


def decimal_slider(
    label: str, key: str, low: float, high: float, default: float, step: float, help: str = ""
) -> float:
    """A decimal from ``low`` to ``high`` in steps of ``step``."""
    _check_link(
        key, lambda text: low <= float(text) <= high, f"a number from {low:g} to {high:g}", default
    )
    return st.slider(
        label, low, high, default, step, key=key, help=help or None, bind="query-params"
    )


def number(
    label: str,
    key: str,
    low: float,
    high: float,
    default: float,
    format: str,
    help: str = "",
    step: float | None = None,
) -> float:
    """A typed decimal from ``low`` to ``high``; a button changes it by ``step``, else by 0.01."""
    _check_link(
        key, lambda text: low <= float(text) <= high, f"a number from {low:g} to {high:g}", default
    )
    return st.number_input(
        label,
        low,
        high,
        default,
        step,
        key=key,
        format=format,
        help=help or None,
        bind="query-params",
    )


def whole_number(
    label: str, key: str, low: int, high: int, default: int, step: int = 1, help: str = ""
) -> int:
    """A typed whole number from ``low`` to ``high``."""
    _check_link(
        key,
        lambda text: low <= int(text) <= high,
        f"a whole number from {low} to {high}",
        default,
    )
    return st.number_input(
        label, low, high, default, step, key=key, help=help or None, bind="query-params"
    )


def select(
    label: str,
    key: str,
    options: Sequence[Choice],
    default: Choice,
    titles: Callable[[Choice], str] = str,
    help: str = "",
    on_change: Callable[[], None] | None = None,
) -> Choice:
    """One of ``options``. The URL holds the title, as Streamlit writes it."""
    shown = [titles(option) for option in options]
    _check_link(key, lambda text: text in shown, f"one of: {', '.join(shown)}", titles(default))
    return st.selectbox(
        label,
        options,
        options.index(default),
        key=key,
        format_func=titles,
        help=help or None,
        on_change=on_change,
        bind="query-params",
    )


def toggle(label: str, key: str, default: bool, help: str = "") -> bool:
    """On or off; ``true`` or ``false`` in the URL."""
    _check_link(key, lambda text: text in ("true", "false"), "true or false", default)
    return st.toggle(label, default, key=key, help=help or None, bind="query-params")


def segments(
    label: str,
    key: str,
    options: Sequence[Choice],
    default: Choice,
    titles: Callable[[Choice], str] = str,
    on_change: Callable[[], None] | None = None,
    stretch: bool = False,
) -> Choice:
    """One of a few ``options``, side by side, under no visible label. The URL holds the title."""
    shown = [titles(option) for option in options]
    _check_link(key, lambda text: text in shown, f"one of: {', '.join(shown)}", titles(default))
    chosen: Choice = st.segmented_control(
        label,
        options,
        default=default,
        required=True,
        key=key,
        format_func=titles,
        label_visibility="collapsed",
        width="stretch" if stretch else "content",
        on_change=on_change or "rerun",
        bind="query-params",
    )
    return chosen


def link_text(key: str, possible: Callable[[str], bool], allowed: str, instead: str) -> str:
    """A text that no widget holds: ``st.session_state[key]``, kept the same in the URL.

    ``possible`` may raise ``ValueError``; what a link has instead of ``allowed`` is dropped.
    """
    _check_link(key, possible, allowed, instead)
    if key not in st.session_state:
        st.session_state[key] = st.query_params.get(key, "")
    text: str = st.session_state[key]
    if not text:
        st.query_params.pop(key, None)
    elif st.query_params.get(key) != text:
        st.query_params[key] = text
    return text


def pressed(label: str, key: str, **look: Any) -> bool:
    """A button; whether it was pressed since the script last came here.

    The values of widgets drawn before it are then those of the moment it was pressed: what somebody
    types just before arrives together with the press. ``st.button`` alone fails either way: a
    callback's arguments are those of the last time the button was drawn, and its return value is
    lost if the next message interrupts the script.
    """
    flag = f"{key}_pressed"
    st.button(label, key=key, on_click=st.session_state.update, args=({flag: True},), **look)
    return bool(st.session_state.pop(flag, False))


def _check_link(key: str, possible: Callable[[str], bool], allowed: str, default: object) -> None:
    """Drop a value of the link that the widget will not take, and say so.

    The page begins again without the value: Streamlit itself fails on some, on numbers too large
    for a float for instance.
    """
    problems: dict[str, str] = st.session_state.setdefault("link_problems", {})
    seen: set[str] = st.session_state.setdefault("link_problems_seen", set())
    named: set[str] = st.session_state.setdefault("link_problems_named", set())
    if key in seen:
        seen.remove(key)
        named.discard(key)
        del problems[key]
    if key in problems:
        if key not in named:  # one box for all that is wrong with the link
            st.warning("  \n".join(problems[name] for name in problems if name not in named))
            named.update(problems)
        seen.add(key)
    text = st.query_params.get(key)
    if text is None or key in st.session_state:
        return
    try:
        good = possible(text)
    except (ValueError, OverflowError):
        good = False
    if not good:
        # Only plain characters of a link are repeated on the page.
        shown = plain(f"{key} = {text}") if re.fullmatch(r"[A-Za-z0-9.+-]{1,20}", text) else key
        problems[key] = f"The link asks for {shown}, but it must be {allowed}. Showing {default}."
        del st.query_params[key]
        seen.clear()
        named.clear()
        st.rerun()
