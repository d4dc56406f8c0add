"""The set-up of a training process before it trains."""

from __future__ import annotations

import gc
import logging
import os
import sys
from types import ModuleType

import psutil
import torch
from torch.nn import functional as F

from dl101_core.data import DATASETS, DataUnavailable, is_available, load
from dl101_core.models import MODELS, ModelConfig, build_model
from dl101_core.optim import OptimizerConfig, build_optimizer

log = logging.getLogger(__name__)

NICE = 10


def use_one_thread() -> None:
    """One thread per run: two runs of two threads reach a quarter of the speed of one thread."""
    os.environ["OMP_NUM_THREADS"] = os.environ["MKL_NUM_THREADS"] = "1"
    torch.set_num_threads(1)


def be_nice() -> None:
    """Lower the priority of this process: pages come before training."""
    if hasattr(os, "nice"):
        os.nice(NICE)


def limit_memory(megabytes: int) -> None:
    """Linux: let allocations fail beyond ``megabytes`` more than now, before the system kills."""
    this = psutil.Process()
    try:
        most = this.memory_info().data + megabytes * 2**20
        this.rlimit(psutil.RLIMIT_DATA, (most, psutil.RLIM_INFINITY))
    except (AttributeError, psutil.Error, OSError, ValueError):
        log.info("memory is not limited here")


def leave_compiler_out() -> None:
    """Replace ``torch._dynamo`` by an empty module, which saves 66 MB and a second.

    Every optimizer imports torch's compiler only to exclude itself from it (``graph_break``,
    ``disable``). A process that trains step by step never compiles.
    """
    if "torch._dynamo" in sys.modules:
        return
    empty = ModuleType("torch._dynamo")
    empty.graph_break = lambda *_args, **_kwargs: None  # type: ignore[attr-defined]
    empty.disable = lambda fn=None, *_args, **_kwargs: fn  # type: ignore[attr-defined]
    sys.modules["torch._dynamo"] = empty
    torch._dynamo = empty  # type: ignore[assignment]


def warm_up() -> None:
    """Do the slow parts of a first training step once, before any run waits for them."""
    use_one_thread()
    leave_compiler_out()
    images, labels = torch.zeros(2, 1, 28, 28), torch.tensor([0, 1])
    for name in MODELS:
        model = build_model(ModelConfig(name=name, hidden_size=8, channels=2), seed=0)
        optimizer = build_optimizer(OptimizerConfig(), model.parameters())
        F.cross_entropy(model(images), labels).backward()  # type: ignore[no-untyped-call]
        optimizer.step()
    for name in DATASETS:
        if is_available(name):
            try:
                load(name)
            except DataUnavailable as error:
                log.warning("%s", error)
    gc.collect()
    gc.freeze()
