"""What stands where the picture would be when the settings have no output."""

from __future__ import annotations

import streamlit as st

from dl101_core.cnn.ways_out import ImpossibleSettings
from dl101_core.ui.address import set_fields
from dl101_core.ui.plain import plain


def show_impossible(why: ImpossibleSettings) -> None:
    """Why there is no picture, and buttons for the ways out."""
    st.markdown("#### No output with these settings")
    st.warning(plain(why), icon=":material/block:")
    with st.container(horizontal=True):
        for way in why.ways_out:
            st.button(
                way.label,
                key=f"way_{way.field}",
                on_click=set_fields,
                args=({way.field: way.value},),
            )
