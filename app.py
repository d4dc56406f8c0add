"""The server's app, which `streamlit run app.py` serves."""

import streamlit as st

from dl101_core.server import SCRIPT
from dl101_core.server.guards import middleware, routes
from dl101_core.server.startup import lifespan

app = st.App(SCRIPT, lifespan=lifespan, routes=routes(), middleware=middleware())
