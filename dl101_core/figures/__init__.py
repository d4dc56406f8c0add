"""Results become Plotly figures or chart options here; nothing is computed."""
