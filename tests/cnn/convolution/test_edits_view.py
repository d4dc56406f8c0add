"""Messages about changed cells, and how long their changes stay."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

from dl101_core.cnn.convolution.edits_view import read_message
from dl101_core.curriculum import HOME, page_at
from dl101_core.server import SCRIPT
from tests.fuzz.strategies import JSON, many

PAGE = page_at("convolution").path


@given(JSON | st.text("0123456789|~._-abcdv", max_size=40))
@many(200)
def test_any_message_is_three_parts_or_nothing(message: Any) -> None:
    parts = read_message(message)
    if parts is not None:
        assert "|".join(map(str, (parts[1], parts[2]))) in message


def test_our_own_messages_are_read_and_too_long_ones_are_not() -> None:
    assert read_message("12|1~0000|") == (12, "1~0000", "")
    assert read_message("12|reset|") == (12, "reset", "")
    assert read_message(f"12|{'1' * 30_000}|") is None


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    monkeypatch.setenv("DL101_STATE_DIR", str(tmp_path))
    return AppTest.from_file(str(SCRIPT), default_timeout=60).run()


@pytest.mark.app
def test_changes_go_with_another_pattern_and_stay_while_another_page_is_seen(app: AppTest) -> None:
    app.query_params["image_edits"] = "1~0000"
    app.query_params["kernel_edits"] = "2~0000"
    app.switch_page(PAGE).run()
    assert not app.exception
    assert app.session_state["convolution.image_edits"] == "1~0000"
    app.selectbox(key="convolution.image").set_value("circle").run()
    assert app.session_state["convolution.image_edits"] == ""
    assert "image_edits" not in app.query_params
    app.switch_page(HOME.path).run()
    app.query_params.clear()  # as the browser does at a visit by the menu
    app.switch_page(PAGE).run()
    assert not app.exception
    assert app.session_state["convolution.kernel_edits"] == "2~0000"
    assert app.query_params["kernel_edits"] in ("2~0000", ["2~0000"])


@pytest.mark.app
def test_a_step_brings_its_settings_into_the_link_from_the_other_mode(app: AppTest) -> None:
    app.query_params["mode"] = "Transposed"
    app.query_params["step"] = "1"
    app.switch_page(PAGE).run()
    app.button(key="step_3").click().run()
    assert not app.exception
    assert app.session_state["convolution.padding"] == 1
    assert app.query_params["padding"] in ("1", ["1"])
