"""Home: where to start, the map of the course, and what this server is doing."""

import streamlit as st

from dl101_core.curriculum import page_at
from dl101_core.home.view import course_map, hero, server_status
from dl101_core.ui.address import open_page

open_page("home")
st.title("Deep Learning 101", anchor=False)
start, picture = st.columns([1, 1.25], gap="large")
with start:
    st.markdown(
        "**See deep learning work.** Move a slider and the picture changes; press Start and a "
        "real PyTorch network learns before your eyes."
    )
    with st.container(border=True):
        st.markdown("**Start here:** write a digit and let four networks read it.")
        draw = page_at("draw")
        if st.button(draw.title, type="primary", icon=draw.icon, width="stretch"):
            st.switch_page(draw.path)
    with st.container(border=True):
        st.markdown("**Or** change a kernel, and watch a network learn.")
        for page in (page_at("convolution"), page_at("training")):
            st.page_link(page.path, label=page.title, icon=page.icon)
with picture:
    hero()
course_map()
server_status()
