"""The code that a page shows: a script, what it prints, and the same as a notebook."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Script:
    """``source`` is a complete program; ``prints`` is its output, taken from the page's result.

    An empty ``prints`` means that the page has no result yet.
    """

    filename: str
    source: str
    prints: str


def notebook(script: Script) -> str:
    """The script as a Jupyter notebook (nbformat 4.5): one cell per paragraph of the source."""
    cells: list[dict[str, object]] = [
        {
            "cell_type": "code",
            "id": f"cell-{number}",
            "execution_count": None,
            "metadata": {},
            "outputs": [],
            "source": cell.strip("\n").splitlines(keepends=True),
        }
        for number, cell in enumerate(_top_level_blocks(script.source))
    ]
    return json.dumps(
        {
            "cells": cells,
            "metadata": {"language_info": {"name": "python"}},
            "nbformat": 4,
            "nbformat_minor": 5,
        },
        indent=1,
    )


def _top_level_blocks(source: str) -> list[str]:
    """Split at blank lines before a line without indent, so that every cell is complete."""
    blocks: list[str] = []
    for block in re.split(r"\n{2,}", source.strip("\n")):
        if blocks and block.startswith(" "):
            blocks[-1] += "\n\n" + block
        else:
            blocks.append(block)
    return blocks
