"""The table of layers under the maths."""

from __future__ import annotations

import streamlit as st

from dl101_core.lab.maths import layers
from dl101_core.models import ModelConfig
from dl101_core.ui.markdown_table import show_table


def layer_table(model: ModelConfig) -> None:
    """Output shape, parameters and multiply-adds of each layer, and their sums."""
    rows = layers(model)
    table = [
        {
            "Layer": row.layer,
            "Output shape": " × ".join(map(str, row.output_shape)),
            "Parameters": f"{row.parameters:,}",
            "Multiply-adds": f"{row.multiply_adds:,}",
        }
        for row in rows
    ]
    table.append(
        {
            "Layer": "**Sum**",
            "Output shape": "",
            "Parameters": f"**{sum(row.parameters for row in rows):,}**",
            "Multiply-adds": f"**{sum(row.multiply_adds for row in rows):,}**",
        }
    )
    st.markdown("**Layer by layer**, for one image of 1 × 28 × 28")
    show_table(table)
