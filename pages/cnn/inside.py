"""What the network sees: maps, kernels, gradients, saliency, occlusion, favourites, softmax."""

from __future__ import annotations

from dl101_core.cnn.inside.choice_controls import image_choice, network_choice
from dl101_core.cnn.inside.controls import view_switch
from dl101_core.cnn.inside.view import scene, show_view
from dl101_core.draw.view import Network, shipped_networks
from dl101_core.lab.networks_view import run_networks
from dl101_core.ui.fragments import fragment
from dl101_core.ui.lesson import open_lesson

lesson = open_lesson("inside")


@fragment()
def experiment(networks: list[Network]) -> None:
    left, right = lesson.frame()
    with left:
        network = network_choice(networks)
        seen = image_choice(network)
    with right:
        view = view_switch()
        on_show = scene(network.name, network.title, network.model, network.classes, seen)
        part = show_view(view, on_show)
    lesson.parts(part.latex, part.script)


experiment(shipped_networks() + run_networks(digits_only=False))
