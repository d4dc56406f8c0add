"""The path on Home holds every lesson, with its question and a picture of plain shapes."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree

import msgspec
import pytest

from dl101_core.curriculum import CURRICULUM, pages
from dl101_core.home.course import ABOUT, OTHER, THUMBNAILS_DIR, course, thumbnail
from dl101_core.lessons import read_lesson
from dl101_core.page_info import PageInfo
from dl101_core.ui.component import travels
from tests.home.made_up import chapters, curriculum

SHAPES = {"svg", "path", "rect", "circle", "ellipse", "g"}
PLACES = {"class", "d", "x", "y", "width", "height", "rx", "ry", "cx", "cy", "r", "transform"}
FILES = sorted(THUMBNAILS_DIR.glob("*.svg"))
STYLE = THUMBNAILS_DIR.parent / "components" / "home" / "course" / "thumb.css"


def test_the_course_holds_every_page_but_home_once_and_in_order() -> None:
    urls = [lesson.url for chapter in course(CURRICULUM) for lesson in chapter.lessons]
    assert urls == [page.url for page in pages() if page.url]


def test_a_lesson_says_what_it_answers_or_what_it_is_about() -> None:
    known = {page.url: page for page in pages()}
    for chapter in course(CURRICULUM):
        for lesson in chapter.lessons:
            page = known[lesson.url]
            asked = read_lesson(page.lesson).question if page.lesson else page.about
            assert lesson.answers == asked
            assert not re.search(r"[$*_`\[]", lesson.answers), "shown as plain text"


def test_every_built_chapter_has_a_sentence() -> None:
    assert all(chapter.about for chapter in course(CURRICULUM))
    assert set(ABOUT) <= set(CURRICULUM)


def test_eight_chapters_and_thirty_lessons_come_as_they_are() -> None:
    found = chapters()
    assert len(found) == 8
    assert sum(len(chapter.lessons) for chapter in found) == 30
    assert found[0].about == ""
    assert found[0].lessons[0].answers == "What does data and splits do?"
    travels({"chapters": msgspec.to_builtins(found)})


def test_hidden_pages_and_chapters_without_lessons_are_left_out() -> None:
    hidden = PageInfo("pages/x.py", "Secret", "secret", "", "Hidden.", hidden=True)
    made = {"": curriculum()[""], "Empty": (), "Kept back": (hidden,)}
    assert course(made) == ()


def test_every_built_lesson_has_a_thumbnail_of_its_own() -> None:
    urls = {page.url for page in pages() if page.url}
    assert {file.stem for file in FILES} == urls | {OTHER}
    assert thumbnail("not-built-yet") == thumbnail(OTHER)
    assert len({thumbnail(url) for url in urls}) == len(urls)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_thumbnail_is_small_and_made_of_plain_shapes_in_the_style_of_all(file: Path) -> None:
    text = file.read_text("utf-8")
    assert len(text) < 8000
    root = ElementTree.fromstring(text)
    assert root.attrib == {"viewBox": "0 0 198 112"}
    styled = set(re.findall(r"\.thumb \.([a-z0-9-]+)", STYLE.read_text("utf-8")))
    for node in root.iter():
        assert node.tag.removeprefix("{http://www.w3.org/2000/svg}") in SHAPES
        if node is not root:
            assert set(node.attrib) <= PLACES
            assert set(node.attrib.get("class", "").split()) <= styled
