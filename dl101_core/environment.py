"""What the host decides, read from the environment once per call, with safe defaults."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path


def data_dir() -> Path:
    """Where MNIST and Fashion-MNIST are looked for and downloaded to (``DL101_DATA_DIR``)."""
    return Path(os.environ.get("DL101_DATA_DIR") or state_dir() / "data")


def state_dir() -> Path:
    """Where runs and downloads are kept (``DL101_STATE_DIR``), made on first use by its users."""
    return Path(os.environ.get("DL101_STATE_DIR") or Path(tempfile.gettempdir()) / "dl101")
