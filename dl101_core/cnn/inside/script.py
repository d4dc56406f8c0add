"""The code tab of "What the network sees": the same network, image and view, as plain PyTorch."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from torch import nn

from dl101_core.explain import AscentConfig, Dreamt, LayerGradients, LayerLook, OcclusionMap, Sums
from dl101_core.explain import ascent as climb
from dl101_core.explain.layers import Floats
from dl101_core.explain.occlusion import FILLS
from dl101_core.export import Script
from dl101_core.models.recurrent import RowReader

MOST_PRODUCTS = 8


@dataclass(frozen=True, eq=False)
class Setting:
    """``weights``: the file of the network's weights. ``what``: the image, in words."""

    model: nn.Module
    weights: str
    image: npt.NDArray[np.uint8]
    what: str


def maps_script(setting: Setting, look: LayerLook, unit: int) -> Script:
    cells = look.maps[unit]
    tail = f"""
with torch.inference_mode():
    features = image
    for layer in layers[: {look.index} + 1]:
        features = layer(features)
cells = features.flatten(2)[0, {unit}] if features.ndim == 4 else features[0, {unit} : {unit} + 1]

print("shape", *features.shape[1:])
print(f"map {unit + 1}: from {{cells.min():.4f}} to {{cells.max():.4f}}, mean {{cells.mean():.4f}}")
"""
    shape = look.maps.shape if look.maps[0].size > 1 else look.maps.shape[:1]
    mean = _mean(cells)
    prints = (
        f"shape {' '.join(map(str, shape))}\n"
        f"map {unit + 1}: from {cells.min():.4f} to {cells.max():.4f}, mean {mean:.4f}"
    )
    return _script("feature_maps", setting, tail, prints)


def kernels_script(
    setting: Setting, look: LayerLook, kernel: Floats, unit: int, channel: int
) -> Script:
    weights = f"layers[{look.index}].weight"
    one = f"{weights}[{unit}].reshape(28, 28)"
    if isinstance(look.layer, nn.Conv2d):
        one = f"{weights}[{unit}, {channel}]"
    tail = f"""
kernel = {one}
for row in kernel.tolist():
    print(*(f"{{weight:.4f}}" for weight in row))
"""
    prints = "\n".join(" ".join(f"{w:.4f}" for w in row) for row in kernel.tolist())
    return _script("kernels", setting, tail, prints)


def gradients_script(
    setting: Setting, look: LayerLook | None, found: LayerGradients, unit: int
) -> Script:
    wanted = "image" if look is None else f"outputs[{look.index}]"
    chain = not isinstance(setting.model, RowReader)
    forward = (
        """outputs, features = [], image.requires_grad_(True)
for layer in layers:
    features = layer(features)
    outputs.append(features)
logits = features"""
        if chain
        else "logits = network(image.requires_grad_(True))"
    )
    tail = f"""
network.requires_grad_(True)
{forward}
loss = nn.functional.cross_entropy(logits, torch.tensor([{found.target}]))
slopes, = torch.autograd.grad(loss, {wanted}, retain_graph=True)
print(f"loss {{loss.item():.4f}}")
print(f"|dL/d(output)| {{slopes.double().norm().item():.4g}}")

for layer in layers:
    weights = list(layer.parameters())
    if weights:
        parts = torch.autograd.grad(loss, weights, retain_graph=True)
        every = torch.cat([part.flatten() for part in parts]).double()
        print(f"{{type(layer).__name__}}: {{every.square().mean().sqrt().item():.3g}}")
"""
    slopes = found.pixels if look is None else found.maps[look.index]
    kinds = [type(m).__name__ for m in _leaf_modules(setting.model) if list(m.parameters())]
    lines = [f"loss {found.loss:.4f}", f"|dL/d(output)| {np.linalg.norm(_doubles(slopes)):.4g}"]
    lines += [
        f"{kind}: {weight.rms:.3g}" for kind, weight in zip(kinds, found.weights, strict=True)
    ]
    return _script("gradients", setting, tail, "\n".join(lines))


def saliency_script(setting: Setting, slopes: Floats, target: int) -> Script:
    tail = f"""
logit = network(image.requires_grad_(True))[0, {target}]
slopes = torch.autograd.grad(logit, image)[0][0, 0]
row, column = divmod(int(slopes.abs().argmax()), 28)
print(f"largest slope {{slopes[row, column].item():.4f}} at row {{row + 1}}, column {{column + 1}}")
print(f"mean size {{slopes.abs().double().mean().item():.4f}}")
"""
    row, column = divmod(int(np.abs(slopes).argmax()), 28)
    prints = (
        f"largest slope {slopes[row, column]:.4f} at row {row + 1}, column {column + 1}\n"
        f"mean size {np.abs(_doubles(slopes)).mean():.4f}"
    )
    return _script("saliency", setting, tail, prints)


def occlusion_script(setting: Setting, found: OcclusionMap, target: int) -> Script:
    config = found.config
    n = config.places
    tail = f"""
patch, stride, places = {config.patch}, {config.stride}, {n}
covered = image.repeat(places * places, 1, 1, 1)
for number in range(places * places):
    top, left = stride * (number // places), stride * (number % places)
    covered[number, 0, top : top + patch, left : left + patch] = {FILLS[config.fill]} / 255
with torch.inference_mode():
    whole = network(image).double().softmax(1)[0, {target}]
    shares = network(covered).double().softmax(1)[:, {target}]
row, column = divmod(int(shares.argmin()), places)
print(f"uncovered {{whole:.4f}}")
print(f"least {{shares.min():.4f}} with the patch at row {{stride * row + 1}}, ", end="")
print(f"column {{stride * column + 1}}")
"""
    shares = found.probabilities[:, :, target]
    row, column = divmod(int(shares.argmin()), n)
    prints = (
        f"uncovered {found.whole[target]:.4f}\nleast {shares.min():.4f} with the patch at row "
        f"{config.stride * row + 1}, column {config.stride * column + 1}"
    )
    return _script("occlusion", setting, tail, prints)


def excite_script(setting: Setting, config: AscentConfig, shown: Dreamt | None) -> Script:
    reached = shown.step if shown else config.steps
    tail = f"""
random = torch.Generator().manual_seed({config.seed})
picture = (0.5 + {climb.NOISE} * torch.randn(1, 1, 28, 28, generator=random)).clamp(0, 1)


def cells(picture, last={config.layer}):
    for layer in layers[: last + 1]:
        picture = layer(picture)
    return picture[0, {config.unit}]


def answer(picture):
    found = cells(picture)
    return found.relu().mean() if found.ndim else found


for step in range({reached}):
    jitter = torch.randint({-climb.JITTER}, {climb.JITTER + 1}, (2,), generator=random).tolist()
    x = picture.clone().requires_grad_(True)
    rolled = x.roll(jitter, (2, 3))
    found = cells(rolled)
    if bool((found <= 0).all() if found.ndim else found == 0):  # silent: raise what feeds it
        goal = cells(rolled, last={climb.audible(setting.model, config.layer)}).max()
    else:
        goal = (found.relu() if found.ndim else found).mean()
    slope, = torch.autograd.grad(goal, x)
    rate = {climb.RATE} * (1 - step / {config.steps})
    uphill = slope / (slope.square().mean().sqrt() + 1e-12)
    picture = (picture + rate * (uphill - {climb.DECAY} * picture)).clamp(0, 1)

greys = (255 * picture).round() / 255
print(f"answer after {reached} steps: {{answer(greys).item():.4f}}")
"""
    prints = f"answer after {shown.step} steps: {shown.activation:.4f}" if shown else ""
    return _script("excite", setting, tail, prints)


def softmax_script(setting: Setting, found: Sums, target: int) -> Script:
    tail = """
with torch.inference_mode():
    logits = network(image)[0].double()
powers = (logits - logits.max()).exp()
shares = powers / powers.sum()
for k in range(len(logits)):
    print(f"{k}  z {logits[k]:9.4f}  share {shares[k]:.4f}")
"""
    lines = [
        f"{k}  z {z:9.4f}  share {share:.4f}"
        for k, (z, share) in enumerate(zip(found.logits, found.shares, strict=True))
    ]
    if found.names:
        tail += _products_tail(setting.model, target)
        products = found.features * found.weights[target]
        lines += [
            f"sum of {len(products)} products {products.sum():.4f}",
            f"bias {found.bias[target]:.4f}",
        ]
    return _script("softmax", setting, tail, "\n".join(lines))


def _products_tail(model: nn.Module, target: int) -> str:
    if isinstance(model, RowReader):
        features, head = "network.rnn(image.reshape(1, 28, 28))[0][:, -1]", "network.head"
        found = f"    features = {features}[0].double()\n"
    else:
        last = max(i for i, m in enumerate(_leaf_modules(model)) if isinstance(m, nn.Linear))
        head = f"layers[{last}]"
        found = (
            "    features = image\n"
            f"    for layer in layers[:{last}]:\n        features = layer(features)\n"
            "    features = features.flatten().double()\n"
        )
    bias = f"{head}.bias[{target}]" if _has_bias(model) else "0.0"
    return f"""
with torch.inference_mode():
{found}    products = features * {head}.weight[{target}].double()
print(f"sum of {{len(products)}} products {{products.sum():.4f}}")
print(f"bias {{{bias}:.4f}}")
"""


def _has_bias(model: nn.Module) -> bool:
    last = [m for m in _leaf_modules(model) if isinstance(m, nn.Linear)][-1]
    return last.bias is not None


def _script(name: str, setting: Setting, tail: str, prints: str) -> Script:
    return Script(f"inside_{name}", _head(setting) + tail, prints)


def _head(setting: Setting) -> str:
    rows = "\n".join(row.tobytes().hex() for row in setting.image)
    return f'''import torch
from safetensors.torch import load_file
from torch import nn

# {setting.what}: 28 rows of 28 pixels, two hexadecimal digits each: 00 paper, ff ink.
rows = """
{rows}
"""
image = torch.tensor(list(bytes.fromhex(rows))).reshape(1, 1, 28, 28) / 255

{_network(setting.model)}
network.load_state_dict(load_file("{setting.weights}"))
network.eval().requires_grad_(False).to(memory_format=torch.channels_last)
layers = [layer for layer in network.modules() if not list(layer.children())]
'''


def _network(model: nn.Module) -> str:
    if isinstance(model, RowReader):
        cell = type(model.rnn).__name__
        sizes = f"28, {model.rnn.hidden_size}, {model.rnn.num_layers}"
        return f"""
class RowReader(nn.Module):
    def __init__(self):
        super().__init__()
        self.rnn = nn.{cell}({sizes}, batch_first=True)
        self.head = nn.Linear({model.rnn.hidden_size}, {model.head.out_features})

    def forward(self, images):
        states = self.rnn(images.reshape(-1, 28, 28))[0]  # (N, 28 rows, state)
        return self.head(states[:, -1])


network = RowReader()"""
    return f"network = {_layer(model, '')}"


def _layer(layer: nn.Module, indent: str) -> str:
    """The code that makes ``layer``; the ``repr`` of a plain PyTorch layer is its code."""
    if not isinstance(layer, nn.Sequential):
        code = f"nn.{layer}".replace("padding=same", 'padding="same"')
        if isinstance(layer, nn.AvgPool2d):  # its repr leaves out ceil_mode
            code = f"{code[:-1]}, ceil_mode={layer.ceil_mode})"
        return code
    inner = "".join(f"{indent}    {_layer(one, indent + '    ')},\n" for one in layer)
    return f"nn.Sequential(\n{inner}{indent})"


def _leaf_modules(model: nn.Module) -> list[nn.Module]:
    return [layer for layer in model.modules() if not list(layer.children())]


def _doubles(values: Floats) -> npt.NDArray[np.float64]:
    return values.astype(np.float64)


def _mean(cells: Floats) -> float:
    """The mean by PyTorch: numpy sums in another order, which changes the last digit."""
    import torch

    return float(torch.from_numpy(cells.copy()).flatten().mean())
