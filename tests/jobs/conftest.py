"""Databases for the tests of the store."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.jobs.store.postgres import BINARIES, Cluster


@pytest.fixture(scope="session")
def postgres() -> Iterator[Cluster]:
    """One PostgreSQL for the whole session."""
    if not BINARIES:
        pytest.skip("PostgreSQL is not installed: apt-get install postgresql")
    cluster = Cluster()
    yield cluster
    cluster.remove()
