"""One colour-blind-safe palette: classes from Okabe & Ito (2008), scales from ColorBrewer."""

from __future__ import annotations

CLASSES = (
    "#0072B2",
    "#E69F00",
    "#009E73",
    "#D55E00",
    "#CC79A7",
    "#56B4E9",
    "#8C6D31",
    "#7F7F7F",
    "#B8A900",
    "#5E4FA2",
)
"""Okabe-Ito, with black and yellow replaced by tones that stay visible on white and on black."""

SIGNED = (
    (0.0, "#2166AC"),
    (0.25, "#92C5DE"),
    (0.5, "#F7F7F7"),
    (0.75, "#FDB863"),
    (1.0, "#B35806"),
)
"""Diverging, for signed values: blue below zero, white at zero, orange above."""

UNSIGNED = (
    (0.0, "#FFFFFF"),
    (0.25, "#C6DBEF"),
    (0.5, "#6BAED6"),
    (0.75, "#2171B5"),
    (1.0, "#08306B"),
)
"""Sequential, for values from zero up: more is darker."""

ACCENT = "#D55E00"
"""What the learner points at."""
