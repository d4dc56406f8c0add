"""What runs once for everybody: the script of the site, start and end, and what guards requests."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = Path(__file__).with_name("site.py")
"""What runs for each visitor. It does not stand beside ``pages/``: Streamlit would take the scripts
there for pages of its own until ``st.navigation`` has run once, and tell the first visitors of a
fresh server who come by a link that their page is not found."""
