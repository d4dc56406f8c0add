"""Skip links for the keyboard: each is visible only while it has the focus."""

from __future__ import annotations

from dl101_core.ui.component import component

STAGE = "stage"
"""The key of the container that holds a page's picture."""


def skip_link() -> None:
    """The first Tab stop of every page: to the picture, or to the title where there is none."""
    component("ui/skip", isolate_styles=False)(
        key="skip_first", data={"label": "To the picture", "to": STAGE, "first": True}
    )


def skip_to(label: str, key: str) -> None:
    """A link at this place of the page, to the first control in the container ``key``."""
    component("ui/skip", isolate_styles=False)(
        key="skip", data={"label": label, "to": key, "first": False}
    )
