"""The inputs of "What the network sees": a network and an image."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import streamlit as st
from safetensors.torch import save

from dl101_core.data import DATASETS, DataUnavailable, load
from dl101_core.data.datasets import is_available
from dl101_core.draw.digits import from_strokes
from dl101_core.draw.examples import OWN, examples
from dl101_core.draw.pad_view import draw_pad
from dl101_core.draw.view import Network, photo_digit
from dl101_core.ui import controls
from dl101_core.ui.address import is_set, key_of, set_fields, value_of
from dl101_core.ui.markdown import escape_markdown
from dl101_core.weights import SHIPPED

DRAW, UPLOAD = "draw", "upload"
DEFAULT_NETWORK, DEFAULT_EXAMPLE = "cnn", 7
FILE = "network.safetensors"
"""Name of the file in which a learner downloads the weights of a run."""


@dataclass(frozen=True, eq=False)
class Seen:
    """``image``: uint8 ``(28, 28)``, ink 255. ``label``: its class, if it is known for sure."""

    image: npt.NDArray[np.uint8]
    what: str
    label: int | None = None


def keep_possible(name: str, options: Sequence[int | str], instead: int | str) -> None:
    """Reset a choice that the network does not have: each has its own layers and classes."""
    if is_set(name) and value_of(name) not in options:
        set_fields({name: instead})


def network_choice(networks: list[Network]) -> Network:
    """One of the shipped networks or of the learner's runs."""
    by_name = {network.name: network for network in networks}
    default = DEFAULT_NETWORK if DEFAULT_NETWORK in by_name else networks[0].name
    keep_possible("network", list(by_name), default)
    name = controls.select(
        "Network", "network", list(by_name), default, lambda name: by_name[name].title
    )
    network = by_name[name]
    if name not in SHIPPED:
        st.download_button(
            "Weights, for the code",
            lambda: save({k: v.contiguous() for k, v in network.model.state_dict().items()}),
            FILE,
            on_click="ignore",
            icon=":material/download:",
        )
    return network


def image_choice(network: Network) -> Seen:
    """A test image, a drawing or a picture; the example drawing until one of them is valid."""
    titles = {name: f"{info.title}, test" for name, info in DATASETS.items() if is_available(name)}
    titles |= {DRAW: "Draw it", UPLOAD: "Own picture"}
    keep_possible("source", list(titles), "strokes")
    source = controls.select("Image", "source", list(titles), "strokes", titles.__getitem__)
    if source in DATASETS:
        try:
            return _test_image(source, network)
        except DataUnavailable as problem:
            st.warning(escape_markdown(str(problem)), icon=":material/broken_image:")
            return _example("the example")
    if network.classes != DATASETS["strokes"].classes:
        st.caption("This network learned clothes; a digit is new to it.")
    return _drawn() if source == DRAW else _uploaded()


def _test_image(source: str, network: Network) -> Seen:
    test = load(source).test
    last = len(test) - 1
    number = controls.whole_number("Number", "example", 0, last, min(DEFAULT_EXAMPLE, last))
    label = int(test.labels[number])
    own = DATASETS[source].classes
    what = f"Test image {number}, class {own[label]}"
    same = own == network.classes
    if not same:
        st.caption(f"This network learned other classes: {', '.join(network.classes[:3])} …")
    return Seen(test.images[number].numpy(), what, label if same else None)


def _drawn() -> Seen:
    start = examples()[OWN].drawing
    try:
        _, drawing = draw_pad(key_of("pad"), OWN, start, ghost=True)
        return Seen(from_strokes(drawing or start).image, "Your drawing" if drawing else "Example")
    except ValueError as problem:
        st.info(escape_markdown(str(problem)), icon=":material/draw:")
    return _example("The example, since there is no drawing")


def _uploaded() -> Seen:
    try:
        digit = photo_digit()
    except ValueError as problem:
        st.warning(escape_markdown(str(problem)), icon=":material/broken_image:")
        digit = None
    return Seen(digit.image, "Your picture") if digit else _example("The example, until you choose")


def _example(what: str) -> Seen:
    return Seen(from_strokes(examples()[OWN].drawing).image, what)
