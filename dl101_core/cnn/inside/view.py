"""The seven views of "What the network sees": controls, a picture, formula and code of each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Annotated, Any

import numpy as np
import streamlit as st
from torch import nn

from dl101_core import explain
from dl101_core.cnn.inside import maths as inside_maths
from dl101_core.cnn.inside import script as scripts
from dl101_core.cnn.inside import shown as inside
from dl101_core.cnn.inside.choice_controls import FILE, Seen
from dl101_core.cnn.inside.climb_view import show_climb
from dl101_core.cnn.inside.controls import (
    ascent_controls,
    channel_choice,
    class_choice,
    layer_choice,
    occlusion_controls,
    unit_choice,
)
from dl101_core.draw.shown import percent
from dl101_core.explain import LayerLook, OcclusionConfig, OcclusionMap, Sums
from dl101_core.export import Script
from dl101_core.ui import controls, messages
from dl101_core.ui.address import set_fields
from dl101_core.ui.component import component
from dl101_core.ui.deferred import stamp_of
from dl101_core.ui.palette import ACCENT, SIGNED, UNSIGNED
from dl101_core.weights import SHIPPED

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator

    from dl101_core.draw.view import Network

NO_MAPS = (
    "This network reads the image row by row and has no feature maps. Choose a convolutional "
    "network, or look at its saliency, its occlusion map or its softmax."
)
NO_KERNELS = "This network has no layer whose weights form pictures. Choose another network."
OVERFLOWED = (
    "This network's answers are not numbers: its training went wrong, probably with too high a "
    "learning rate. Choose another network."
)
Unit = Annotated[int, messages.within(0, 4095)]


@dataclass(frozen=True)
class Part:
    """The content of the tabs: the formula with numbers, and the code."""

    latex: str
    script: Script


@dataclass(frozen=True, eq=False)
class Scene:
    """Everything that a view may show. ``controls``: the place of its own controls."""

    title: str
    model: nn.Module
    setting: scripts.Setting
    seen: Seen
    classes: tuple[str, ...]
    sums: Sums
    controls: DeltaGenerator

    @property
    def says(self) -> int:
        return int(self.sums.logits.argmax())

    @property
    def caption(self) -> str:
        share = percent(float(self.sums.shares[self.says]))
        return f"{self.seen.what}. The network says {self.classes[self.says]}, {share}."

    def looks(self) -> tuple[LayerLook, ...]:
        return explain.look_through(self.model, self.seen.image)

    def class_choice(self) -> int:
        return class_choice(self.classes, self.says, self.seen.label)


def scene(network: Network, seen: Seen, place: DeltaGenerator) -> Scene:
    """What ``network`` makes of the image. ``place``: of the controls of the view."""
    name, model = network.name, network.model
    weights = f"assets/weights/{name}.safetensors" if name in SHIPPED else FILE
    setting = scripts.Setting(model, weights, seen.image, seen.what)
    found = explain.sums(model, seen.image)
    return Scene(network.title, model, setting, seen, network.classes, found, place)


def show_view(view: str, scene: Scene) -> Part:
    """Draw the view, or say why this network does not have it."""
    if not np.isfinite(scene.sums.logits).all():
        st.warning(OVERFLOWED, icon=":material/error:")
        return _nothing(scene)
    return _VIEWS[view](scene)


def _maps(scene: Scene) -> Part:
    looks = scene.looks()
    if not looks:
        return _instead(scene, NO_MAPS)
    with scene.controls:
        look = layer_choice(looks) or looks[0]
        unit = unit_choice(len(look.maps), look.word)
    _mount(scene, inside.maps_data(look, unit))
    return Part(inside_maths.maps_latex(look, unit), scripts.maps_script(scene.setting, look, unit))


def _kernels(scene: Scene) -> Part:
    looks = [look for look in scene.looks() if explain.kernels(look) is not None]
    if not looks:
        return _instead(scene, NO_KERNELS)
    with scene.controls:
        look = layer_choice(looks) or looks[0]
        channel = channel_choice(look)
        weights = explain.kernels(look, channel)
        assert weights is not None
        unit = unit_choice(len(weights), "Kernel")
    _mount(scene, inside.kernel_data(look, weights, unit, channel), with_input=False)
    return Part(
        inside_maths.kernel_latex(weights, unit),
        scripts.kernels_script(scene.setting, look, weights[unit], unit, channel),
    )


def _gradients(scene: Scene) -> Part:
    looks = scene.looks()
    with scene.controls:
        target = scene.class_choice()
        look = layer_choice(looks, with_input=True)
        unit = unit_choice(len(look.maps), look.word) if look else 0
    found = explain.gradients(scene.model, scene.seen.image, target)
    _mount(scene, inside.gradient_data(look, found, unit))
    return Part(
        inside_maths.gradient_latex(look, found, scene.classes[target]),
        scripts.gradients_script(scene.setting, look, found, unit),
    )


def _saliency(scene: Scene) -> Part:
    with scene.controls:
        target = scene.class_choice()
        signed = controls.toggle("With its sign", "signed", False)
    slopes = explain.saliency(scene.model, scene.seen.image, target)
    name = scene.classes[target]
    _mount(scene, inside.saliency_data(slopes, signed, name))
    return Part(
        inside_maths.saliency_latex(slopes, name),
        scripts.saliency_script(scene.setting, slopes, target),
    )


def _occlusion(scene: Scene) -> Part:
    with scene.controls:
        target = scene.class_choice()
        config = occlusion_controls()
    found = _occluded(scene.model, scene.seen.image.tobytes(), config)
    _mount(scene, inside.occlusion_data(found, target, scene.classes))
    return Part(
        inside_maths.occlusion_latex(found, target, scene.classes[target]),
        scripts.occlusion_script(scene.setting, found, target),
    )


def _excite(scene: Scene) -> Part:
    looks = scene.looks()
    if not looks:
        return _instead(scene, NO_MAPS)
    with scene.controls:
        look = layer_choice(looks) or looks[0]
        unit = unit_choice(len(look.maps), look.word)
        config = ascent_controls(look, unit)
        buttons = st.container(horizontal=True)
    name = f"{look.name}, {look.word.lower()} {unit + 1}"
    shown = show_climb(scene.model, scene.classes, config, name, buttons)
    return Part(
        inside_maths.excite_latex(shown, unit),
        scripts.excite_script(scene.setting, config, shown),
    )


def _softmax(scene: Scene) -> Part:
    with scene.controls:
        target = scene.class_choice()
    data = softmax_view_data(scene.sums, scene.classes, target, scene.caption)
    component("cnn/inside_softmax")(key="inside_softmax", data=data)
    return Part(
        inside_maths.sums_latex(scene.sums, target, scene.classes[target]),
        scripts.softmax_script(scene.setting, scene.sums, target),
    )


_VIEWS: dict[str, Callable[[Scene], Part]] = {
    "maps": _maps,
    "kernels": _kernels,
    "gradients": _gradients,
    "saliency": _saliency,
    "occlusion": _occlusion,
    "excite": _excite,
    "softmax": _softmax,
}


def _instead(scene: Scene, sentence: str) -> Part:
    """Say why this network does not have a view; the tabs then show its prediction."""
    st.info(sentence, icon=":material/info:")
    return _nothing(scene)


def _nothing(scene: Scene) -> Part:
    return Part(
        inside_maths.sums_latex(scene.sums, scene.says, scene.classes[scene.says]),
        scripts.softmax_script(scene.setting, scene.sums, scene.says),
    )


def softmax_view_data(
    sums: Sums, classes: tuple[str, ...], target: int, caption: str
) -> dict[str, Any]:
    """The data of the picture of the softmax."""
    data = inside.softmax_data(sums, classes, target) | {"title": caption, "accent": ACCENT}
    return data | {"shown": stamp_of(data)}


def _mount(scene: Scene, data: dict[str, Any], with_input: bool = True) -> None:
    """The picture of maps; a click on a map sets ``unit``."""
    data = maps_view_data(data, scene.seen.image if with_input else None, scene.caption)
    component("cnn/inside_maps")(key="inside_maps", data=data, on_unit_change=_take_unit)


def maps_view_data(data: dict[str, Any], image: np.ndarray | None, caption: str) -> dict[str, Any]:
    """The data of the picture of maps: ``data`` of its kind, and the input beside it."""
    data = data | {
        "input": "" if image is None else inside.grey(image),
        "input_name": "" if image is None else caption,
        "signed_scale": SIGNED,
        "unsigned_scale": UNSIGNED,
        "accent": ACCENT,
    }
    return data | {"shown": stamp_of(data)}


def _take_unit() -> None:
    unit = read_unit(messages.sent("inside_maps", "unit"))
    if unit is not None:
        set_fields({"unit": unit + 1})


def read_unit(message: object) -> int | None:
    """The map of an untrusted message, counted from zero; None if it is invalid."""
    return messages.read(message, Unit)


@lru_cache(maxsize=16)
def _occluded(model: nn.Module, image: bytes, config: OcclusionConfig) -> OcclusionMap:
    """The occlusion map, cached so that another class costs nothing."""
    pixels = np.frombuffer(image, np.uint8).reshape(28, 28).copy()
    return explain.occlude(model, pixels, config)
