"""The course: the pages of all rooms. The navigation, the map on Home and the tests read it."""

from __future__ import annotations

import importlib
import pkgutil

from dl101_core import cnn, draw, home, lab, operator, ui
from dl101_core.page_info import PageInfo

NAME = "Deep Learning 101"
HOME, STATUS = home.PAGE, operator.PAGE
CURRICULUM: dict[str, tuple[PageInfo, ...]] = {
    "": (HOME,),
    cnn.TITLE: cnn.PAGES,
    "Laboratory": (*lab.PAGES, *draw.PAGES),
}
ROOMS = (ui, home, cnn, lab, draw, operator)


def pages() -> tuple[PageInfo, ...]:
    """Every page in the order of the navigation."""
    return tuple(page for chapter in CURRICULUM.values() for page in chapter)


def page_at(url: str) -> PageInfo:
    """The page with the address ``url``."""
    return next(page for page in pages() if page.url == url)


def page_of(lesson: str) -> PageInfo:
    """The page of the lesson of this name."""
    return next(page for page in pages() if page.lesson == lesson)


def tab_title(page: PageInfo) -> str:
    """The title of the browser's tab: the page first, since a narrow tab shows only the start."""
    return NAME if page is HOME else f"{page.title} · {NAME}"


def import_rooms() -> None:
    """Import the modules of all pages, so that no visitor waits for an import."""
    for room in ROOMS:
        for module in pkgutil.walk_packages(room.__path__, f"{room.__name__}."):
            importlib.import_module(module.name)
