"""What the server runs once: the site's script, start and end, and middleware for requests."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = Path(__file__).with_name("site.py")
"""The script that runs for each visitor. Beside this script there is no ``pages/``: Streamlit would
serve that folder itself until ``st.navigation`` has run once. The first visitors of a new server
who follow a link would read that their page is not found."""
