"""The recorded run with which the lab opens: a real one, made by ``lab/make_recorded.py``."""

from __future__ import annotations

import gzip
import logging
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from dl101_core.jobs.workers.codec import BadMessage, from_text
from dl101_core.lab.curves import Curve
from dl101_core.models import ModelConfig
from dl101_core.tasks.images.config import ImageConfig
from dl101_core.training.events import Event, Finished

log = logging.getLogger(__name__)

FILE = Path(__file__).resolve().parents[2] / "assets" / "recorded" / "cnn.jsonl.gz"
RUN_ID = "recorded"
"""The name of its curve in the browser; no run of a store has such an id."""
CONFIG = ImageConfig(model=ModelConfig(name="cnn"), val_size=1000, epochs=5)


@dataclass(frozen=True)
class Recorded:
    config: ImageConfig
    events: tuple[Event, ...]
    curve: Curve

    @property
    def words(self) -> str:
        """What it is, for learners."""
        config, last = self.config, self.events[-1]
        assert isinstance(last, Finished)
        return (
            f"A recorded run: {config.title} on {config.train_size:,} images, {config.epochs} "
            f"epochs, test accuracy {100 * last.measure('accuracy'):.1f} %."
        )


@cache
def recorded() -> Recorded | None:
    """The run in the file; None if the file is missing or damaged: then the axes stay empty."""
    try:
        lines = gzip.decompress(FILE.read_bytes()).decode().splitlines()
        config, *events = map(from_text, lines)
    except (OSError, EOFError, ValueError, BadMessage):
        log.warning("the recorded run cannot be read")
        return None
    if not isinstance(config, ImageConfig) or not events or not isinstance(events[-1], Finished):
        return None
    curve = Curve()
    curve.take(events)
    return Recorded(config, tuple(events), curve)
