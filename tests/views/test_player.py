"""The player alone: buttons, keys, the range, speeds, and what it does by itself."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from dl101_core.views.player import Player
from tests.gallery import plain
from tests.views.alone import mounted

CELLS = Player(steps=16, at=4, unit="cell")


@pytest.fixture(autouse=True)
def clock_goes_on(request: pytest.FixtureRequest) -> Iterator[None]:
    """All pages of a profile share one clock: the next test's must not stand still."""
    names = [name for name in ("page", "phone") if name in request.fixturenames]
    pages: list[Page] = [request.getfixturevalue(name) for name in names]
    yield
    for page in pages:
        page.clock.resume()


def opened(page: Page, data: Player = CELLS) -> Locator:
    page.clock.install()
    mounted(page, "views/player", plain(data))
    page.clock.pause_at(page.evaluate("Date.now() / 1000 + 1"))  # only `run_for` moves it now
    return page.get_by_role("group", name="Player")


def at(player: Locator, step: int, words: str = "") -> None:
    scrub = player.get_by_role("slider")
    expect(scrub).to_have_value(str(step))
    expect(scrub).to_have_attribute("aria-valuetext", words or f"cell {step + 1} of 16")


def test_buttons_step_and_the_range_says_the_step_in_words(page: Page) -> None:
    player = opened(page)
    at(player, 4)
    expect(player.get_by_role("slider")).to_have_accessible_name("Cell")
    for name, step in (("Step forward", 5), ("Step back", 4), ("Step back", 3)):
        player.get_by_role("button", name=name).click()
        at(player, step)
    page.clock.run_for(300)
    expect(player.get_by_role("status")).to_have_text("cell 4 of 16")


def test_it_plays_at_its_speed_and_stops_at_the_end(page: Page) -> None:
    player = opened(page)
    player.get_by_role("button", name="Play").click()
    pause = player.get_by_role("button", name="Pause")
    expect(pause).to_have_attribute("aria-pressed", "true")
    page.clock.run_for(1000)
    at(player, 8)
    player.get_by_label("Speed").select_option("10 a second")
    page.clock.run_for(650)
    at(player, 14)
    page.clock.run_for(5000)
    at(player, 15)
    play = player.get_by_role("button", name="Play")
    expect(play).to_have_attribute("aria-pressed", "false")
    play.click()  # at the end: from the beginning
    at(player, 0)


def test_a_loop_goes_on_at_the_first_step_and_the_learner_stops_it(page: Page) -> None:
    player = opened(page, Player(steps=3, at=2, loops=True))
    player.get_by_role("button", name="Play").click()
    page.clock.run_for(500)
    at(player, 1, "step 2 of 3")
    player.get_by_role("button", name="Step back").click()
    player.get_by_role("button", name="Step back").click()
    at(player, 2, "step 3 of 3")
    page.clock.run_for(5000)
    at(player, 2, "step 3 of 3")


@pytest.mark.parametrize("focus", ["Play", "Step back", "slider"])
def test_keys_do_the_same_wherever_the_focus_is(page: Page, focus: str) -> None:
    player = opened(page)
    place = player.get_by_role("slider")
    (place if focus == "slider" else player.get_by_role("button", name=focus)).focus()
    for key, step in (("ArrowRight", 5), ("ArrowLeft", 4), ("End", 15), ("Home", 0)):
        page.keyboard.press(key)
        at(player, step)
    if focus == "Step back":
        return  # there, space presses the button
    page.keyboard.press(" ")
    expect(player.get_by_role("button", name="Pause")).to_be_visible()
    page.clock.run_for(250)
    at(player, 1)
    page.keyboard.press(" ")
    page.clock.run_for(2000)
    at(player, 1)


def test_arrows_in_the_list_of_speeds_choose_a_speed(page: Page) -> None:
    player = opened(page)
    player.get_by_label("Speed").focus()
    page.keyboard.press("ArrowRight")
    expect(player.get_by_label("Speed")).to_have_value("10")
    at(player, 4)


def test_scrubbing_stops_it(page: Page) -> None:
    player = opened(page)
    player.get_by_role("button", name="Play").click()
    player.get_by_role("slider").fill("11")
    page.clock.run_for(3000)
    at(player, 11)
    expect(player.get_by_role("button", name="Play")).to_be_visible()


def test_it_starts_by_itself_if_told_once(page: Page) -> None:
    labels = tuple("abcdef")
    data = Player(steps=6, labels=labels, starts=True, speed=2)
    page.clock.install()
    alone = mounted(page, "views/player", plain(data))
    player = page.get_by_role("group", name="Player")
    page.clock.run_for(1100)
    player.get_by_role("button", name="Pause").click()
    alone.show(plain(data))
    expect(player.get_by_role("button", name="Play")).to_be_visible()
    assert alone.sent == []


def test_with_reduced_motion_it_waits_and_is_slow_at_first(page: Page) -> None:
    page.emulate_media(reduced_motion="reduce")
    player = opened(page, Player(steps=16, unit="cell", starts=True, speed=30))
    page.clock.run_for(3000)
    at(player, 0)
    expect(player.get_by_label("Speed")).to_have_value("1")
    player.get_by_role("button", name="Play").click()
    page.clock.run_for(2100)
    at(player, 2)


def test_a_finger_plays_and_steps_on_large_buttons(phone: Page) -> None:
    player = opened(phone)
    for button in player.get_by_role("button").all():
        box = button.bounding_box()
        assert box
        assert min(box["width"], box["height"]) >= 40
    player.get_by_role("button", name="Step forward").tap()
    at(player, 5)


OLD: list[dict[str, Any]] = [
    {"steps": 3},
    {"steps": 0, "at": 7, "speeds": [], "labels": []},
    {"steps": 3, "at": -2, "speeds": [0, 2]},
]


@pytest.mark.parametrize("data", OLD, ids=range(len(OLD)))
def test_older_or_invalid_data_does_no_harm(page: Page, data: dict[str, Any]) -> None:
    said: list[str] = []
    page.on("pageerror", lambda error: said.append(str(error)))
    mounted(page, "views/player", data)
    page.get_by_role("button", name="Step forward").click()
    page.get_by_role("button", name="Play").click()
    page.get_by_role("button", name="Step back").click()
    expect(page.get_by_role("slider")).to_have_value("0")
    assert said == []


def test_the_struct_refuses_what_makes_no_sense() -> None:
    for wrong in (
        {"steps": 2, "at": 2},
        {"steps": 2, "labels": ("one",)},
        {"steps": 2, "speeds": ()},
    ):
        with pytest.raises(ValueError, match=r"step|speed"):
            Player(**wrong)  # type: ignore[arg-type]
