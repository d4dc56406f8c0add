"""The client side's types of the shared views' data are written from the structs."""

from __future__ import annotations

from typing import Literal

import pytest
from msgspec import inspect

from dl101_core.making.view_types import FILE, _type, text


def test_the_file_is_as_the_structs_say() -> None:
    assert FILE.read_text("utf-8") == text(), "python -m dl101_core.making.view_types writes it"


@pytest.mark.parametrize(
    ("kind", "written"),
    [
        (int, "number"),
        (float | None, "number | null"),
        (tuple[int, ...], "number[]"),
        (tuple[tuple[float, str], ...], "[number, string][]"),
        (tuple[float | None, ...], "(number | null)[]"),
        (Literal["a", "b"], '"a" | "b"'),
    ],
)
def test_a_type_is_written_as_the_client_side_writes_it(kind: object, written: str) -> None:
    assert _type(inspect.type_info(kind)) == written


def test_a_type_that_json_does_not_have_is_refused() -> None:
    with pytest.raises(TypeError, match="No type"):
        _type(inspect.type_info(bytes))
