"""An invalid message of a client-side part is ignored and logged, and the page goes on."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.proto.WidgetStates_pb2 import WidgetState, WidgetStates
from streamlit.runtime.state.session_state import WStates
from streamlit.testing.v1 import AppTest

from dl101_core.curriculum import page_at
from dl101_core.server import SCRIPT
from dl101_core.server.streamlit_patches import ignore_unreadable_values

BAD = {
    "no JSON": "{not json",
    "empty": "",
    "too deep": "[" * 100_000,
    "a number that is too long": "9" * 5000,
    "half a character": '{"drawing": "\\ud800"}',
    "a list": "[1, 2]",
    "a word": '"drawing"',
    "nothing": "null",
    "other fields": '{"a": {"b": []}}',
    "not a number": '{"drawing": NaN, "cells": Infinity, "news": -Infinity}',
}


@pytest.fixture(autouse=True)
def _patched(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DL101_STATE_DIR", str(tmp_path))
    monkeypatch.setattr(WStates, "__getitem__", WStates.__getitem__)  # put back at the end
    ignore_unreadable_values()
    ignore_unreadable_values()  # a second call must not wrap it again


def parts(app: AppTest) -> list[str]:
    """The ids of the client-side parts on the page."""
    found: list[str] = []

    def walk(node: object) -> None:
        proto = getattr(node, "proto", None)
        if type(proto).__name__ == "BidiComponent":
            found.append(proto.id)  # type: ignore[union-attr]
        for child in getattr(node, "children", {}).values():
            walk(child)

    walk(app._tree)
    return found


@pytest.mark.app
@pytest.mark.parametrize("url", ["convolution", "filters", "builder", "draw"])
def test_a_bad_message_to_any_part_leaves_the_page_as_it_was(
    url: str, caplog: pytest.LogCaptureFixture
) -> None:
    app = AppTest.from_file(str(SCRIPT), default_timeout=60).run()
    app.switch_page(page_at(url).path).run()
    ids = parts(app)
    assert len(ids) >= 2
    for text in BAD.values():
        states = WidgetStates(widgets=[WidgetState(id=id, json_value=text) for id in ids])
        with caplog.at_level("WARNING"):
            app._run(states)
        assert not app.exception, text
    said = "a value that a browser sent cannot be read: JSONDecodeError"
    assert caplog.text.count(said) == len(ids)  # once for each part, however often
    app.run()
    assert not app.exception


@pytest.mark.app
def test_a_value_of_another_kind_is_ignored_too() -> None:
    app = AppTest.from_file(str(SCRIPT), default_timeout=60).run()
    app.switch_page(page_at("convolution").path).run()
    for id in parts(app):
        app._run(WidgetStates(widgets=[WidgetState(id=id, int_value=7)]))
        assert not app.exception


def test_a_widget_that_sent_nothing_is_still_missing() -> None:
    with pytest.raises(KeyError):
        WStates()["nobody"]
