"""Client-side parts: HTML, CSS and JavaScript of ``assets/components``, read once."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Protocol

import streamlit as st

COMPONENTS_DIR = Path(__file__).resolve().parents[2] / "assets" / "components"
SHARED_DIR = COMPONENTS_DIR / "shared"
USE = re.compile(r"^(?://|/\*) use: ([a-z_/ ]+?)(?: \*/)?$", re.MULTILINE)


class Mount(Protocol):
    """Puts a component on the page; ``data`` and the rest as in ``st.components.v2``."""

    def __call__(self, *, key: str, data: dict[str, Any], **rest: Any) -> Any: ...


@st.cache_resource(show_spinner=False)
def component(name: str, isolate_styles: bool = True) -> Mount:
    """Register the component ``name``, as ``cnn/conv_view``: the folder of its three files.

    A comment ``use: words grid`` on a line of its own is replaced by ``shared/words.js`` and
    ``shared/grid.js`` (in a style: ``shared/grid.css``); ``cnn/conv_view/marks`` in that folder.

    ``data`` holds plain values: numbers, texts, lists; a dict must be in a tuple of its own. For
    any other value Streamlit would load pandas (64 MB) to look for data frames.
    """
    folder = COMPONENTS_DIR / name
    html, css, js = (source(folder / file) for file in ("index.html", "style.css", "main.js"))
    renderer = st.components.v2.component(
        registered_name(name), html=html, css=css, js=js, isolate_styles=isolate_styles
    )

    def mount(*, key: str, data: dict[str, Any], **rest: Any) -> Any:
        return renderer(key=key, data=travels(data), **rest)

    return mount


def registered_name(name: str) -> str:
    """Streamlit's name of the component ``name``."""
    return f"dl101_{name.replace('/', '_')}"


def source(file: Path) -> str:
    """The text of ``file`` with the shared parts that it uses."""

    def parts(match: re.Match[str]) -> str:
        names = match[1].split()
        return "".join(_part(name, file.suffix).read_text("utf-8") for name in names)

    return USE.sub(parts, file.read_text("utf-8"))


def travels(data: dict[str, Any]) -> dict[str, Any]:
    """``data`` for Streamlit. Raises ``TypeError`` for a dict outside a tuple."""
    return {name: _plain(value) for name, value in data.items()}


def _part(name: str, suffix: str) -> Path:
    folder = COMPONENTS_DIR if "/" in name else SHARED_DIR
    return folder / f"{name}{suffix}"


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        raise TypeError("A dict in a component's data must stand in a tuple.")
    return tuple(value) if isinstance(value, list) else value
