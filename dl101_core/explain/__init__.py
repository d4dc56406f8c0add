"""Explains a network on one image: predictions, maps, gradients, occlusion, gradient ascent.

Networks are shared between sessions. Nothing here changes one: no hooks, no ``.grad``, no mode.
"""

from dl101_core.explain.ascent import AscentConfig, Dreamt, ascend, ascended
from dl101_core.explain.gradients import LayerGradients, gradients, saliency
from dl101_core.explain.layers import LayerLook, kernels, leaves, look_through
from dl101_core.explain.logits import Sums, sums
from dl101_core.explain.occlusion import OcclusionConfig, OcclusionMap, occlude
from dl101_core.explain.reading import FeatureMaps, Reading, feature_maps, read_image

__all__ = [
    "AscentConfig",
    "Dreamt",
    "FeatureMaps",
    "LayerGradients",
    "LayerLook",
    "OcclusionConfig",
    "OcclusionMap",
    "Reading",
    "Sums",
    "ascend",
    "ascended",
    "feature_maps",
    "gradients",
    "kernels",
    "leaves",
    "look_through",
    "occlude",
    "read_image",
    "saliency",
    "sums",
]
