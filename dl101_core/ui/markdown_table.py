"""A table as Markdown. ``st.table`` would load pandas and Arrow: 56 MB of the server's memory."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import streamlit as st

NUMBER = re.compile(r"\**-?\d[\d.,]*( MB)?\**|not told")


def show_table(rows: Sequence[Mapping[str, str]]) -> None:
    """One row per mapping; the keys of the first row are the heads. Cells are our own Markdown."""
    st.markdown(markdown_table(rows))


def markdown_table(rows: Sequence[Mapping[str, str]]) -> str:
    """The table in the Markdown of GitHub; columns of numbers are flushed right."""
    heads = list(rows[0])
    marks = [
        "---:" if all(NUMBER.fullmatch(row[head]) for row in rows if row[head]) else "---"
        for head in heads
    ]
    lines = [heads, marks, *([row[head] for head in heads] for row in rows)]
    return "\n".join(f"| {' | '.join(map(_cell, line))} |" for line in lines)


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")
