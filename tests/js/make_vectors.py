"""What the tests of the client side compare with: numbers of PyTorch, as JSON files in a folder.

``python -m tests.js.make_vectors FOLDER``. They are small and the same at every call.
"""

from __future__ import annotations

import base64
import json
import struct
import sys
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F

from dl101_core.cnn.builder.layers import kinds_data
from dl101_core.cnn.filters.shown import show_values
from dl101_core.lab.curves import Curve
from dl101_core.models import ModelConfig
from dl101_core.models.layers import PRESETS
from dl101_core.tasks.images.config import ImageConfig
from dl101_core.tasks.points import PointsConfig
from dl101_core.training.events import Snapshot
from dl101_core.training.loop import train
from dl101_core.ui.palette import SIGNED, UNSIGNED
from dl101_core.ui.scales import colour_table
from dl101_core.views.field import packed

FAR = 3
KERNELS = {
    "edge": ((-1, 0, 1), (-2, 0, 2), (-1, 0, 1)),
    "tenths": ((0.1, 0.2, -0.3), (1.7, -2.4, 0.6), (0.05, 0.9, -1.1)),
    "one": ((2.5,),),
    "large": tuple(tuple((3 * u + v) % 7 - 3 for v in range(5)) for u in range(5)),
}


def filters() -> list[dict[str, Any]]:
    """A filter on a picture of 11 × 8 pixels, in each padding mode: float32 to the last bit."""
    kinds = product(KERNELS, ("zeros", "reflect", "replicate", "circular"), (1, 3))
    return [
        _filtered(name, mode, channels, seed) for seed, (name, mode, channels) in enumerate(kinds)
    ]


def _filtered(name: str, mode: str, channels: int, seed: int) -> dict[str, Any]:
    numbers = torch.Generator().manual_seed(seed)
    rows, height, width = KERNELS[name], 8, 11
    picture = torch.randint(0, 256, (1, channels, height, width), generator=numbers).float()
    stride, dilation, pad = 1 + seed % 2, 1 + seed // 2 % 2, seed % 5
    if dilation * (len(rows) - 1) + 1 > height + 2 * pad:
        dilation = 1
    divisor, bias = (1.0, 0.0) if seed % 3 else (2.7, -12.5)
    kernel = torch.tensor(rows, dtype=torch.float32).expand(channels, 1, len(rows), len(rows))
    wide = F.pad(picture, (pad,) * 4, mode="constant" if mode == "zeros" else mode)
    sums = F.conv2d(wide, kernel, stride=stride, dilation=dilation, groups=channels)
    values = sums / divisor + bias
    table = colour_table(SIGNED)
    seen = values[0].permute(1, 2, 0).contiguous().numpy()
    views = ("clipped", "absolute", "stretched", "signed")
    change = values - picture if values.shape == picture.shape else None
    return {
        "name": f"{name}, {mode}, {channels} channels, stride {stride}, dilation {dilation}",
        "filter": {
            "rows": rows,
            "dilation": dilation,
            "stride": stride,
            "pad": pad,
            "mode": mode,
            "divisor": divisor,
            "bias": bias,
        },
        "channels": channels,
        "width": width,
        "height": height,
        "picture": picture[0].int().flatten(1).tolist(),
        "size": [values.shape[3], values.shape[2]],
        "values": values.flatten().tolist(),
        "outside": int(((values < 0) | (values > 255)).sum()),
        "shown": {view: show_values(seen, view, table).flatten().tolist() for view in views},
        "change": None if change is None else [float(change.min()), float(change.max())],
    }


def padding() -> list[dict[str, Any]]:
    """From which place each place of a padded line is read; −1 for a zero."""
    line = torch.arange(5.0).view(1, 1, 5)
    modes = {"reflect": "reflect", "replicate": "replicate", "circular": "circular"}
    lines = {name: F.pad(line, (4, 4), mode=mode) for name, mode in modes.items()}
    lines["zeros"] = F.pad(line, (4, 4), value=-1.0)
    return [
        {"mode": mode, "from": -4, "size": 5, "places": found.flatten().int().tolist()}
        for mode, found in lines.items()
    ]


def poolings() -> list[dict[str, Any]]:
    """A picture and its pooling after every shift, as the picture of the lesson gets them."""
    cases = [
        ("max", 2, 2, 0, False),
        ("max", 3, 1, 1, True),
        ("average", 2, 2, 1, False),
        ("average", 5, 3, 2, True),
        ("l2", 3, 2, 0, False),
    ]
    return [_pooled(*case, seed=seed) for seed, case in enumerate(cases)]


def _pooled(kind: str, k: int, s: int, p: int, wrap: bool, seed: int) -> dict[str, Any]:
    n = 8
    numbers = torch.Generator().manual_seed(seed)
    picture = torch.randint(0, 10, (n, n), generator=numbers).float()
    moves = [(right, down) for down in range(-FAR, FAR + 1) for right in range(-FAR, FAR + 1)]
    moved = torch.stack([_moved(picture, right, down, wrap) for right, down in moves])[:, None]
    counted = bool(seed % 2)
    winners: list[int] = []
    if kind == "max":
        outputs, places = F.max_pool2d(moved, k, s, p, return_indices=True)
        winners = places.flatten().tolist()
    elif kind == "average":
        outputs = F.avg_pool2d(moved, k, s, p, count_include_pad=counted)
    else:
        outputs = F.lp_pool2d(moved, 2.0, k, s)
    sizes = {"n": n, "k": k, "s": s, "p": p, "m": outputs.shape[-1], "far": FAR}
    return {
        **sizes,
        "kind": kind,
        "counted": counted,
        "wrap": wrap,
        "image": picture.flatten().tolist(),
        "outputs": outputs.flatten().tolist(),
        "winners": winners,
        "moves": moves,
        "pictures": moved.flatten(1).tolist(),
    }


def _moved(picture: torch.Tensor, right: int, down: int, wrap: bool) -> torch.Tensor:
    if wrap:
        return picture.roll((down, right), (0, 1))
    n = len(picture)
    wide = F.pad(picture, (FAR,) * 4)
    return wide[FAR - down : FAR - down + n, FAR - right : FAR - right + n]


def convolutions() -> list[dict[str, Any]]:
    """Convolutions, and transposed ones, of whole numbers: without rounding."""
    cases = [(1, 1, 0, 1, 1, False), (2, 1, 2, 1, 3, False), (1, 2, 1, 3, 2, False)]
    cases += [(1, 1, 0, 1, 1, True), (2, 1, 1, 2, 2, True), (3, 2, 2, 1, 1, True)]
    return [_convolved(*case, seed=seed) for seed, case in enumerate(cases)]


def _convolved(
    s: int, d: int, p: int, channels: int, outs: int, transposed: bool, seed: int
) -> dict[str, Any]:
    n, k = 6, 3
    numbers = torch.Generator().manual_seed(seed)
    image = torch.randint(-5, 10, (1, channels, n, n), generator=numbers).float()
    kernel = torch.randint(-3, 4, (outs, channels, k, k), generator=numbers).float()
    if transposed:
        turned = kernel.transpose(0, 1)
        output = F.conv_transpose2d(image, turned, stride=s, dilation=d, padding=p)
    else:
        output = F.conv2d(image, kernel, stride=s, dilation=d, padding=p)
    pad = 0 if transposed else p
    return {
        "n": n,
        "k": k,
        "s": s,
        "d": d,
        "m": output.shape[-1],
        "before": pad,
        "after": pad,
        "crop": p if transposed else 0,
        "transposed": transposed,
        "channels": channels,
        "outs": outs,
        "image": image.flatten().tolist(),
        "kernel": kernel.flatten().tolist(),
        "output": output.flatten().tolist(),
    }


def colours() -> list[dict[str, Any]]:
    """The 256 colours of each scale."""
    scales = (SIGNED, UNSIGNED)
    return [{"stops": stops, "table": colour_table(stops).tolist()} for stops in scales]


def wholes() -> dict[str, Any]:
    """Numbers as 16-bit integers, and how Python writes them with so many decimals."""
    values = torch.tensor([0, 1, -1, 12, -305, 32767, -32768], dtype=torch.int16)
    return {
        "encoded": base64.b64encode(values.numpy().astype("<i2").tobytes()).decode("ascii"),
        "values": values.tolist(),
        "words": {digits: [_decimal(value, digits) for value in values] for digits in (0, 1, 4)},
    }


def _decimal(whole: torch.Tensor, digits: int) -> str:
    return f"{int(whole) / 10**digits:.{digits}f}" if whole else "0"


def networks() -> dict[str, Any]:
    """The kinds of layers of the builder, and the texts of the networks that it offers."""
    return {"kinds": kinds_data(), "texts": [preset.text for preset in PRESETS.values()]}


def levels() -> list[dict[str, Any]]:
    """Grids of noise, and values through which lines of one level are looked for."""
    numbers = torch.Generator().manual_seed(0)
    sizes = ((7, 5), (12, 12), (2, 9))
    return [
        {
            "width": width,
            "height": height,
            "values": torch.randn(height * width, generator=numbers).tolist(),
            "levels": [-0.5, 0, 0.31],
        }
        for width, height in sizes
    ]


def packed_numbers() -> dict[str, Any]:
    """float32 as the shared views get them, and how they are written."""
    values = torch.tensor([0.0, -1.234567, 0.05, 1e-6, 2.5e7, float("nan"), float("-inf")])
    words = ["0", "−1.23", "0.05", "1.0e−6", "2.5e+7", "not a number", "−∞"]
    return {"text": packed(values.tolist()), "words": words}


def products() -> list[dict[str, Any]]:
    """Rows x · W + b of PyTorch, short and long."""
    numbers = torch.Generator().manual_seed(4)
    found = []
    for inputs, columns in ((3, 4), (12, 3), (40, 5)):
        x = torch.randn(inputs, generator=numbers)
        w = torch.randn(inputs, columns, generator=numbers)
        b = torch.randn(columns, generator=numbers)
        z = torch.addmv(b, w.T, x)
        flat = {"x": x.tolist(), "w": w.flatten().tolist(), "b": b.tolist(), "z": z.tolist()}
        found.append(flat | {"columns": columns})
    return found


def snapshots() -> list[dict[str, Any]]:
    """Snapshots of a small run, as its stream tells them and as PyTorch has them."""
    config = PointsConfig(train_size=40, val_size=20, batch_size=20, epochs=2)
    events = [event for event in train(config) if isinstance(event, Snapshot)]
    curve = Curve()
    curve.take(events)
    found = []
    for told, event in zip(curve.shots, events, strict=True):
        arrays = [
            (one.name, one.shape, list(struct.unpack(f"<{len(one.data) // 4}f", one.data)))
            for one in event.arrays
        ]
        found.append({"told": told, "arrays": arrays})
    return found


def pictures() -> list[dict[str, Any]]:
    """Snapshots of an image run, as its stream tells them, and their numbers by name."""
    model = ModelConfig(name="softmax")
    config = ImageConfig(train_size=800, val_size=120, batch_size=10, epochs=2, model=model)
    events = [event for event in train(config) if isinstance(event, Snapshot)]
    curve = Curve()
    curve.take(events)
    kinds = {"float32": "<f4", "uint8": "u1"}
    return [
        {
            "told": told,
            "arrays": {
                one.name: np.frombuffer(one.data, kinds[one.kind]).tolist() for one in event.arrays
            },
        }
        for told, event in zip(curve.shots, events, strict=True)
    ]


ALL = (
    *(filters, padding, poolings, convolutions, colours, wholes, networks),
    *(levels, packed_numbers, products, snapshots, pictures),
)


def write(folder: Path) -> None:
    """Every set of numbers, each as a file with the name of its function."""
    for make in ALL:
        (folder / f"{make.__name__}.json").write_text(json.dumps(make()), "utf-8")


if __name__ == "__main__":
    write(Path(sys.argv[1]))
