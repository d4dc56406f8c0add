"""The matrix of a finished run: a cell shows its images, an image opens its network."""

from __future__ import annotations

from base64 import b64encode
from typing import Annotated

import streamlit as st

from dl101_core.curriculum import page_at
from dl101_core.data import DATASETS, DataUnavailable, Split, load
from dl101_core.jobs.runner import RunStatus
from dl101_core.lab.mistakes import Readings, heading, of_cell, percent, read_all, stored
from dl101_core.lab.networks_view import title_of, trained
from dl101_core.lab.session_runs import image_config, session_runs
from dl101_core.tasks.images.task import ImageDetails
from dl101_core.ui import messages
from dl101_core.ui.component import component
from dl101_core.ui.fragments import fragment
from dl101_core.ui.markdown import escape_markdown

KEY = "lab_mistakes"
MOST = 24
Class = Annotated[int, messages.within(0, 9)]
Index = Annotated[int, messages.within(0, 10**6)]


@fragment()
def mistakes_view(status: RunStatus, details: ImageDetails) -> None:
    """The matrix beside the images of the chosen cell, or the surest mistakes."""
    info = DATASETS[image_config(status).data]
    try:
        test = load(info.name).test
    except DataUnavailable as error:
        st.warning(escape_markdown(error))
        return
    readings = _readings(status, details)
    cell = messages.read(messages.sent(KEY, "cell"), tuple[Class, Class])
    shown = of_cell(readings, cell)
    chosen = component("lab/mistakes")(
        key=KEY,
        data={
            "run": status.run_id,
            "classes": list(info.classes),
            "counts": [count for row in readings.counts for count in row],
            "cell": cell,
            "heading": heading(info.classes, readings.counts, cell, min(MOST, len(shown.index))),
            **_tiles(shown, test),
        },
        default={"cell": None},
        on_cell_change=lambda: None,
        on_open_change=lambda: None,
    )
    index = messages.read(chosen.open, Index)
    if index is not None and index < len(test):
        _open(status, info.title, index)


@st.cache_resource(show_spinner=False, max_entries=8)
def _read(run_id: str, data: str, _status: RunStatus) -> Readings | None:
    model = trained(run_id, _status.config)
    if model is None:
        return None
    return read_all(model, load(data).test, len(DATASETS[data].classes))


def _readings(status: RunStatus, details: ImageDetails) -> Readings:
    return _read(status.run_id, image_config(status).data, status) or stored(details)


def _tiles(shown: Readings, test: Split) -> dict[str, object]:
    """The first images as bytes in base64, with what each is and what it is read as."""
    index = shown.index[:MOST]
    return {
        "pixels": b64encode(test.images[index].numpy().tobytes()).decode(),
        "index": index.tolist(),
        "label": shown.label[:MOST].tolist(),
        "predicted": shown.predicted[:MOST].tolist(),
        "sure": [percent(one) for one in shown.probability[:MOST].tolist()],
    }


def _open(status: RunStatus, data: str, index: int) -> None:
    """What the network of this run sees in the test image ``index``."""
    number = session_runs().index(status.run_id) + 1
    st.switch_page(
        page_at("inside").path,
        query_params={
            "runs": status.run_id,
            "network": title_of(number, status),
            "source": f"{data}, test",
            "example": str(index),
        },
    )
