"""The story of a lesson: what a step sets up, takes back, ticks and asks first."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from dl101_core.curriculum import page_at
from dl101_core.lessons import read_lesson
from dl101_core.server import SCRIPT
from dl101_core.ui.story import DONE
from tests.patience import PATIENCE

STEPS = read_lesson("convolution").steps
ASKING = next(number for number, step in enumerate(STEPS) if step.answers)
CORNER = next(number for number, step in enumerate(STEPS) if step.done)


@pytest.fixture(autouse=True)
def _own_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DL101_STATE_DIR", str(tmp_path))


def opened(**query: str) -> AppTest:
    app = AppTest.from_file(str(SCRIPT), default_timeout=PATIENCE).run()
    for name, value in query.items():
        app.query_params[name] = value
    app.switch_page(page_at("convolution").path).run()
    assert not app.exception
    return app


def value(app: AppTest, name: str) -> Any:
    return app.session_state[f"convolution.{name}"]


def press(app: AppTest, key: str) -> None:
    app.button(key=key).click().run()
    assert not app.exception


def open_step(app: AppTest, number: int) -> None:
    press(app, f"step_{number + 1}")


def title(app: AppTest) -> str:
    return str(app.header[0].value)


def done(app: AppTest) -> set[int]:
    done: set[int] = app.session_state[DONE]["convolution"]
    return done


def sets_up(app: AppTest, number: int) -> bool:
    return all(value(app, name) == wanted for name, wanted in STEPS[number].settings)


def test_a_page_opens_on_its_first_step_set_up() -> None:
    app = opened()
    assert title(app) == f"**1** {STEPS[0].title}"
    assert sets_up(app, 0)
    assert "rail_undo" not in [button.key for button in app.button]


def test_a_link_with_settings_opens_as_it_says() -> None:
    app = opened(step="3", kernel_size="5")
    assert title(app) == f"**3** {STEPS[2].title}"
    assert value(app, "kernel_size") == 5
    assert not sets_up(app, 2)


def test_a_link_with_settings_only_opens_on_the_settings() -> None:
    app = opened(kernel_size="5")
    assert not app.header
    assert value(app, "kernel_size") == 5
    assert set(app.query_params) == {"kernel_size"}
    press(app, "rail_next")
    assert title(app) == f"**1** {STEPS[0].title}"
    assert value(app, "kernel_size") == 5


def test_a_link_to_a_step_sets_it_up() -> None:
    app = opened(step="3")
    assert sets_up(app, 2)


@pytest.mark.parametrize("step", ["0", "99", "two", "-1", "1.5", "²", ""])
def test_a_step_that_there_is_not_is_named(step: str) -> None:
    app = opened(step=step)
    assert title(app) == f"**1** {STEPS[0].title}"
    assert [("step" in warning.value) for warning in app.warning] == ([True] if step else [])


def test_what_a_step_set_up_can_be_undone_and_done_again() -> None:
    app = opened(kernel_size="5", stride="3", step="1")
    before = {name: value(app, name) for name, _ in STEPS[2].settings}
    open_step(app, 2)
    assert sets_up(app, 2)
    assert app.query_params["step"] in ("3", ["3"])
    press(app, "rail_undo")
    assert {name: value(app, name) for name in before} == before
    assert title(app) == f"**3** {STEPS[2].title}"
    press(app, "rail_redo")
    assert sets_up(app, 2)
    press(app, "rail_back")
    assert title(app) == f"**2** {STEPS[1].title}"


def test_moving_a_control_of_the_step_ticks_it_and_another_does_not() -> None:
    app = opened()
    open_step(app, 2)
    app.slider(key="convolution.input_size").set_value(9).run()
    assert 2 not in done(app)
    app.slider(key="convolution.kernel_size").set_value(5).run()
    assert 2 in done(app)


def test_a_change_that_the_picture_sends_ticks_it_too() -> None:
    app = opened()
    open_step(app, 2)
    app.session_state["convolution.kernel_size"] = 5  # as the callback of a picture does
    app.run()
    assert 2 in done(app)


def test_pressing_the_button_of_a_step_ticks_it() -> None:
    app = AppTest.from_file(str(SCRIPT), default_timeout=PATIENCE).run()
    app.switch_page(page_at("training").path).run()
    assert app.session_state[DONE]["training"] == set()
    app.session_state["start_pressed"] = True  # what the button's callback sets
    app.run()
    assert app.session_state[DONE]["training"] == {0}


def test_setting_a_step_up_does_not_tick_it() -> None:
    app = opened()
    open_step(app, 2)
    open_step(app, CORNER)
    press(app, "rail_undo")
    assert not done(app) & {2, CORNER}


def test_a_step_with_a_goal_is_ticked_when_it_is_reached() -> None:
    app = opened()
    open_step(app, CORNER)
    box = app.selectbox(key="convolution.padding")
    box.set_value(1).run()
    assert CORNER not in done(app)
    app.selectbox(key="convolution.padding").set_value(2).run()
    assert CORNER in done(app)


def test_predict_then_see_then_read() -> None:
    app = opened(step="1", kernel_size="5")
    open_step(app, ASKING)
    step = STEPS[ASKING]
    assert value(app, "kernel_size") == 5  # the stage waits for the prediction
    assert app.button(key="rail_next").label == "Next"
    app.radio(key=f"convolution.answer_{ASKING}").set_value(0).run()
    assert app.button(key="rail_next").label == "Show me"
    assert not sets_up(app, ASKING)
    press(app, "rail_next")
    assert sets_up(app, ASKING)
    assert not any(step.reveal in block.value for block in app.markdown)
    assert ASKING not in done(app)
    press(app, "rail_next")
    told = next(block.value for block in app.markdown if step.reveal in block.value)
    assert f"You said: {step.answers[0]}" in told
    assert "**Not quite.**" in told
    assert ASKING in done(app)
    # Whoever comes back is asked again.
    open_step(app, 0)
    open_step(app, ASKING)
    assert app.radio(key=f"convolution.answer_{ASKING}").value is None


def test_reset_brings_back_the_defaults_and_stays_in_place() -> None:
    app = opened(step="3", kernel_size="5", rail="Settings")
    press(app, "rail_reset")
    assert value(app, "kernel_size") == 3
    assert not done(app)
    assert app.query_params["step"] in ("3", ["3"])
    assert app.query_params["rail"] in ("Settings", ["Settings"])
    press(app, "rail_next")
    assert title(app) == f"**3** {STEPS[2].title}"


def test_the_step_and_the_settings_are_there_again_after_another_page() -> None:
    app = opened()
    open_step(app, 2)
    app.slider(key="convolution.kernel_size").set_value(7).run()
    app.query_params.clear()
    app.switch_page(page_at("pooling").path).run()
    app.query_params.clear()
    app.switch_page(page_at("convolution").path).run()
    assert title(app) == f"**3** {STEPS[2].title}"
    assert value(app, "kernel_size") == 7


def test_an_old_link_to_the_experiments_opens() -> None:
    app = opened(tab="Try this", kernel_size="5")
    assert not app.warning
    assert value(app, "kernel_size") == 5
