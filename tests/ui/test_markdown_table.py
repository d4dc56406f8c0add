"""Tables as Markdown: nothing in a cell breaks the table, and no page loads pandas for one."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from dl101_core.ui.markdown_table import markdown_table

ROOT = Path(__file__).resolve().parents[2]


def test_a_table_has_heads_marks_and_rows() -> None:
    rows = [{"Layer": "dense", "Parameters": "1,000"}, {"Layer": "**Sum**", "Parameters": "**7**"}]
    assert markdown_table(rows).split("\n") == [
        "| Layer | Parameters |",
        "| --- | ---: |",
        "| dense | 1,000 |",
        "| **Sum** | **7** |",
    ]


def test_only_columns_of_numbers_are_flushed_right() -> None:
    row = {"Id": "12", "Memory": "1,216 MB", "Value": "fork", "Now": "–", "Shape": "3 × 3"}
    assert markdown_table([row]).split("\n")[1] == "| ---: | ---: | --- | --- | --- |"


@settings(deadline=None)
@given(st.lists(st.text(), min_size=1, max_size=5))
def test_no_cell_opens_a_row_or_a_column(cells: list[str]) -> None:
    lines = markdown_table([{"a": cell, "b": "x"} for cell in cells]).split("\n")
    assert len(lines) == len(cells) + 2
    for line in lines[2:]:
        assert line.replace("\\|", "").count("|") == 3


def test_no_page_loads_pandas_for_a_table() -> None:
    code = (
        "import sys\n"
        "from dl101_core.models import ModelConfig\n"
        "from dl101_core.lab.layers_view import layer_table\n"
        "layer_table(ModelConfig(name='cnn'))\n"
        "print('pandas' in sys.modules)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "False"
