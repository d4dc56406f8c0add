"""The wiring of the dropout page: one press for two runs, links anybody may send, the masks."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from dl101_core.cnn.dropout.compute import NETS, gap_of, pair_of
from dl101_core.cnn.dropout.example import read_example, seeds_sentence
from dl101_core.cnn.dropout.example_view import example_gaps
from dl101_core.cnn.dropout.masks import activations, draw_masks, fresh_net, places
from dl101_core.cnn.dropout.masks_view import error_sentence
from dl101_core.cnn.dropout.maths import gap_sentence, name_of
from dl101_core.data import load
from dl101_core.jobs.runner import RunSpec, new_run_id, owner_of
from dl101_core.lab import session_runs as runs
from dl101_core.limits import Limits
from dl101_core.models import ModelConfig
from dl101_core.tasks.images.config import ImageConfig
from tests.inline import InlineRunner

PAGE = Path(__file__).resolve().parents[2] / "pages" / "cnn" / "dropout.py"
TINY = {"net": "Small net", "train_size": "64", "val_size": "20", "epochs": "2", "seed": "4"}


pytestmark = pytest.mark.usefixtures("page_alone")


@pytest.fixture(autouse=True)
def inline_runner(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[InlineRunner]:
    """Trains inside the page's own calls, on the built-in strokes."""
    runner = InlineRunner(Limits(waiting_per_owner=1), steps=20)
    monkeypatch.setattr(runs, "local_runner", lambda: runner)
    monkeypatch.setenv("DL101_DATA_DIR", str(tmp_path))
    st.cache_resource.clear()
    yield runner
    st.cache_resource.clear()


def opened(**query: str) -> AppTest:
    page = AppTest.from_file(PAGE, default_timeout=30)
    for key, value in query.items():
        page.query_params[key] = value
    page.run()
    assert not page.exception
    return page


def said(page: AppTest) -> str:
    boxes = (*page.markdown, *page.error, *page.warning, *page.info, *page.caption, *page.toast)
    return " ".join(box.value for box in boxes)


def runs_of(page: AppTest) -> list[str]:
    value = page.query_params["runs"]
    return (value[0] if isinstance(value, list) else value).split(",")


def test_one_press_trains_both_and_names_the_gap(inline_runner: InlineRunner) -> None:
    page = opened(**TINY, tab="The code")
    assert page.selectbox("dropout.data").value == "strokes"
    page.button("start").click().run()
    ids = runs_of(page)
    for _ in range(20):
        page.run()
        if all(inline_runner.status(one).ended for one in ids):
            break
    page.run()
    known = [inline_runner.status(one) for one in ids]
    pair = pair_of(status.config for status in known)
    assert pair is not None
    assert (pair.net, pair.train_size, pair.epochs, pair.seed) == ("cnn", 64, 2, 4)
    assert [status.config.model.dropout for status in known] == [0.0, 0.5]
    told = [
        (name_of(status.config), gap_of(status.config, inline_runner.checkpoint(status.run_id)))  # type: ignore[arg-type]
        for status in known
    ]
    assert gap_sentence(told) in said(page)
    for _, part in told:
        assert f"{100 * part.train.accuracy:.1f} %" in said(page)
        assert f"**{part.points:.1f} points**".replace("-", "−") in said(page)
        assert f"gap {part.points:.1f} points" in page.code[1].value
    # The link alone gives the pair and its settings, in either order; other settings are named.
    elsewhere = opened(runs=",".join(reversed(ids)))
    assert elsewhere.number_input("dropout.seed").value == 4
    assert gap_sentence(told) in said(elsewhere)
    elsewhere.number_input("dropout.seed").set_value(5).run()
    assert "The curves are of other settings: seed 4. Press Start both" in said(elsewhere)
    assert not elsewhere.exception
    # The masks are now those of the trained net with dropout.
    link = {"runs": ",".join(ids), "view": "The masks", "net": "Small net", "image": "3"}
    masks = opened(**link)
    assert "your net with dropout, trained for 2 steps" in said(masks)
    assert "drops in one place" in said(masks)


def test_before_the_first_press_a_recorded_pair_is_told() -> None:
    page = opened()
    assert seeds_sentence(read_example()) in said(page)
    assert gap_sentence(example_gaps()) in said(page)
    assert "The example has other settings" not in said(page)
    page.number_input("dropout.seed").set_value(3).run()
    assert "The example has other settings: seed 0." in said(page)
    page.button("start").click().run()
    assert seeds_sentence(read_example()) not in said(page)
    assert not page.exception


def test_while_they_train_both_are_held_and_stopped_together(inline_runner: InlineRunner) -> None:
    page = opened(**{**TINY, "epochs": "100", "train_size": "2000"})
    page.button("start").click().run()
    ids = runs_of(page)
    page.button("pause_resume").click().run()
    assert {inline_runner.status(one).state for one in ids} == {"paused"}
    page.run()
    assert page.button("pause_resume").label == "Resume both"
    # The runs exist already: another press resumes them and starts no others.
    page.button("start").click().run()
    assert runs_of(page) == ids
    assert page.button("pause_resume").label == "Pause both"
    assert "paused" not in {inline_runner.status(one).state for one in ids}
    page.button("stop").click().run()
    for _ in range(20):
        page.run()
    assert {inline_runner.status(one).state for one in ids} == {"stopped"}
    assert not page.exception


def test_a_limit_that_stands_in_the_way_is_said(inline_runner: InlineRunner) -> None:
    page = opened(**{**TINY, "epochs": "100", "train_size": "2000"})
    page.button("start").click().run()
    page.number_input("dropout.seed").set_value(5).run()
    page.button("start").click().run()
    assert "as many as one learner may have here" in said(page)
    assert not page.exception


def test_a_link_to_anything_but_such_a_pair_is_a_sentence(inline_runner: InlineRunner) -> None:
    def run(config: ImageConfig) -> str:
        owner = owner_of(new_run_id())
        return inline_runner.submit(RunSpec(new_run_id(), owner, config))

    softmax = run(ImageConfig(model=ModelConfig(name="softmax"), train_size=10, epochs=1))
    without = run(
        ImageConfig(
            model=ModelConfig(name="cnn", hidden_size=64, num_layers=1, channels=8),
            train_size=10,
            epochs=1,
        )
    )
    for link in ("x", ",", "<b>no</b>", "../../etc/passwd", "a" * 22, "é" * 400, softmax,
                 f"{without},{without}", f"{without},{softmax}", f"{without},x"):  # fmt: skip
        page = opened(runs=link)
        assert "The link names training runs." in said(page), link
        assert "no" not in [box.value for box in page.markdown]
        assert not page.button("start").disabled
    alone = opened(runs=without)
    assert "The link names" not in said(alone)
    assert "Only they can pause" in said(alone) or inline_runner.status(without).ended


def test_the_masks_of_a_fresh_net_are_told_with_their_numbers() -> None:
    layer = {"net": NETS["fashion_cnn"], "layer": "After convolution 2", "dropout": "0.6"}
    page = opened(view="The masks", image="7", seed="3", **layer)
    place = places("fashion_cnn", 0.6)[1]
    split = load("strokes").test
    before = activations(fresh_net("fashion_cnn", 0.6, 3), place, split.images[7])
    drawn = draw_masks(before, place, 1, 64)
    assert error_sentence(drawn) in said(page)
    assert f"Test image 7 ({int(split.labels[7])}), in the net before any training" in said(page)
    page.button("next_masks").click().run()
    assert page.number_input("dropout.mask_seed").value == 2
    assert error_sentence(draw_masks(before, place, 2, 64)) in said(page)
    page.toggle("dropout.evaluation").set_value(True).run()
    assert "the difference is 0" in said(page)
    assert not page.exception


def test_missing_data_is_said_in_both_views() -> None:
    for view in ("Two trainings", "The masks"):
        page = opened(data="Fashion-MNIST", view=view)
        assert "Fashion-MNIST is not on this machine yet" in said(page)
        assert page.button("download")
