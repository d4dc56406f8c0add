"""A run that takes more memory than a worker may have, beside others that do not."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import torch

from dl101_core.jobs.workers import pool as pool_module
from dl101_core.jobs.workers.memory import ran_out
from dl101_core.models import ModelConfig
from dl101_core.training.events import Failed
from tests.faults.helpers import (
    MIXED,
    all_end,
    assert_nothing_lost,
    begin,
    local,
    needs_fork,
    needs_proc,
)
from tests.jobs.helpers import config, start, watch

# Some 800 MB, in one step.
GREEDY = config(
    "fashion_cnn", train_size=2048, batch_size=1024, model=ModelConfig(name="fashion_cnn")
)


@needs_proc
@pytest.mark.parametrize("method", [pytest.param("fork", marks=needs_fork), "spawn"])
def test_only_the_greedy_run_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, method: str
) -> None:
    # The estimate of its need is wrong: the run is admitted, but the worker has only 80 MB.
    monkeypatch.setattr(pool_module, "largest_mb", lambda limits: 40.0)
    runner = local(tmp_path, workers=1, start_method=method)
    first = begin(runner, MIXED)
    greedy = start(runner, GREEDY, key="greedy")
    last = watch(runner, greedy)[-1]
    assert isinstance(last, Failed)
    assert "not enough memory" in last.message
    assert "smaller batch" in last.message
    (worker,) = runner.pool.pids()
    # The same worker trains the next runs as usual.
    later = {
        start(runner, replace(of, seed=9), key=f"later {n}"): replace(of, seed=9)
        for n, of in enumerate(MIXED[:2])
    }
    all_end(runner, first | later)
    assert_nothing_lost(runner, first | later)
    assert runner.pool.pids() == [worker]
    runner.close()


def test_every_way_to_say_that_memory_ran_out_is_known() -> None:
    with pytest.raises((RuntimeError, MemoryError)) as caught:
        torch.empty(2**60)
    assert ran_out(caught.value)
    assert ran_out(MemoryError())
    assert ran_out(RuntimeError("could not create a primitive"))
    assert ran_out(RuntimeError("std::bad_alloc"))
    assert not ran_out(RuntimeError("mat1 and mat2 shapes cannot be multiplied"))
    assert not ran_out(ValueError("lr (=-1) must be above 0"))
