"""The set-up of a training process."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from dl101_core.models import MODELS, ModelConfig
from dl101_core.optim import OPTIMIZERS, OptimizerConfig
from dl101_core.tasks.images.config import ImageConfig
from dl101_core.training.events import Finished, Progress
from dl101_core.training.loop import train

ROOT = Path(__file__).parents[3]
CONFIGS = [
    *((name, "adam") for name in MODELS),
    *(("mlp", name) for name in OPTIMIZERS if name != "adam"),
]
CURVES = """
import json, sys
from dl101_core.jobs.workers.process import leave_compiler_out, use_one_thread
use_one_thread()
leave_compiler_out()
from tests.jobs.workers.test_process import CONFIGS, losses
print(json.dumps([losses(*names) for names in CONFIGS]))
compiler = [name for name in sys.modules if name.startswith(("torch._dynamo.", "torch._inductor"))]
assert not compiler, compiler
"""


def losses(model: str, optimizer: str) -> list[float]:
    config = ImageConfig(
        train_size=60,
        val_size=20,
        batch_size=20,
        epochs=2,
        model=ModelConfig(name=model, hidden_size=8, channels=2, dropout=0.2),
        optimizer=OptimizerConfig(name=optimizer, lr=OPTIMIZERS[optimizer].default_lr),
    )
    return [event.loss for event in train(config) if isinstance(event, Progress | Finished)]


@pytest.fixture(scope="module")
def without_compiler() -> list[list[float]]:
    found = subprocess.run(
        [sys.executable, "-c", CURVES], cwd=ROOT, capture_output=True, text=True, check=True
    )
    curves: list[list[float]] = json.loads(found.stdout)
    return curves


@pytest.mark.parametrize("number", range(len(CONFIGS)), ids=["-".join(c) for c in CONFIGS])
def test_without_the_compiler_every_network_and_optimizer_learns_the_same(
    without_compiler: list[list[float]], number: int
) -> None:
    assert without_compiler[number] == losses(*CONFIGS[number])
