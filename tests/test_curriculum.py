"""The table of pages is complete and consistent."""

from __future__ import annotations

from pathlib import Path

from dl101_core.curriculum import HOME, STATUS, page_at, pages
from dl101_core.lessons import read_lesson

ROOT = Path(__file__).resolve().parents[1]


def test_every_script_below_pages_is_in_the_navigation_once() -> None:
    scripts = sorted(str(p.relative_to(ROOT)) for p in (ROOT / "pages").rglob("*.py"))
    assert scripts == sorted(page.script for page in (*pages(), STATUS))


def test_no_script_stands_where_streamlit_would_take_it_for_a_page_of_its_own() -> None:
    assert list((ROOT / "pages").glob("*.py")) == []


def test_addresses_are_unique_and_home_is_the_root() -> None:
    urls = [page.url for page in (*pages(), STATUS)]
    assert len(set(urls)) == len(urls)
    assert page_at("") is HOME


def test_the_page_of_the_operator_is_no_part_of_the_course() -> None:
    assert STATUS not in pages()
    assert STATUS.hidden
    assert not any(page.hidden for page in pages())


def test_the_menu_and_the_lesson_agree_on_the_title() -> None:
    assert all(read_lesson(page.lesson).title == page.title for page in pages() if page.lesson)
