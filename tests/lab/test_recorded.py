"""The recorded run with which the lab opens is a real run of its config, and small."""

from __future__ import annotations

import gzip
from itertools import islice
from pathlib import Path

import pytest

from dl101_core.lab import recorded as module
from dl101_core.lab.make_recorded import packed
from dl101_core.lab.recorded import CONFIG, FILE, recorded
from dl101_core.lab.shown import strip_of
from dl101_core.training.events import Checkpointed, Finished, Progress, Snapshot, Started
from dl101_core.training.loop import train


def test_it_is_the_whole_run_of_its_config() -> None:
    found = recorded()
    assert found is not None
    assert found.config == CONFIG
    first, *_, last = found.events
    assert isinstance(first, Started)
    assert first.total_steps == CONFIG.total_steps
    assert isinstance(last, Finished)
    assert (last.step, last.stopped) == (CONFIG.total_steps, False)
    shots = [event.step for event in found.events if isinstance(event, Snapshot)]
    assert (shots[0], shots[-1]) == (0, CONFIG.total_steps)
    assert f"{100 * last.measure('accuracy'):.1f} %" in found.words
    assert found.words.startswith("A recorded run: ")


def test_its_beginning_is_what_training_tells() -> None:
    """Another machine may round otherwise: the numbers agree closely, the order exactly."""
    found = recorded()
    assert found is not None
    told = (e for e in train(CONFIG) if e is not None and not isinstance(e, Checkpointed))
    for new, old in zip(islice(told, 6), found.events, strict=False):
        assert type(new) is type(old)
        if isinstance(new, Progress) and isinstance(old, Progress):
            assert new.step == old.step
            assert new.loss == pytest.approx(old.loss, rel=1e-3)


def test_the_file_is_small_and_the_same_at_every_making() -> None:
    data = FILE.read_bytes()
    assert len(data) < 60_000
    assert packed(gzip.decompress(data)) == packed(gzip.decompress(data))


def test_its_images_are_those_of_the_strip() -> None:
    strip = strip_of(CONFIG)
    assert len(strip["labels"]) == 24
    assert len(strip["classes"]) == 10


@pytest.mark.parametrize("content", [b"", b"no gzip", gzip.compress(b"{}\n", mtime=0), None])
def test_without_a_sound_file_the_axes_stay_empty(
    content: bytes | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "run.gz"
    if content is not None:
        file.write_bytes(content)
    monkeypatch.setattr(module, "FILE", file)
    recorded.cache_clear()
    try:
        assert recorded() is None
    finally:
        recorded.cache_clear()
