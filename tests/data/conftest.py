"""Fixtures of the tests of data."""

from __future__ import annotations

import gc
import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from dl101_core.data import downloads, vision
from tests.data.mirror import Mirror


@pytest.fixture
def mirror(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Mirror]:
    mirror = Mirror()
    mnist = vision.datasets().MNIST
    checksums = [
        (name, hashlib.md5(content, usedforsecurity=False).hexdigest())
        for name, content in mirror.files.items()
    ]
    monkeypatch.setattr(mnist, "mirrors", [mirror.url])
    monkeypatch.setattr(mnist, "resources", checksums)
    monkeypatch.setattr(downloads, "_statuses", {})
    monkeypatch.setenv("DL101_DATA_DIR", str(tmp_path / "data"))
    yield mirror
    mirror.close()
    gc.collect()
