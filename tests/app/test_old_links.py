"""Links that were copied from earlier versions open what they opened then."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from dl101_core.curriculum import page_at
from dl101_core.lab import session_runs as runs
from dl101_core.server import SCRIPT
from tests.inline import InlineRunner
from tests.patience import PATIENCE

LINKS: list[tuple[str, dict[str, str], dict[str, object]]] = [
    # 0.1
    (
        "convolution",
        {"input_size": "9", "kernel_size": "5", "stride": "2", "padding": "same"},
        {"input_size": 9, "kernel_size": 5, "stride": 2, "padding": "same"},
    ),
    (
        "training",
        {"model": "Multi-layer perceptron", "optimizer": "Adam", "lr": "0.01", "epochs": "3"},
        {"model": "mlp", "optimizer": "adam", "lr": 0.01, "epochs": 3},
    ),
    (
        "filters",
        {"picture": "Your own picture", "view": "Signed, in colour"},
        {"picture": "upload", "view": "signed"},
    ),
    ("filters", {"pixel_row": "40", "pixel_column": "90"}, {"pixel": "40,90"}),
    ("filters", {"pixel_row": "40"}, {"pixel": "40,175"}),
    # 0.2
    ("training", {"momentum": "0.5", "optimizer": "SGD with momentum"}, {"momentum": 0.5}),
    ("draw", {"view": "What the CNN sees"}, {"view": "maps"}),
    # 0.3
    (
        "convolution",
        {"mode": "Transposed", "transposed_input": "4", "tab": "The code"},
        {"mode": "transposed", "transposed_input": 4, "tab": "The code"},
    ),
    (
        "filters",
        {"kernel": "Your own", "kernel_values": "0,1,0;0,1,0;0,1,0", "normalise": "true"},
        {"kernel": "own", "kernel_values": "0,1,0;0,1,0;0,1,0", "normalise": True},
    ),
    (
        "pooling",
        {"kind": "Average", "stride": "As the window", "right": "-2"},
        {"kind": "average", "stride": "window", "right": -2},
    ),
    (
        "colour",
        {"image": "Lighthouse", "kernel_size": "5 × 5"},
        {"image": "lighthouse", "kernel_size": 5},
    ),
    ("builder", {"layers": "conv_4_k3-relu-flatten-linear_10"}, {}),
    ("inside", {"view": "Kernels", "layer": "4: 5×5 convolution"}, {"view": "kernels"}),
    (
        "dropout",
        {"dropout": "0.35", "view": "The masks", "mask_seed": "9"},
        {"dropout": 0.35, "view": "masks", "mask_seed": 9},
    ),
]


@pytest.fixture(autouse=True)
def _inline_runner(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    monkeypatch.setattr(runs, "local_runner", lambda: InlineRunner(steps=1))
    monkeypatch.setenv("DL101_DATA_DIR", str(tmp_path))
    st.cache_resource.clear()
    yield
    st.cache_resource.clear()


@pytest.mark.parametrize(("page", "query", "fields"), LINKS)
def test_a_link_of_an_earlier_version_opens_its_settings(
    page: str, query: dict[str, str], fields: dict[str, object]
) -> None:
    app = AppTest.from_file(str(SCRIPT), default_timeout=PATIENCE).run()
    for name, value in query.items():
        app.query_params[name] = value
    app.switch_page(page_at(page).path).run()
    assert not app.exception
    assert not [box.value for box in app.warning if "link" in box.value]
    assert {name: app.session_state[f"{page}.{name}"] for name in fields} == fields
