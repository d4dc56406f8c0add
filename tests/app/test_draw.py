"""The page "Draw a digit" beyond the frame that every page shares."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator

import numpy as np
import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from dl101_core.curriculum import page_at
from dl101_core.draw.digits import DOT, EMPTY
from dl101_core.models import ModelConfig
from dl101_core.server import SCRIPT
from dl101_core.tasks.images.config import ImageConfig
from dl101_core.ui import rates
from tests.app.one_run import RUN, only


@pytest.fixture
def one_run(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    config = ImageConfig(
        model=ModelConfig(name="mlp", hidden_size=8), train_size=64, val_size=10, epochs=1
    )
    yield from only(config, monkeypatch)


def opened(query: dict[str, str] | None = None, message: object = None) -> AppTest:
    app = AppTest.from_file(str(SCRIPT), default_timeout=60).run()
    for name, value in (query or {}).items():
        app.query_params[name] = value
    app.switch_page(page_at("draw").path)
    if message is not None:
        app.session_state["draw.pad"] = {"drawing": message}
    app.run()
    assert not app.exception, app.exception
    return app


def blocks(app: AppTest) -> str:
    found: list[str] = []

    def walk(node: object) -> None:
        found.append(str(getattr(node, "proto", "")))
        for child in getattr(node, "children", {}).values():
            walk(child)

    walk(app.main)
    return "".join(found)


def test_a_finished_run_of_the_learner_reads_the_drawing_too(one_run: None) -> None:
    app = opened({"runs": RUN})
    assert "Your run 1: Multi-layer perceptron" in blocks(app)
    assert not app.warning


def test_a_run_that_is_gone_is_named_and_the_shipped_networks_still_answer(one_run: None) -> None:
    app = opened({"runs": "../../etc/passwd"})
    assert ["not here any more" in warning.value for warning in app.warning] == [True]
    assert "GRU, row by row" in blocks(app)


@pytest.mark.parametrize(
    ("strokes", "sentence"), [([], EMPTY), ([[[100, 100]]], DOT), ([[]], EMPTY)]
)
def test_an_empty_pad_and_a_dot_get_a_sentence(strokes: object, sentence: str) -> None:
    app = opened(message={"strokes": strokes, "seq": 1})
    assert sentence in blocks(app)


@pytest.mark.parametrize(
    "message", ["text", {"strokes": [[[float("nan"), 1]]]}, {"strokes": [[[10**400, 1]]]}, 3, {}]
)
def test_a_message_that_no_pad_sends_is_refused(message: object) -> None:
    app = opened(message=message)
    assert re.search(r'"panels": ?\[\]', blocks(app).replace("\\", ""))


def test_a_flood_of_drawings_gets_a_sentence_and_the_pad_goes_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("DL101_DRAWINGS_PER_MINUTE", "4")
    rates._rate.cache_clear()
    app = opened()
    stroke = [[140, 40 + 10 * n] for n in range(20)]
    for seq in range(1, 6):
        app.session_state["draw.pad"] = {"drawing": {"strokes": [stroke], "seq": seq}}
        app.session_state["draw.pad_new"] = True
        app.run()
        assert not app.exception
        said = "You may send 4 drawings a minute. Try again in " in blocks(app)
        assert said == (seq == 5)
    rates._rate.cache_clear()
    app.session_state["draw.pad"] = {"drawing": {"strokes": [stroke], "seq": 6}}
    app.run()
    assert "You may send" not in blocks(app)


def test_a_photo_of_a_digit_is_read_and_a_broken_file_gets_a_sentence() -> None:
    app = opened({"start": "A photo"})
    assert "Choose a picture with one digit on it." in blocks(app)
    picture = np.full((90, 90), 230, np.uint8)
    picture[15:75, 42:48] = 30
    buffer = io.BytesIO()
    Image.fromarray(picture).save(buffer, "PNG")
    app.file_uploader(key="draw.photo").set_value(("one.png", buffer.getvalue(), "image/png")).run()
    assert not app.exception
    assert "Choose a picture" not in blocks(app)
    app.file_uploader(key="draw.photo").set_value(("x.png", b"not a picture", "image/png")).run()
    assert not app.exception
    assert "not a picture" in blocks(app)


def test_what_was_drawn_over_another_start_is_not_read() -> None:
    dot = {"strokes": [[[100, 100]]], "seq": 3, "token": "tiny"}
    assert DOT in blocks(opened({"start": "A tiny 4"}, dot))
    assert DOT not in blocks(opened({"start": "A boxy 6"}, dot))
