"""Home: a pad that a network reads, the path through the course, and what this server is doing."""

import streamlit as st

from dl101_core.home import HEADLINE
from dl101_core.home.view import course_path, reader, server_status
from dl101_core.ui.address import open_page

open_page("home")
st.title(HEADLINE, anchor=False)
reader()
course_path()
server_status()
