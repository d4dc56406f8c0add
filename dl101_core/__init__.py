"""Deep Learning 101: the pure core behind the pages. Only ``ui`` imports streamlit."""
