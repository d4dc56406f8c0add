"""The message in place of the picture when the settings have no output."""

from __future__ import annotations

import streamlit as st

from dl101_core.cnn.ways_out import ImpossibleSettings
from dl101_core.settings import Settings, address_name
from dl101_core.ui.address import set_fields
from dl101_core.ui.markdown import escape_markdown


def show_impossible(why: ImpossibleSettings, config: Settings) -> None:
    """Says why ``config`` has no picture, with buttons for possible settings."""
    st.markdown("#### No output with these settings")
    st.warning(escape_markdown(why), icon=":material/block:")
    with st.container(horizontal=True):
        for way in why.ways_out:
            name = address_name(type(config), way.field)
            st.button(way.label, key=f"way_{name}", on_click=set_fields, args=({name: way.value},))
