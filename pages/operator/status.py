"""For the operator: what this server is doing. Part of the app only with an admin key."""

import streamlit as st

from dl101_core.operator.view import status_view
from dl101_core.ui.address import open_page

open_page("status")
st.title("Server status", anchor=False)
status_view()
