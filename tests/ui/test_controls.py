"""A link's value is used, or named with the possible values; it never breaks a page."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

pytestmark = pytest.mark.app


def page() -> None:
    import streamlit as st

    from dl101_core.ui import controls

    st.write(
        controls.slider("Size", "size", 1, 7, 3),
        controls.decimal_slider("Rate", "rate", 0.0, 0.9, 0.2, 0.1),
        controls.number("lr", "lr", 0.001, 10.0, 0.1, "%g"),
        controls.whole_number("Seed", "seed", 0, 99, 0),
        controls.select("Kind", "kind", ["max", "mean"], "max", str.title),
        controls.toggle("Flip", "flip", False),
    )


def opened(**query: str) -> AppTest:
    app = AppTest.from_function(page, default_timeout=30)
    for name, value in query.items():
        app.query_params[name] = value
    return app.run()


def values(app: AppTest) -> list[object]:
    return [
        app.session_state[f"page.{key}"] for key in ("size", "rate", "lr", "seed", "kind", "flip")
    ]


def test_without_a_query_the_defaults_stand() -> None:
    app = opened()
    assert values(app) == [3, 0.2, 0.1, 0, "max", False]
    assert not app.warning


def test_a_link_sets_every_control() -> None:
    app = opened(size="5", rate="0.5", lr="0.01", seed="7", kind="Mean", flip="true")
    assert values(app) == [5, 0.5, 0.01, 7, "mean", True]
    assert not app.warning


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("size", "99", "size = 99, but it must be a whole number from 1 to 7. Showing 3."),
        ("size", "three", "size = three, but it must be a whole number"),
        ("size", "", "asks for size, but it must be"),
        ("rate", "nan", "rate = nan, but it must be a number from 0 to 0.9"),
        ("rate", "1e999", "rate = 1e999, but it must be"),
        ("lr", "-1", "lr = -1, but it must be a number from 0.001 to 10"),
        ("seed", "9" * 400, "asks for seed, but it must be"),
        ("kind", "median", "kind = median, but it must be one of: Max, Mean. Showing Max."),
        ("flip", "maybe", "flip = maybe, but it must be true or false"),
        ("size", "<script>alert(1)</script>", "asks for size, but it must be"),
        ("size", "**bold** [x](http://x)", "asks for size, but it must be"),
    ],
)
def test_an_impossible_value_is_named_and_the_default_shown(
    name: str, value: str, message: str
) -> None:
    app = opened(**{name: value})
    assert not app.exception
    assert [message in warning.value for warning in app.warning] == [True]
    assert values(app) == values(opened())


def test_every_impossible_value_of_a_link_is_named() -> None:
    app = opened(size="99", seed="x", kind="median", flip="true")
    lines = [line for warning in app.warning for line in warning.value.splitlines()]
    assert [line.split(",")[0].split()[-3] for line in lines] == ["size", "seed", "kind"]
    assert len(app.warning) == 1
    assert app.session_state["page.flip"] is True
    app.toggle(key="page.flip").set_value(False).run()
    assert not app.warning


def test_the_warning_goes_when_a_control_is_used() -> None:
    app = opened(size="99")
    app.slider(key="page.size").set_value(4).run()
    assert not app.warning
