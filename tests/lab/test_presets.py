"""Presets set every control; their times are estimates from the arithmetic."""

from __future__ import annotations

import pytest

from dl101_core.jobs.estimate import nominal_seconds
from dl101_core.jobs.messages import duration
from dl101_core.lab.presets_controls import PRESETS, Preset, seconds
from dl101_core.optim import optimizer_fault


@pytest.mark.parametrize("one", PRESETS, ids=lambda one: one.name)
def test_a_preset_can_start_and_tells_its_estimate(one: Preset) -> None:
    assert one.config.fault() == ""
    assert optimizer_fault(one.config.optimizer) == ""
    assert seconds(one.config) == duration(nominal_seconds(one.config))
    assert one.config.settings()["val_size"] == one.config.val_size


def test_presets_differ() -> None:
    assert len({one.config for one in PRESETS}) == len(PRESETS)
    assert len({one.name for one in PRESETS}) == len(PRESETS)
