"""The code tab of the page "Draw a digit": the drawing's pixels through the shipped CNN."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from dl101_core.explain import Reading
from dl101_core.export import Script
from dl101_core.models import ModelConfig


def draw_script(
    image: npt.NDArray[np.uint8], config: ModelConfig, reading: Reading, what: str
) -> Script:
    """``image``: the input; ``what``: its name in words. ``reading``: the CNN's answer."""
    rows = "\n".join(row.tobytes().hex() for row in image)
    c, hidden = config.channels, config.hidden_size
    dropout = f"    nn.Dropout({config.dropout:g}),\n" if config.dropout else ""
    source = f'''import torch
from safetensors.torch import load_file
from torch import nn

# {what}: 28 rows of 28 pixels, two hexadecimal digits each: 00 paper, ff ink.
rows = """
{rows}
"""
image = torch.tensor(list(bytes.fromhex(rows))).reshape(1, 1, 28, 28) / 255

cnn = nn.Sequential(
    nn.Conv2d(1, {c}, kernel_size=5, padding=2),  # ({c}, 28, 28)
    nn.MaxPool2d(2),  # ({c}, 14, 14)
    nn.ReLU(),
    nn.Conv2d({c}, {2 * c}, kernel_size=5),  # ({2 * c}, 10, 10)
    nn.MaxPool2d(2),  # ({2 * c}, 5, 5)
    nn.ReLU(),
    nn.Flatten(),  # ({50 * c},)
    nn.Linear({50 * c}, {hidden}),
    nn.ReLU(),
{dropout}    nn.Linear({hidden}, 10),
)
cnn.load_state_dict(load_file("assets/weights/cnn.safetensors"))
cnn.eval().to(memory_format=torch.channels_last)

with torch.inference_mode():
    logits = cnn(image.contiguous(memory_format=torch.channels_last))[0]
    probabilities = logits.double().softmax(0)

for digit, p in enumerate(probabilities.tolist()):
    print(f"{{digit}}  {{100 * p:6.2f}} %")
print("It is a", int(probabilities.argmax()))
'''
    return Script("read_my_digit", source, _prints(reading))


def _prints(reading: Reading) -> str:
    lines = [
        f"{digit}  {100 * p:6.2f} %" for digit, p in enumerate(reading.prediction.probabilities)
    ]
    return "\n".join([*lines, f"It is a {reading.prediction.predicted}"])
