"""Settings of the host, read from the environment at each call, with safe defaults."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from urllib.parse import urlsplit

from dl101_core.phone_address import is_own, is_web_address


def data_dir() -> Path:
    """The folder of MNIST and Fashion-MNIST, also for downloads (``DL101_DATA_DIR``)."""
    return Path(os.environ.get("DL101_DATA_DIR") or state_dir() / "data")


def state_dir() -> Path:
    """The folder of runs and downloads (``DL101_STATE_DIR``); its first user makes it."""
    return Path(os.environ.get("DL101_STATE_DIR") or Path(tempfile.gettempdir()) / "dl101")


def public_url() -> str | None:
    """The address by which learners open the app (``DL101_PUBLIC_URL``); None: not set.

    Raises ``ValueError`` if it is no web address that another machine can open.
    """
    text = os.environ.get("DL101_PUBLIC_URL", "").strip()
    if not text:
        return None
    if not is_web_address(text) or is_own(urlsplit(text).hostname or ""):
        raise ValueError("DL101_PUBLIC_URL must be an address such as https://name/path.")
    return text
