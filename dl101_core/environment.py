"""Settings of the host, read from the environment at each call, with safe defaults."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path


def data_dir() -> Path:
    """The folder of MNIST and Fashion-MNIST, also for downloads (``DL101_DATA_DIR``)."""
    return Path(os.environ.get("DL101_DATA_DIR") or state_dir() / "data")


def state_dir() -> Path:
    """The folder of runs and downloads (``DL101_STATE_DIR``); its first user makes it."""
    return Path(os.environ.get("DL101_STATE_DIR") or Path(tempfile.gettempdir()) / "dl101")
