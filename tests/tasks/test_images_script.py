"""The script of the training lab repeats the trainer's run, number by number."""

from __future__ import annotations

import gzip
import io
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest
from torch import nn

from dl101_core.data import DATASETS, load
from dl101_core.models import MODELS, ModelConfig
from dl101_core.optim import OPTIMIZERS, OptimizerConfig
from dl101_core.tasks.images.config import ImageConfig
from dl101_core.tasks.images.script import MIRRORS, layer_source, printed, training_script
from dl101_core.training.events import Event, LearningRateChanged, Stop
from dl101_core.training.loop import train
from tests.data.mirror import PARTS, Mirror
from tests.events import evaluated, finished
from tests.scripts import run_script

ROOT = Path(__file__).resolve().parents[2]
TINY = ImageConfig(train_size=70, val_size=30, batch_size=16, epochs=2, seed=3)


def events_of(config: ImageConfig) -> list[Event]:
    return [event for event in train(config) if event is not None]


def model_config(name: str) -> ModelConfig:
    return ModelConfig(name=name, hidden_size=9, num_layers=2, channels=2, dropout=0.3)


@pytest.fixture(autouse=True)
def _fewer_test_images(monkeypatch: pytest.MonkeyPatch, few_test_images: int) -> None:
    """Scripts read the files themselves, so the files, too, hold only some test images."""
    original = gzip.open

    class Short(io.BytesIO):
        def __init__(self, path: str) -> None:
            content = original(path).read()
            if "t10k-images" in path:
                content = content[: 16 + few_test_images * 784]
            elif "t10k-labels" in path:
                content = content[: 8 + few_test_images]
            super().__init__(content)

    monkeypatch.setattr(gzip, "open", Short)


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("model", [name for name in MODELS if name != "fashion_cnn"])
def test_the_script_prints_the_numbers_of_the_run(model: str, optimizer: str) -> None:
    settings = OptimizerConfig(
        name=optimizer,
        lr=0.0123,
        momentum=0.8,
        weight_decay=0.01,
        betas=(0.8, 0.95),
        alpha=0.9,
        eps=1e-7,
    )
    config = replace(TINY, model=model_config(model), optimizer=settings)
    script = training_script(config, events_of(config))
    assert script.prints.count("\n") == 2
    assert run_script(script.source) == script.prints


def test_the_script_of_the_large_network_prints_the_numbers_of_the_run() -> None:
    config = replace(TINY, model=model_config("fashion_cnn"), train_size=32, val_size=10, epochs=1)
    script = training_script(config, events_of(config))
    assert run_script(script.source) == script.prints != ""


def test_the_script_without_dropout_prints_the_numbers_of_the_run() -> None:
    config = replace(TINY, model=ModelConfig(name="cnn", hidden_size=8, channels=2))
    script = training_script(config, events_of(config))
    assert "Dropout" not in script.source
    assert run_script(script.source) == script.prints != ""


def small_idx(part: str) -> bytes:
    """The first strokes as one plain IDX file like MNIST's, with a true header."""
    split = load("strokes").train if part.startswith("train") else load("strokes").test
    values = (split.images if "idx3" in part else split.labels.byte())[:120]
    sizes = b"".join(size.to_bytes(4, "big") for size in values.shape)
    return bytes([0, 0, 8, values.ndim]) + sizes + values.numpy().tobytes()


ALONE = """
import os, runpy, sys
for name in sys.argv[1:]:
    runpy.run_path(name, run_name="__main__")
    print("--")
    os.environ.pop("DL101_DATA_DIR", None)
"""


def run_alone(folder: Path, *names: str, **environment: str) -> list[str]:
    """The outputs of the scripts, saved in ``folder`` by a learner and run with the same Python.

    One Python runs them all, since each would import torch for seconds; ``environment`` is for the
    first.
    """
    kept = {name: value for name, value in os.environ.items() if not name.startswith("DL101_")}
    done = subprocess.run(
        [sys.executable, "-c", ALONE, *names],
        cwd=folder,
        env=kept | {"OMP_NUM_THREADS": "1"} | environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    *outputs, rest = done.stdout.split("--\n")
    assert rest == ""
    return [output.strip() for output in outputs]


@pytest.mark.parametrize("data", ["mnist", "fashion_mnist"])
def test_the_script_on_fetched_data_runs_alone_in_an_empty_folder(
    data: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.undo()
    there, scripts, empty = (tmp_path / name for name in ("there", "scripts", "empty"))
    raw = there / str(DATASETS[data].torchvision_name) / "raw"
    for folder in (raw, scripts, empty):
        folder.mkdir(parents=True)
    mirror = Mirror()
    for part in PARTS:
        (raw / f"{part}-ubyte").write_bytes(small_idx(part))
        mirror.files[f"{part}-ubyte.gz"] = gzip.compress(small_idx(part))
    monkeypatch.setenv("DL101_DATA_DIR", str(there))
    config = replace(TINY, data=data, model=model_config("softmax"))
    script = training_script(config, events_of(config))
    assert "torchvision" not in script.source
    fetching = script.source.replace(MIRRORS[str(DATASETS[data].torchvision_name)], mirror.url)
    assert fetching != script.source
    (scripts / "reading.py").write_text(script.source)
    (scripts / "fetching.py").write_text(fetching)
    reading, again = str(scripts / "reading.py"), str(scripts / "fetching.py")
    try:
        said = run_alone(empty, reading, again, again, DL101_DATA_DIR=str(there))
    finally:
        mirror.close()
    assert said == [script.prints] * 3
    assert script.prints != ""
    assert set(mirror.asked.values()) == {1}, "what is there is not fetched again"
    assert [path.name for path in empty.iterdir()] == ["data"], "only fetching writes"


def test_scripts_fetch_from_where_torchvision_does(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()  # torchvision would keep the stand-in of gzip for good
    from dl101_core.data import vision

    for name, mirror in MIRRORS.items():
        assert mirror in getattr(vision.datasets(), name).mirrors


def test_the_script_runs_on_its_own_in_the_project_folder() -> None:
    config = replace(TINY, model=ModelConfig(name="softmax"), epochs=1)
    source = training_script(config).source
    environment = os.environ | {"OMP_NUM_THREADS": "1"}
    done = subprocess.run(
        [sys.executable, "-c", source],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.startswith("epoch 1: val loss ")
    assert "dl101_core" not in source


def test_a_run_that_was_stopped_or_steered_prints_nothing() -> None:
    done = finished(8, False, 0.5, 0.75, (), ())
    epochs: list[Event] = [evaluated(4, 0.6, 0.5), evaluated(8, 0.55, 0.625)]
    assert printed([*epochs, done]) == (
        "epoch 1: val loss 0.6000, val accuracy 0.5000\n"
        "epoch 2: val loss 0.5500, val accuracy 0.6250\n"
        "test accuracy 0.7500"
    )
    assert printed([*epochs, msgspec.structs.replace(done, stopped=True)]) == ""
    assert printed([*epochs, LearningRateChanged(8, 0.1), done]) == ""
    assert printed(epochs) == ""
    trainer = train(TINY)
    told = [next(trainer), trainer.send(Stop()), *trainer]
    assert printed(event for event in told if event is not None) == ""


def test_an_unknown_layer_is_named() -> None:
    with pytest.raises(ValueError, match="Hardswish"):
        layer_source(nn.Hardswish())


def test_a_built_network_with_softplus_prints_the_numbers_of_the_run() -> None:
    layers = "conv_2_k5-softplus-maxpool_2-flatten-linear_8-softplus-linear_10"
    config = replace(TINY, model=ModelConfig(name="built", layers=layers))
    script = training_script(config, events_of(config))
    assert script.source.count("nn.Softplus(),") == 2
    assert run_script(script.source) == script.prints != ""
