"""Client-side parts on a page; ``parts`` says how they come to the browser."""

from __future__ import annotations

from typing import Any, Protocol

import streamlit as st

from dl101_core.ui.parts import loader


class Mount(Protocol):
    """Puts a component on the page; ``data`` and the rest as in ``st.components.v2``."""

    def __call__(self, *, key: str, data: dict[str, Any], **rest: Any) -> Any: ...


@st.cache_resource(show_spinner=False)
def component(name: str, isolate_styles: bool = True) -> Mount:
    """Register the component ``name``, as ``cnn/conv_view``: the folder of its three files.

    ``data`` holds plain values: numbers, texts, lists; a dict must be in a tuple of its own. For
    any other value Streamlit would load pandas (64 MB) to look for data frames.
    """
    renderer = st.components.v2.component(
        registered_name(name), js=loader(name), isolate_styles=isolate_styles
    )

    def mount(*, key: str, data: dict[str, Any], **rest: Any) -> Any:
        return renderer(key=key, data=travels(data), **rest)

    return mount


def registered_name(name: str) -> str:
    """Streamlit's name of the component ``name``."""
    return f"dl101_{name.replace('/', '_')}"


def travels(data: dict[str, Any]) -> dict[str, Any]:
    """``data`` for Streamlit. Raises ``TypeError`` for a dict outside a tuple."""
    return {name: _plain(value) for name, value in data.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        raise TypeError("A dict in a component's data must stand in a tuple.")
    return tuple(value) if isinstance(value, list) else value
