"""The server. `streamlit run app.py` finds it and serves it."""

import streamlit as st

from dl101_core.server import SCRIPT
from dl101_core.server.guards import middleware, routes
from dl101_core.server.startup import lifespan

app = st.App(SCRIPT, lifespan=lifespan, routes=routes(), middleware=middleware())
