"""Any message of a browser becomes a value of the declared type, or None."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Annotated, Any, NamedTuple, TypedDict

import pytest
from hypothesis import given
from msgspec import Struct

from dl101_core.ui.messages import Seq, read, read_fields, read_text, within
from tests.fuzz.strategies import JSON, LARGE, many


class Fields(TypedDict, total=False):
    seq: Seq
    share: Annotated[float, within(-1, 1)]
    word: str
    on: bool


class Whole(Struct):
    seq: Seq
    cells: tuple[Seq, ...]


class Pair(NamedTuple):
    number: Seq
    word: str


PAIR = re.compile("([0-9]{1,400}) (.*)")


@given(JSON)
@many(200)
def test_any_message_becomes_what_is_declared_or_nothing(message: Any) -> None:
    found = read(message, Whole)
    assert found is None or all(type(cell) is int and cell >= 0 for cell in found.cells)
    fields = read_fields({"seq": message, "share": message, "word": message, "on": message}, Fields)
    assert type(fields.get("seq", 0)) is int
    assert -1 <= fields.get("share", 0.0) <= 1
    assert type(fields.get("word", "")) is str
    assert type(fields.get("on", True)) is bool
    assert read_fields(message, Fields).keys() <= Fields.__annotations__.keys()


@pytest.mark.parametrize("make", LARGE, ids=range(len(LARGE)))
def test_a_large_or_deep_message_is_nothing(make: Callable[[], object]) -> None:
    message = make()
    assert read(message, Whole) is None
    assert read_fields(message, Fields) == {}
    assert read_text(message, PAIR, Pair) is None


def test_a_field_that_is_wrong_leaves_the_others() -> None:
    good = {"seq": 2, "share": 1, "word": "a", "on": False}
    assert read_fields({**good, "more": 1}, Fields) == good
    for name, bad in (
        ("seq", -1),
        ("seq", True),
        ("seq", 1.0),
        ("seq", 2**53),
        ("share", 1.1),
        ("share", float("nan")),
        ("share", "0"),
        ("word", 1),
        ("on", 0),
    ):
        rest = {key: value for key, value in good.items() if key != name}
        assert read_fields({**good, name: bad}, Fields) == rest


def test_a_text_is_read_by_its_parts() -> None:
    assert read_text("12 a", PAIR, Pair) == (12, "a")
    for bad in ("12 a\n", " 12 a", "a", "", 12, None, f"{2**53} a", "9" * 400 + " a"):
        assert read_text(bad, PAIR, Pair) is None
