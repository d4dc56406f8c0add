"""The drawing pad: from strokes and photos to 28×28 pixels, and what networks say of them."""

from dl101_core.page_info import PageInfo

PAGES = (
    PageInfo(
        "pages/lab/draw.py",
        "Draw a digit",
        "draw",
        ":material/draw:",
        "Write a digit with mouse, pen or finger; four networks read it.",
        "draw",
    ),
)
