"""Deep Learning 101: the pure core behind the pages. Nothing here imports streamlit, except ``ui``."""
