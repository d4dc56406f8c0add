"""One table of limits, read from the environment."""

from __future__ import annotations

from dataclasses import fields

import pytest

from dl101_core import limits as module
from dl101_core.limits import Limits, limits_from_environment


def test_every_field_has_its_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    chosen: dict[str, object] = {}
    for number, item in enumerate(fields(Limits), 7):
        chosen[item.name] = {"int": number, "float": number + 0.5, "str": "spawn"}[str(item.type)]
        monkeypatch.setenv(f"DL101_{item.name.upper()}", str(chosen[item.name]))
    assert limits_from_environment() == Limits(**chosen)  # type: ignore[arg-type]


def test_nothing_set_gives_the_defaults(monkeypatch: pytest.MonkeyPatch) -> None:
    for item in fields(Limits):
        monkeypatch.setenv(f"DL101_{item.name.upper()}", " ")
    assert limits_from_environment() == Limits()


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("DL101_LEASE", "soon", r"DL101_LEASE \(='soon'\) must be a number"),
        ("DL101_MAX_EPOCHS", "1.5", r"DL101_MAX_EPOCHS \(='1.5'\) must be a whole number"),
        ("DL101_MAX_EPOCHS", "0", r"max_epochs \(=0\) must be at least 1"),
        ("DL101_LEASE", "nan", r"lease \(=nan\) must be above 0"),
        ("DL101_MEMORY_MB", "-5", r"memory_mb \(=-5\) must be at least 0"),
        ("DL101_START_METHOD", "thread", r"start_method \(='thread'\)"),
    ],
)
def test_an_impossible_value_is_named(
    monkeypatch: pytest.MonkeyPatch, name: str, text: str, message: str
) -> None:
    monkeypatch.setenv(name, text)
    with pytest.raises(ValueError, match=message):
        limits_from_environment()


def test_a_small_host_has_one_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_cores", lambda: 2)
    assert Limits(memory_mb=700).workers == 1
    assert Limits(memory_mb=2700).workers == 2
    assert Limits(memory_mb=700, workers=2).workers == 2


def test_a_container_says_how_much_memory_there_is(
    monkeypatch: pytest.MonkeyPatch, tmp_path: object
) -> None:
    monkeypatch.setattr(
        module, "_read", lambda path: {module.CGROUP_MEMORY[0]: str(800 * 2**20)}.get(path, "")
    )
    assert Limits().memory_mb == 680
    monkeypatch.setattr(module, "_read", lambda path: "max")
    assert Limits().memory_mb > 680
