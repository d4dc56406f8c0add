"""The code of a learner's own network prints what the page shows, whatever its layers are."""

from __future__ import annotations

from pathlib import Path

import pytest
from safetensors.torch import save_file
from torch import nn

from dl101_core import explain
from dl101_core.cnn.inside import script as scripts
from dl101_core.explain import AscentConfig, OcclusionConfig
from dl101_core.export import Script
from dl101_core.models import ModelConfig, build_model
from tests.explain.networks import IMAGE, built
from tests.scripts import run_script

LAYERS = (
    "conv_6_k3_psame-batchnorm-leaky-avgpool_3_c1-conv_8_k3_d2-softplus-tanh-maxpool_2_c1-dropout_20"
    "-flatten-linear_30-batchnorm-sigmoid-linear_12-softplus-linear_10"
)


def networks() -> list[nn.Module]:
    configs = (
        ModelConfig(name="built", layers=LAYERS),
        ModelConfig(name="lstm", hidden_size=8, num_layers=2),
    )
    return [built(), *(build_model(c, 0).eval().requires_grad_(False) for c in configs)]


def scripts_of(model: nn.Module, weights: str) -> list[Script]:
    setting = scripts.Setting(model, weights, IMAGE, "An image")
    looks = explain.look_through(model, IMAGE)
    found = explain.gradients(model, IMAGE, 3)
    slopes = explain.saliency(model, IMAGE, 3)
    covered = explain.occlude(model, IMAGE, OcclusionConfig(patch=14, stride=4, fill="ink"))
    made = [
        scripts.gradients_script(setting, None, found, 0),
        scripts.saliency_script(setting, slopes, 3),
        scripts.occlusion_script(setting, covered, 3),
        scripts.softmax_script(setting, explain.sums(model, IMAGE), 3),
    ]
    for look in looks:
        made.append(scripts.maps_script(setting, look, 1))
        made.append(scripts.gradients_script(setting, look, found, 1))
        kernel = explain.kernels(look)
        if kernel is not None:
            made.append(scripts.kernels_script(setting, look, kernel[1], 1, 0))
    for look in looks[4:6]:
        config = AscentConfig(layer=look.index, unit=1, steps=16, seed=3)
        last = [one for one in explain.ascend(model, config) if one][-1]
        made.append(scripts.excite_script(setting, config, last))
    return made


@pytest.mark.parametrize("number", range(3))
def test_the_code_prints_the_numbers_of_the_page(number: int, tmp_path: Path) -> None:
    model = networks()[number]
    weights = str(tmp_path / "network.safetensors")
    save_file({k: v.contiguous() for k, v in model.state_dict().items()}, weights)
    for script in scripts_of(model, weights):
        assert run_script(script.source) == script.prints.strip(), script.filename
