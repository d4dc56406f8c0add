"""Home."""

import streamlit as st

st.title("Deep Learning 101")
