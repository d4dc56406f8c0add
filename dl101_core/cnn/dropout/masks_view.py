"""The masks that one dropout layer draws for one image."""

from __future__ import annotations

import base64
from dataclasses import dataclass, replace

import numpy as np
import streamlit as st
from torch import Tensor, nn

from dl101_core.cnn.dropout import masks as dropout_masks
from dl101_core.cnn.dropout.compute import PairConfig, pair_of
from dl101_core.cnn.dropout.controls import dropout_control, shared_rows
from dl101_core.cnn.dropout.masks import AVERAGED, Masks
from dl101_core.data import DATASETS, DataUnavailable, load
from dl101_core.jobs.runner import RunStatus
from dl101_core.lab.data_view import data_panel
from dl101_core.lab.networks_view import trained
from dl101_core.lab.session_runs import feed, image_config
from dl101_core.settings import Settings, choice, flag, limits, redeclared, whole
from dl101_core.tasks.images.script import printed
from dl101_core.ui import controls
from dl101_core.ui.address import set_fields, value_of
from dl101_core.ui.component import component
from dl101_core.ui.palette import ACCENT, SIGNED
from dl101_core.ui.rail import more
from dl101_core.ui.settings import row, widget_rows, widgets

IMAGES = 100
"""Test images to choose from; every data set has more."""


@dataclass(frozen=True, kw_only=True)
class MaskChoice(Settings):
    """The learner's choice; ``place`` counts the dropout layers from 0."""

    place: int
    image: int = whole(0, 0, IMAGES - 1, label="Test image")
    seed: int = redeclared(
        PairConfig,
        "seed",
        1,
        label="Seed of the masks",
        help="For torch.manual_seed.",
        name="mask_seed",
    )
    averaged: int = choice(64, AVERAGED, label="Passes for the mean")
    evaluation: bool = flag(
        False, label="Evaluation", help="As model.eval(): the net is used, not trained."
    )

    @property
    def training(self) -> bool:
        """Whether the layer drops anything."""
        return not self.evaluation


@dataclass(frozen=True)
class MaskView:
    """The masks on show; ``pair``: the settings of their network, trained or fresh.

    ``repeatable``: whether a script can reproduce the weights: not after a stopped training.
    """

    choice: MaskChoice
    masks: Masks
    pair: PairConfig
    trained: bool
    repeatable: bool


def mask_controls() -> tuple[PairConfig, MaskChoice]:
    """The widgets of this view: the network that drops units, and what of it is shown."""
    front = st.container()
    with more():
        values = widget_rows(MaskChoice, ("image", "seed"), ("averaged",))
        shared = shared_rows()
    with front:
        pair = PairConfig(dropout=dropout_control(), **shared)
        place = _place_control(pair)
        with row():
            st.button("Next masks", key="next_masks", icon=":material/casino:", on_click=_next)
            values |= widgets(MaskChoice, "evaluation")
    return pair, MaskChoice(place=place, **values)


def _place_control(pair: PairConfig) -> int:
    titles = [place.title for place in dropout_masks.places(pair.net, pair.dropout)]
    if len(titles) == 1:
        st.caption(f"This net drops in one place: {titles[0].lower()}.")
        return 0
    return titles.index(controls.select("Dropout layer", "layer", titles, titles[0]))


def _next() -> None:
    _, last = limits(MaskChoice, "seed")
    set_fields({"mask_seed": (value_of("mask_seed") + 1) % (last + 1)})


def masks_view(pair: PairConfig, choice: MaskChoice, runs: list[RunStatus]) -> MaskView | None:
    """Draws masks and activations; None while the data are not here."""
    try:
        split = load(pair.data).test
    except DataUnavailable as missing:
        data_panel(pair.data, str(missing))
        return None
    place = dropout_masks.places(pair.net, pair.dropout)[choice.place]
    net, run = _network(pair, runs)
    image = min(choice.image, len(split) - 1)
    before = dropout_masks.activations(net, place, split.images[image])
    masks = dropout_masks.draw_masks(before, place, choice.seed, choice.averaged, choice.training)
    label = f"Test image {image} ({DATASETS[pair.data].classes[int(split.labels[image])]})"
    data = masks_data(masks, split.images[image], label)
    component("cnn/dropout_masks")(key="dropout_masks", data=data)
    whose = (
        f"your net with dropout, trained for {run.step:,} steps"
        if run
        else f"the net before any training, seed {pair.seed}"
    )
    st.markdown(f"{error_sentence(masks)} {label}, in {whose}.")
    made_by = pair_of([image_config(run)]) if run else None
    repeatable = run is None or printed(feed(run.run_id).events) != ""
    return MaskView(
        replace(choice, image=image), masks, made_by or pair, run is not None, repeatable
    )


def _network(pair: PairConfig, runs: list[RunStatus]) -> tuple[nn.Sequential, RunStatus | None]:
    """The learner's trained net with dropout if its net and data match, else a fresh net."""
    for status in runs:
        found = pair_of([image_config(status)])
        fits = found and (found.net, found.data) == (pair.net, pair.data)
        if fits and image_config(status).model.dropout and status.state in ("finished", "stopped"):
            model = trained(status.run_id, status.config)
            if isinstance(model, nn.Sequential):
                return model, status
    return dropout_masks.fresh_net(pair.net, pair.dropout, pair.seed), None


def error_sentence(masks: Masks) -> str:
    """The errors of one pass and of the mean of many, and the error by theory."""
    if not masks.training:
        return "In evaluation mode the layer passes on what it gets: the difference is 0."
    one, mean = masks.errors
    return (
        f"One pass differs from the original by **{one:.4f}** (root mean square), the mean of "
        f"{masks.averaged} by **{mean:.4f}**; theory says {masks.expected:.4f}."
    )


def masks_data(masks: Masks, image: Tensor, label: str) -> dict[str, object]:
    """The data of the picture, with the image that went through the net."""
    return view_data(masks) | {"image": _text(image.numpy().tobytes()), "label": label}


def view_data(masks: Masks) -> dict[str, object]:
    """The data of the picture; arrays are sent as the bytes of 32-bit floats."""
    before = dropout_masks.maps_of(masks.before)
    maps, height, width = before.shape
    flat = masks.before.ndim == 2
    return {
        "maps": maps,
        "height": height,
        "width": width,
        "shown": maps,
        "total": maps if flat else masks.before.shape[1],
        "p": masks.place.p if masks.training else 0.0,
        "scale": masks.scale,
        "training": masks.training,
        "averaged": masks.averaged,
        "before": _floats(before),
        "mean": _floats(dropout_masks.maps_of(masks.mean)),
        "masks": [_bits(dropout_masks.maps_of(mask)) for mask in masks.masks],
        "captions": (captions(masks),),
        "signed": SIGNED,
        "accent": ACCENT,
    }


def captions(masks: Masks) -> dict[str, object]:
    """The words above each picture; counts are of all units of the layer.

    The expected share is the layer's own p: in the notes' net the slider sets the largest of four.
    """
    share = [f"{count / masks.units:.1%} dropped" for count in masks.dropped]
    expected = f"Expected to drop here: {100 * masks.place.p:.4g}%. "
    if not masks.training:
        share, expected = ["nothing dropped" for _ in masks.dropped], ""
    times = f"times {masks.scale:.3g}" if masks.training else "unchanged"
    return {
        "before": f"Before: {masks.units:,} units",
        "mean": f"Mean of {masks.averaged}",
        "expected": expected,
        "masks": [f"Mask {i}: {part}" for i, part in enumerate(share, 1)],
        "after": [f"Pass {i}: kept {times}" for i in range(1, len(share) + 1)],
    }


def _floats(values: Tensor) -> str:
    return _text(values.float().contiguous().numpy().tobytes())


def _bits(mask: Tensor) -> str:
    return _text(np.packbits(mask.contiguous().numpy().astype(bool)).tobytes())


def _text(raw: bytes) -> str:
    return base64.b64encode(raw).decode("ascii")
