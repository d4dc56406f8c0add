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

SIGNED_DARK = (
    (0.0, "#92C5DE"),
    (0.25, "#2F7FBC"),
    (0.5, "#1D242B"),
    (0.75, "#C4701F"),
    (1.0, "#FDB863"),
)
"""Diverging on a dark page: zero is dark as the page, blue below, orange above."""

UNSIGNED_DARK = (
    (0.0, "#1D242B"),
    (0.25, "#1B4F82"),
    (0.5, "#2F7FBC"),
    (0.75, "#7FB8DE"),
    (1.0, "#DEEBF7"),
)
"""Sequential on a dark page, for values from zero up: more is lighter."""

ACCENT = "#D55E00"
"""Marks what the learner points at."""
