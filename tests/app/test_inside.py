"""The page "What the network sees" beyond the frame that every page shares."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from dl101_core.cnn.inside import climb_view as inside_climb
from dl101_core.cnn.inside.climb_view import climb_data
from dl101_core.cnn.inside.controls import VIEWS
from dl101_core.cnn.inside.view import read_unit
from dl101_core.curriculum import page_at
from dl101_core.explain import Dreamt
from dl101_core.explain.studio import Progress
from dl101_core.models import ModelConfig
from dl101_core.server import SCRIPT
from dl101_core.tasks.images.config import ImageConfig
from dl101_core.weights import load_shipped
from tests.app.one_run import RUN, only
from tests.patience import PATIENCE, wait_for
from tests.scripts import run_script


@pytest.fixture
def one_run(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    config = ImageConfig(
        model=ModelConfig(name="cnn", hidden_size=8, num_layers=1, channels=2),
        train_size=64,
        val_size=10,
        epochs=1,
    )
    yield from only(config, monkeypatch)


@pytest.fixture(autouse=True)
def _own_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DL101_STATE_DIR", str(tmp_path))


def opened(**query: str) -> AppTest:
    app = AppTest.from_file(str(SCRIPT), default_timeout=60).run()
    for name, value in query.items():
        app.query_params[name] = value
    app.switch_page(page_at("inside").path).run()
    assert not app.exception, app.exception
    return app


def test_every_view_opens_for_every_network_and_what_is_missing_is_said() -> None:
    app = opened()
    without_maps = []
    for network in ("cnn", "mlp", "softmax", "gru"):
        app.selectbox(key="inside.network").set_value(network)
        for view in VIEWS:
            app.session_state["inside.view"] = view
            app.run()
            assert not app.exception, (network, view, app.exception)
            assert not app.warning
            if app.info:
                without_maps.append((network, view))
    assert without_maps == [("gru", "maps"), ("gru", "kernels"), ("gru", "excite")]


def test_the_code_of_every_view_prints_what_the_page_shows() -> None:
    app = opened(tab="The code")
    for network, view in [("cnn", v) for v in VIEWS] + [("gru", "softmax"), ("gru", "gradients")]:
        app.selectbox(key="inside.network").set_value(network)
        app.session_state["inside.view"] = view
        app.session_state["inside.layer"] = 3
        app.run()
        source, *printed = [block.value for block in app.code]
        told = run_script(source)
        assert told
        if printed:  # nothing was climbed yet
            assert told == printed[0].strip(), (network, view)


def test_another_network_keeps_the_nearest_layer_and_filter_that_it_has() -> None:
    app = opened()
    app.selectbox(key="inside.layer").set_value(5).run()
    app.number_input(key="inside.unit").set_value(32).run()
    app.selectbox(key="inside.layer").set_value(3).run()
    assert app.number_input(key="inside.unit").value == 32
    app.selectbox(key="inside.layer").set_value(0).run()
    assert app.number_input(key="inside.unit").value == 16
    app.selectbox(key="inside.layer").set_value(7).run()
    app.selectbox(key="inside.network").set_value("softmax").run()
    assert app.selectbox(key="inside.layer").value == 1
    assert not app.exception
    assert not app.warning


def test_a_run_of_the_learner_is_looked_into(one_run: None) -> None:
    app = opened(runs=RUN, tab="The code")
    app.selectbox(key="inside.network").set_value(RUN).run()
    assert not app.exception
    code = app.code[0].value
    assert 'load_file("network.safetensors")' in code
    assert "nn.Conv2d(1, 2, kernel_size=(5, 5)" in code
    assert app.number_input(key="inside.unit").max == 2


def test_a_picture_or_a_drawing_takes_the_place_of_a_test_image() -> None:
    app = opened(source="Own picture")
    assert app.file_uploader(key="inside.photo") is not None
    app.selectbox(key="inside.source").set_value("draw").run()
    app.session_state["inside.pad"] = {"drawing": {"strokes": [[[100, 100]]], "seq": 1}}
    app.run()
    assert not app.exception
    assert "single dot" in app.info[0].value


def test_a_message_that_no_picture_sends_is_ignored() -> None:
    assert read_unit(3) == 3
    for message in (None, "3", -1, 10**9, True, [3], {"unit": 3}, 1.0):
        assert read_unit(message) is None


def test_a_filter_is_climbed_in_the_background_and_the_code_then_prints_its_answer() -> None:
    app = opened(view="Excite a filter", tab="The code", steps="8")
    assert len(app.code) == 1  # nothing to print yet
    app.button(key="climb_start").click().run()
    wait_for(lambda: inside_climb.studio().waiting() == 0)
    app.run()
    assert not app.exception
    assert app.code[1].value.startswith("answer after 8 steps: ")
    app.number_input(key="inside.seed").set_value(1).run()
    assert len(app.code) == 1  # other settings, another climb


def test_a_climb_is_shown_on_its_way_and_can_be_cancelled(monkeypatch: pytest.MonkeyPatch) -> None:
    allowed, ascend = threading.Semaphore(3), inside_climb.ascend

    def by_permission(*of: Any) -> Iterator[Dreamt | None]:
        for reached in ascend(*of):
            assert allowed.acquire(timeout=PATIENCE)
            yield reached

    monkeypatch.setattr(inside_climb, "ascend", by_permission)
    app = opened(view="Excite a filter", steps="256")
    assert app.button(key="climb_cancel").disabled
    app.button(key="climb_start").click().run()
    key = app.session_state["climb_key"]
    wait_for(lambda: studio_of(key).shown)
    app.run()
    assert not app.exception
    assert not app.button(key="climb_cancel").disabled
    _, config, progress = app.session_state["climb"]
    words = climb_data(progress, load_shipped("cnn"), tuple("0123456789"), config, "A")["words"]
    assert words.startswith("A: climbing, step ")
    app.button(key="climb_cancel").click().run()
    allowed.release(256)
    _, config, progress = app.session_state["climb"]
    assert progress.state == "cancelled"
    words = climb_data(progress, load_shipped("cnn"), tuple("0123456789"), config, "A")["words"]
    assert words == f"A: stopped after step {progress.last.step}."
    assert app.button(key="climb_cancel").disabled


def studio_of(key: str) -> Progress:
    return inside_climb.studio().look(key) or Progress("failed")
