"""Code that several components share is in one file, and is included in each."""

from __future__ import annotations

from pathlib import Path

import pytest

from dl101_core.ui.component import COMPONENTS_DIR, SHARED_DIR, source

FILES = sorted(COMPONENTS_DIR.rglob("main.js")) + sorted(COMPONENTS_DIR.rglob("style.css"))


@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parent.name}/{file.name}")
def test_every_shared_part_that_a_component_names_is_there(file: Path) -> None:
    assert "use: " not in source(file)


def test_the_parts_stand_in_the_order_in_which_they_are_named() -> None:
    text = source(COMPONENTS_DIR / "cnn" / "conv_view" / "main.js")
    places = [text.index((SHARED_DIR / f"{part}.js").read_text()) for part in ("words", "colours")]
    assert 0 < places[0] < places[1]
