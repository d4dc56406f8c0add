"""Client-side parts: HTML, CSS and JavaScript of ``assets/components/<name>``, read once."""

from __future__ import annotations

from pathlib import Path

import streamlit as st
from streamlit.components.v2.types import ComponentRenderer

COMPONENTS_DIR = Path(__file__).resolve().parents[2] / "assets" / "components"


@st.cache_resource(show_spinner=False)
def component(name: str, isolate_styles: bool = True) -> ComponentRenderer:
    """Register the component ``name`` from ``index.html``, ``style.css`` and ``main.js``."""
    folder = COMPONENTS_DIR / name
    html, css, js = (
        (folder / file).read_text("utf-8") for file in ("index.html", "style.css", "main.js")
    )
    return st.components.v2.component(
        f"dl101_{name}", html=html, css=css, js=js, isolate_styles=isolate_styles
    )
