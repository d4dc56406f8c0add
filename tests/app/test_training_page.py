"""The wiring of the training lab: effects of the URL, the buttons and errors on the page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from dl101_core.data import downloads
from dl101_core.data.downloads import DownloadStatus
from dl101_core.lab import session_runs as runs
from dl101_core.lab.start_view import too_many_images
from dl101_core.lessons import read_lesson
from dl101_core.models import MODELS
from dl101_core.optim import OPTIMIZERS
from dl101_core.tasks.images.config import ImageConfig
from dl101_core.training.events import LearningRateChanged
from tests.inline import InlineRunner

PAGE = Path(__file__).resolve().parents[2] / "pages" / "lab" / "training.py"
TINY = {"model": "Softmax regression", "optimizer": "SGD", "lr": "0.1", "epochs": "2"}


pytestmark = pytest.mark.usefixtures("page_alone")


@pytest.fixture(autouse=True)
def inline_runner(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[InlineRunner]:
    """Trains inside the page's own calls: no process, no waiting."""
    runner = InlineRunner(steps=200)
    monkeypatch.setattr(runs, "local_runner", lambda: runner)
    monkeypatch.setenv("DL101_DATA_DIR", str(tmp_path))
    monkeypatch.setattr(downloads, "_statuses", {})
    st.cache_resource.clear()
    yield runner
    st.cache_resource.clear()


def lab(**query: str) -> AppTest:
    page = AppTest.from_file(PAGE, default_timeout=30)
    for key, value in query.items():
        page.query_params[key] = value
    return page.run()


def said(page: AppTest) -> str:
    boxes = (*page.success, *page.error, *page.warning, *page.info, *page.toast)
    return " ".join(box.value for box in boxes)


def finish(page: AppTest) -> AppTest:
    for _ in range(30):
        page.run()
        if page.success or page.error:
            return page
    raise AssertionError("the run never ended")


def start(page: AppTest) -> AppTest:
    return page.button("start").click().run()


def run_of(page: AppTest) -> str:
    value = page.query_params["run"]
    return value[0] if isinstance(value, list) else value


def test_the_page_opens_without_a_run() -> None:
    page = lab()
    assert not page.exception
    assert page.title[0].value == "Training lab"
    assert not page.button("start").disabled


def test_nesterov_without_momentum_says_why_it_cannot_start() -> None:
    page = lab(optimizer="Nesterov momentum", momentum="0.0")
    assert not page.exception
    assert page.button("start").disabled
    assert "momentum (=0) must be above 0 for Nesterov momentum" in said(page)


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_every_optimizer_brings_its_own_learning_rate(optimizer: str) -> None:
    page = lab(optimizer="SGD" if optimizer == "adam" else "Adam")
    page.selectbox("training.optimizer").select(optimizer).run()
    assert not page.exception
    assert page.number_input("training.lr").value == OPTIMIZERS[optimizer].default_lr


@pytest.mark.parametrize("model", MODELS)
def test_every_model_shows_only_the_settings_that_it_uses(model: str) -> None:
    page = lab(model=MODELS[model].title)
    assert not page.exception
    shown = {slider.key.removeprefix("training.") for slider in page.slider}
    names = {"hidden_size", "num_layers", "channels", "dropout"}
    assert shown & names == set(MODELS[model].settings) - {"layers"}
    assert bool(page.text_input) == ("layers" in MODELS[model].settings)


def test_a_link_holds_the_whole_experiment() -> None:
    page = lab(**TINY, batch_size="20", seed="7", train_size="300", weight_decay="0.01")
    start(page)
    config = runs.get_runner().status(run_of(page)).config
    assert (config.model.name, config.optimizer.name) == ("softmax", "sgd")
    assert (config.optimizer.lr, config.optimizer.weight_decay) == (0.1, 0.01)
    assert (config.batch_size, config.seed, config.train_size, config.epochs) == (20, 7, 300, 2)


def test_a_run_ends_with_its_accuracy_and_its_script_prints_it() -> None:
    page = finish(start(lab(**TINY, train_size="300", tab="The code")))
    accuracy = re.search(r"Test accuracy \*\*(0\.\d{4})\*\* on 4,000 images", said(page))
    assert accuracy
    assert page.code[1].value.splitlines()[-1] == f"test accuracy {accuracy[1]}"


def test_the_code_prints_nothing_before_these_settings_were_trained() -> None:
    page = finish(start(lab(**TINY, train_size="300", tab="The code")))
    page.number_input("training.seed").set_value(8).run()
    assert len(page.code) == 1
    assert "manual_seed(8)" in page.code[0].value


def test_a_second_start_of_a_training_run_shows_that_run(inline_runner: InlineRunner) -> None:
    page = start(lab(model="Softmax regression", epochs="100"))
    first = run_of(page)
    start(page)
    assert run_of(page) == first
    assert "training already" in said(page)
    assert len(inline_runner.runs()) == 1


def test_start_with_the_settings_of_a_paused_run_lets_it_go_on(
    inline_runner: InlineRunner,
) -> None:
    page = start(lab(model="Softmax regression", epochs="100"))
    first = run_of(page)
    page.button("pause_resume").click().run()
    page.run()
    status = inline_runner.status(first)
    assert status.state == "paused"
    start(page)
    assert run_of(page) == first
    assert f"You had paused this run at step {status.step:,}: it goes on." in said(page)
    assert inline_runner.status(first).state == "running"
    assert page.button("pause_resume").label == "Pause"
    assert len(inline_runner.runs()) == 1


def test_what_is_typed_just_before_start_is_what_trains() -> None:
    page = lab(**TINY, seed="7")
    page.number_input("training.seed").set_value(53)
    start(page)
    assert runs.get_runner().status(run_of(page)).config.seed == 53


def test_what_is_typed_just_before_apply_is_the_new_learning_rate() -> None:
    page = start(lab(model="Softmax regression", epochs="100"))
    page.number_input("new_lr").set_value(0.0005)
    page.button("apply_lr").click().run()
    assert "the learning rate is 0.0005" in said(page)
    events = [event for _, event in runs.get_runner().events(run_of(page), 0)]
    assert [e.lr for e in events if isinstance(e, LearningRateChanged)] == [0.0005]


def test_the_same_settings_can_be_trained_again_when_they_have_ended() -> None:
    page = finish(start(lab(**TINY, train_size="300")))
    first = run_of(page)
    start(page)
    assert run_of(page) != first


@pytest.mark.parametrize("run", ["x", "", "<b>no</b>", "../../etc/passwd", "a" * 22, "é" * 400])
def test_an_unknown_run_in_the_link_is_a_sentence(run: str) -> None:
    page = lab(run=run)
    assert not page.exception
    assert "There is no such run here any more" in said(page)
    assert not page.button("start").disabled


def test_a_link_with_only_a_run_brings_the_settings_of_that_run() -> None:
    page = finish(start(lab(**TINY, train_size="300", seed="9")))
    elsewhere = lab(run=run_of(page))
    assert elsewhere.number_input("training.seed").value == 9
    assert elsewhere.selectbox("training.model").value == "softmax"
    assert elsewhere.number_input("training.train_size").value == 300
    assert "Finished" in said(elsewhere)


def test_a_diverging_run_offers_a_learning_rate_that_it_puts_into_the_control() -> None:
    page = finish(start(lab(model="Multi-layer perceptron", optimizer="SGD", lr="100")))
    assert "too large" in said(page)
    page.button("use_safe_lr").click().run()
    lr = page.number_input("training.lr").value
    assert 0 < lr < 100
    assert f"try lr = {lr:g}" in said(page)


def test_more_images_than_there_are_is_said_before_anything_starts() -> None:
    page = lab(train_size="59000")
    assert page.button("start").disabled
    assert "choose at most 19,000 training images" in said(page)


def test_a_data_set_with_too_few_images_is_said_to_be_too_small() -> None:
    assert too_many_images(ImageConfig(train_size=10), 1010) == ""
    assert "choose at most 10 training" in too_many_images(ImageConfig(train_size=11), 1010)
    small = too_many_images(ImageConfig(train_size=11), 750)
    assert "only 750 images here" in small
    assert "choose other data" in small


def test_missing_data_is_offered_for_download(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    monkeypatch.setattr("dl101_core.lab.data_view.start_download", asked.append)
    page = lab(data="MNIST")
    assert page.button("start").disabled
    assert "MNIST is not on this machine yet" in said(page)
    page.button("download").click().run()
    assert asked == ["mnist"]


def test_a_failed_download_is_said_and_can_be_tried_again() -> None:
    failed = DownloadStatus("mnist", "failed", 5, 10, "MNIST could not be downloaded: no.")
    downloads._statuses["mnist"] = failed
    page = lab(data="MNIST")
    assert "could not be downloaded" in said(page)
    assert not page.button("download").disabled
    assert not lab().button("start").disabled, "strokes go on"


def test_damaged_data_files_are_said_and_can_be_downloaded_again(tmp_path: Path) -> None:
    raw = tmp_path / "MNIST" / "raw"
    raw.mkdir(parents=True)
    for stem in ("train-images-idx3", "train-labels-idx1", "t10k-images-idx3", "t10k-labels-idx1"):
        (raw / f"{stem}-ubyte").write_bytes(b"\x00\x00\x08\x03garbage")
    page = lab(data="MNIST")
    assert not page.exception
    assert page.button("start").disabled
    assert "files of MNIST are damaged" in said(page)
    assert not page.button("download").disabled


def test_impossible_values_in_a_link_are_named_and_dropped() -> None:
    page = lab(lr="nan", epochs="1000000", model="Transformer", dropout="-3", seed="1e99")
    assert not page.exception
    for field in ("lr", "epochs", "model", "dropout", "seed"):
        assert field in said(page)
    assert page.number_input("training.lr").value == ImageConfig().optimizer.lr


def test_an_earlier_run_can_be_opened_and_its_settings_used() -> None:
    page = finish(start(lab(**TINY, train_size="300", seed="1")))
    first = run_of(page)
    page.number_input("training.seed").set_value(2).run()
    finish(start(page))
    boxes = [box.label for box in page.checkbox]
    assert len(boxes) == 1
    assert boxes[0].startswith("Run 1: seed 1 · test accuracy 0.")
    page.button(f"open_{first}").click().run()
    assert run_of(page) == first
    page.button("use_settings").click().run()
    assert page.number_input("training.seed").value == 1


@pytest.mark.parametrize("number", range(4))
def test_a_step_sets_up_what_its_text_says(number: int) -> None:
    step = read_lesson("training").steps[number]
    wanted = dict(step.settings)
    page = lab(step=str(number + 1))
    if step.answers:
        page.radio(f"training.answer_{number}").set_value(0).run()
        page.button("rail_next").click().run()
    assert not page.exception
    start(page)
    settings = runs.get_runner().status(run_of(page)).config.settings()
    assert {key: settings[key] for key in wanted} == wanted
