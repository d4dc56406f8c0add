"""What the network sees: maps, kernels, gradients, saliency, occlusion, favourites, softmax."""

from __future__ import annotations

import streamlit as st

from dl101_core.cnn.inside.choice_controls import image_choice, network_choice
from dl101_core.cnn.inside.controls import view_switch
from dl101_core.cnn.inside.view import scene, show_view
from dl101_core.draw.view import Network, shipped_networks
from dl101_core.lab.networks_view import run_networks
from dl101_core.ui.fragments import fragment
from dl101_core.ui.lesson import open_lesson
from dl101_core.ui.rail import more

lesson = open_lesson("inside")


@fragment()
def experiment(networks: list[Network]) -> None:
    left, right = lesson.frame()
    with left:
        view = view_switch()
        own, image = st.container(), st.container()
        with more():
            network = network_choice(networks)
    with image:
        seen = image_choice(network)
    with right:
        part = show_view(view, scene(network, seen, own))
    lesson.parts(part.latex, part.script)


experiment(shipped_networks() + run_networks(digits_only=False))
