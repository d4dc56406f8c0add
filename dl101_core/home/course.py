"""The course as Home shows it: its chapters, their lessons, and what each lesson answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache

from msgspec import Struct

from dl101_core.lessons import read_lesson
from dl101_core.page_info import ROOT, PageInfo

THUMBNAILS_DIR = ROOT / "assets" / "thumbnails"
OTHER = "lesson"
"""The thumbnail of a lesson that has none of its own."""
ABOUT = {
    "Convolutional networks": "One small window finds an edge anywhere.",
    "Laboratory": "Train, draw and compare.",
}
"""What a chapter is about, by its title; a chapter without a sentence shows its title only."""


class Lesson(Struct, frozen=True, kw_only=True):
    """``url``: of its page. ``answers``: the question that it answers. ``picture``: an SVG."""

    url: str
    title: str
    answers: str
    picture: str


class Chapter(Struct, frozen=True, kw_only=True):
    """``about``: a sentence, or empty."""

    title: str
    about: str
    lessons: tuple[Lesson, ...]


def course(curriculum: Mapping[str, Sequence[PageInfo]]) -> tuple[Chapter, ...]:
    """The chapters with a title that have lessons. Home and hidden pages are no lessons."""
    chapters = []
    for title, pages in curriculum.items():
        lessons = tuple(_lesson(page) for page in pages if page.url and not page.hidden)
        if title and lessons:
            chapters.append(Chapter(title=title, about=ABOUT.get(title, ""), lessons=lessons))
    return tuple(chapters)


def _lesson(page: PageInfo) -> Lesson:
    answers = read_lesson(page.lesson).question if page.lesson else page.about
    return Lesson(url=page.url, title=page.title, answers=answers, picture=thumbnail(page.url))


@cache
def thumbnail(url: str) -> str:
    """The SVG of the page ``url``: ``assets/thumbnails/<url>.svg``, else the one of ``OTHER``."""
    file = THUMBNAILS_DIR / f"{url}.svg"
    if not file.is_file():
        file = THUMBNAILS_DIR / f"{OTHER}.svg"
    return file.read_text("utf-8")
