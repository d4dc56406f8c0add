"""The parts of "Draw a digit" beside the pad: the networks' answers and their inputs."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import streamlit as st
from torch import nn

from dl101_core import pictures
from dl101_core.data.datasets import DATASETS
from dl101_core.draw.digits import Digit, from_pixels
from dl101_core.draw.shown import bar_card, blank_card, map_panels, stage_panels
from dl101_core.explain import Reading, feature_maps, read_image
from dl101_core.models import MODELS
from dl101_core.pictures import BadPicture
from dl101_core.rates import TooOften
from dl101_core.ui import controls
from dl101_core.ui.address import key_of
from dl101_core.ui.component import component
from dl101_core.ui.markdown import escape_markdown
from dl101_core.ui.upload import read_picture
from dl101_core.weights import SHIPPED, Prediction, WeightsError, load_shipped

VIEWS = {"stages": "From drawing to input", "maps": "What the CNN sees"}
MEANING = (
    "On 1,496 pen digits of six unseen writers, of the answers given with 85 to 95 %, 93 % "
    "were right."
)
SHORT_TITLES = {"softmax": "Softmax", "mlp": "MLP", "cnn": "CNN", "gru": "GRU, row by row"}


@dataclass(frozen=True)
class Network:
    """``name``: of the shipped network, or the id of the learner's run.

    ``data``: name of the data set whose ``classes`` the network predicts.
    """

    name: str
    title: str
    model: nn.Module
    data: str = "strokes"

    @property
    def classes(self) -> tuple[str, ...]:
        return DATASETS[self.data].classes

    def read(self, image: npt.NDArray[np.uint8]) -> Reading:
        return read_image(self.title, self.model, image)


def shipped_networks() -> list[Network]:
    """The shipped networks; the page names a damaged file."""
    found = []
    for name in SHIPPED:
        title = SHORT_TITLES.get(name, MODELS[name].title)
        try:
            found.append(Network(name, title, load_shipped(name)))
        except WeightsError as problem:
            st.warning(
                f"{title} cannot answer. {escape_markdown(problem)}", icon=":material/broken_image:"
            )
    return found


def view_switch() -> str:
    """``stages`` or ``maps``, kept in the URL."""
    return controls.segments("Show", "view", list(VIEWS), "stages", VIEWS.__getitem__)


def show_bars(
    networks: list[Network],
    readings: list[Reading],
    seq: int,
    message: str,
    stamp: str,
    note: str,
) -> None:
    """Ten bars for each network; without readings they are empty, and ``message`` is spoken.

    ``note`` below the bars says why the networks are unsure; without it, what the numbers mean.
    ``stamp`` names the drawing; when it rests, fragments that call ``redraw_at_rest`` are redrawn.
    """
    data = bars_data(networks, readings, seq, message, stamp, note)
    component("draw/digit_bars")(key="bars", data=data, height="content")


def show_line(networks: list[Network], readings: list[Reading], seq: int) -> None:
    """The answers in one line, for a phone, where the bars are below the pad.

    Its style has the places of pad and bars, and so it counts for the whole page.
    """
    cards = bars_data(networks, readings, seq, "", "", "")["cards"]
    component("draw/answer_line", isolate_styles=False)(
        key="answer_line", data={"cards": cards, "seq": seq}, height="content"
    )


def bars_data(
    networks: list[Network],
    readings: list[Reading],
    seq: int,
    message: str,
    stamp: str,
    note: str,
) -> dict[str, Any]:
    """The data of the bars, from the page's script or from the route that reads drawings."""
    cards = [bar_card(reading) for reading in readings] or [
        blank_card(network.title) for network in networks
    ]
    return {
        "cards": cards,
        "seq": seq,
        "message": message,
        "stamp": stamp,
        "unsure": note,
        "meaning": MEANING,
    }


def answers_of(networks: list[Network], readings: list[Reading]) -> dict[str, Prediction]:
    """Name of each shipped network → its prediction; a learner's own runs do not count."""
    pairs = zip(networks, readings, strict=True)
    return {
        network.name: reading.prediction for network, reading in pairs if network.name in SHIPPED
    }


def stamp_of(image: npt.NDArray[np.uint8]) -> str:
    """A short name of a picture's content."""
    return f"{zlib.crc32(image.tobytes()):08x}"


def show_pictures(view: str, digit: Digit | None, cnn: nn.Module, message: str = "") -> None:
    """The four stages of preprocessing, or the feature maps of both convolutions.

    Without a digit, ``message`` takes their place at the same height.
    """
    maps = view == "maps"
    panels = []
    if digit:
        panels = map_panels(feature_maps(cnn, digit.image)) if maps else stage_panels(digit.stages)
    data = {"panels": panels, "wide": maps, "message": message}
    component("draw/digit_pictures")(key="pictures", data=data)


def photo_digit() -> Digit | None:
    """An uploaded photo of one digit, ``None`` without a file; ``ValueError`` for a bad one."""
    file = st.file_uploader(
        "A photo of one digit, dark on light or light on dark",
        ["png", "jpg", "jpeg", "webp", "gif", "bmp"],
        key=key_of("photo"),
        help="It stays in this session and is not stored.",
    )
    if file is None:
        return None
    seen, digit, problem = st.session_state.get("photo_read", ("", None, ""))
    if seen != file.file_id:
        digit, problem = _read_photo(file.getvalue())
        st.session_state["photo_read"] = (file.file_id, digit, problem)
    if problem:
        raise ValueError(problem)
    return digit  # type: ignore[no-any-return]


def _read_photo(data: bytes) -> tuple[Digit | None, str]:
    try:
        return from_pixels(pictures.grey(read_picture(data))[:, :, 0].copy()), ""
    except TooOften:  # the next run of the page tries again
        raise
    except (BadPicture, ValueError) as problem:
        return None, str(problem)
