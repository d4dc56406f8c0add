"""Makes the widget of a declared setting; its value is kept in the link, too."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal

import streamlit as st

from dl101_core.settings import (
    Choice,
    Decimal,
    Declared,
    Flag,
    Parts,
    Settings,
    Whole,
    address_name,
    declarations,
    default_of,
)
from dl101_core.ui import controls

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator

AS_TYPED = "%g"
Gap = Literal["xsmall", "small"]


def widget_rows(
    config: type[Settings],
    *rows: tuple[str, ...],
    defaults: Mapping[str, Any] | Settings | None = None,
    on_change: Mapping[str, Callable[[], None]] | None = None,
    gap: Gap = "small",
) -> dict[str, Any]:
    """The widgets of fields of ``config``, a row of them for each of ``rows``; gives their values.

    ``defaults``: first values that differ from the declared defaults.
    ``gap``: between the widgets of a row; in a narrow column, a row with a small one stays whole.
    """
    found: dict[str, Any] = {}
    for names in rows:
        with row(gap):
            found |= widgets(config, *names, defaults=defaults, on_change=on_change)
    return found


def widgets(
    config: type[Settings],
    *names: str,
    defaults: Mapping[str, Any] | Settings | None = None,
    on_change: Mapping[str, Callable[[], None]] | None = None,
) -> dict[str, Any]:
    """As ``widget_rows``, in the current container."""
    return {
        name: widget(
            config,
            name,
            _default(config, name, defaults),
            on_change=(on_change or {}).get(name),
        )
        for name in names
    }


def widget(config: type[Settings], name: str, default: Any = None, **own: Any) -> Any:
    """The widget of one field. ``own``: arguments besides the declaration, or instead of it."""
    declared = declarations(config)[name]
    if default is None:
        default = default_of(config, name)
    on_change = own.pop("on_change", None)
    return _draw(replace(declared, **own), address_name(config, name), default, on_change)


def row(gap: Gap = "small") -> DeltaGenerator:
    """Controls side by side, on a phone too (``st.columns`` would stack them there)."""
    return st.container(horizontal=True, gap=gap, vertical_alignment="bottom")


def _default(config: type[Settings], name: str, given: Mapping[str, Any] | Settings | None) -> Any:
    if isinstance(given, Settings):
        return getattr(given, name)
    return (given or {}).get(name, default_of(config, name))


def _draw(declared: Declared, name: str, default: Any, on_change: Callable[[], None] | None) -> Any:
    label, help = declared.label, declared.help
    match declared:
        case Whole(low=low, high=high, typed=False):
            return controls.slider(label, name, low, high, default, help)
        case Whole(low=low, high=high, step=step):
            return controls.whole_number(label, name, low, high, default, step, help)
        case Decimal(low=low, high=high, step=step, typed=False):
            assert step is not None
            return controls.decimal_slider(label, name, low, high, default, step, help)
        case Decimal(low=low, high=high, step=step):
            return controls.number(label, name, low, high, default, AS_TYPED, help, step)
        case Choice() if declared.segmented:
            return _segments(declared, name, default, on_change)
        case Choice():
            titles = declared.titles
            return controls.select(
                label,
                name,
                list(titles),
                default,
                titles.__getitem__,
                help,
                on_change,
                declared.earlier,
            )
        case Flag():
            return controls.toggle(label, name, default, help)
        case Parts(parts=parts):
            values = zip(parts.items(), default, strict=True)
            return tuple(_draw(part, part.name or name, one, None) for (name, part), one in values)
    raise TypeError(f"{name} has no widget.")


def _segments(
    declared: Choice, name: str, default: Any, on_change: Callable[[], None] | None
) -> Any:
    titles = declared.titles
    return controls.segments(
        declared.label, name, list(titles), default, titles.__getitem__, on_change
    )
