"""The estimated memory of a run, against the memory that a process then takes."""

from __future__ import annotations

import subprocess
import sys
from math import prod
from pathlib import Path

import pytest

from dl101_core.jobs.admission import check_size, need_mb
from dl101_core.jobs.runner import Refused
from dl101_core.limits import Limits
from dl101_core.models import ModelConfig, build_model, summarise
from dl101_core.models.layers import PRESETS
from dl101_core.tasks.images import config as image_config
from dl101_core.tasks.images.config import ImageConfig, size_of

ROOT = Path(__file__).parents[2]
PEAK = """
import sys
from pathlib import Path
from dl101_core.jobs.workers.process import warm_up
from dl101_core.models import ModelConfig
from dl101_core.tasks.images.config import ImageConfig
from dl101_core.training.loop import train
warm_up()
Path("/proc/self/clear_refs").write_text("5")  # from here on VmHWM is the peak of this process
def peak():
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024
before = peak()
config = ImageConfig(
    train_size=1024, epochs=1, batch_size=int(sys.argv[2]), model=ModelConfig(name=sys.argv[1])
)
for _ in train(config):
    pass
print(peak() - before)
"""


def peak_mb(name: str, batch_size: int) -> float:
    found = subprocess.run(
        [sys.executable, "-c", PEAK, name, str(batch_size)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return float(found.stdout)


@pytest.mark.skipif(not Path("/proc/self/clear_refs").exists(), reason="no /proc")
@pytest.mark.parametrize(
    ("name", "batch_size"),
    [("cnn", 64), ("cnn", 512), ("fashion_cnn", 256), ("lstm", 512), ("mlp", 64)],
)
def test_a_run_takes_no_more_memory_than_was_said(name: str, batch_size: int) -> None:
    need = need_mb(ImageConfig(batch_size=batch_size, model=ModelConfig(name=name)))
    # Newly read pages of libraries sometimes count, too, so the least measurement is the run's.
    taken = peak_mb(name, batch_size)
    for _ in range(2):
        taken = taken if taken < need + 20 else min(taken, peak_mb(name, batch_size))
    assert taken < need + 20
    assert need < 4 * taken + 40


def test_a_network_is_measured() -> None:
    size = size_of(ModelConfig(name="softmax"))
    assert (size.parameters, size.multiply_adds) == (7850, 7840)
    assert size_of(ModelConfig(name="lstm", hidden_size=10)).activations > 28 * 10 * 5


def built(text: str, batch_size: int = 64) -> ImageConfig:
    return ImageConfig(model=ModelConfig(name="built", layers=text), batch_size=batch_size)


def test_a_built_network_is_measured_without_being_made(monkeypatch: pytest.MonkeyPatch) -> None:
    small = "conv_3_k5-batchnorm-relu-maxpool_2-flatten-linear_10"
    real = summarise(build_model(ModelConfig(name="built", layers=small), 0))
    size = size_of(ModelConfig(name="built", layers=small))
    assert size.parameters == sum(row.parameters for row in real)
    assert size.multiply_adds == sum(row.multiply_adds for row in real)
    assert size.activations == sum(prod(row.output_shape) for row in real)
    monkeypatch.setattr(image_config, "build_model", None)
    huge = built("conv_512_psame-flatten-linear_4096-linear_10")
    with pytest.raises(Refused, match=r"has 1,644,217,354 parameters.*at most 2,000,000"):
        check_size(huge, Limits(memory_mb=4000, workers=1))


def test_a_network_that_is_small_but_slow_or_wide_is_refused_with_its_numbers() -> None:
    limits = Limits(memory_mb=4000, workers=1)
    slow = "-".join(["conv_64_k11_psame"] * 4) + "-maxpool_14-flatten-linear_10"
    with pytest.raises(Refused, match=r"One step .* 293 billion multiply-adds.*at most 30 billion"):
        check_size(built(slow), limits)
    wide = "conv_500_k1-relu-tanh-relu-maxpool_14-flatten-linear_10"
    with pytest.raises(Refused, match=r"needs about .* MB of memory"):
        check_size(built(wide, 512), limits)
    for preset in PRESETS.values():
        check_size(built(preset.text), limits)
    check_size(ImageConfig(model=ModelConfig(name="fashion_cnn"), batch_size=1024), limits)
