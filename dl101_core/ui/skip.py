"""Skip links for the keyboard: each is visible only while it has the focus."""

from __future__ import annotations

from dl101_core.ui.component import component

STAGE = "stage"
"""The key of the container that holds a page's picture."""
RAIL = "rail"
"""The key of the container with a lesson's story and controls."""
WITHIN_RAIL = ["rail_inline", "rail_controls"]
"""Where the control that matters now stands: beside the open step, or among all settings."""


def skip_links() -> None:
    """The first Tab stops of every page: to the picture, or to the title, and to the controls."""
    picture = {"label": "To the picture", "to": STAGE, "picture": True}
    controls = {"label": "To the controls", "to": RAIL, "within": WITHIN_RAIL}
    component("ui/skip", isolate_styles=False)(
        key="skip_first", data={"first": [picture, controls]}
    )


def skip_to(label: str, key: str) -> None:
    """A link at this place of the page, to the first control in the container ``key``."""
    component("ui/skip", isolate_styles=False)(key="skip", data={"label": label, "to": key})
