"""The data of the pictures of "What the network sees": numbers rounded as they are shown."""

from __future__ import annotations

import base64
import math
from typing import Any

import numpy as np
import numpy.typing as npt

from dl101_core.draw.shown import percent
from dl101_core.explain import LayerGradients, LayerLook, OcclusionMap, Sums
from dl101_core.explain.layers import PIXELS, Fields, all_weights, input_channels
from dl101_core.explain.occlusion import FILLS
from dl101_core.models.receptive import Field

UInt8 = npt.NDArray[np.uint8]
MOST_DIGITS, LARGEST = 12, 32767
PRODUCTS = 8
"""Terms of a logit that are written out."""
MOST_MAPS = 128
"""Maps of one layer that are shown."""


def packed(values: npt.NDArray[Any]) -> dict[str, Any]:
    """``values`` rounded to as many decimals as 16 bits hold: about four figures of the largest.

    ``value = whole / 10^digits``; so the browser writes exactly the rounded number. Raises
    ``ValueError`` for numbers that are not finite.
    """
    largest = float(np.abs(values).max(initial=0))
    if not math.isfinite(largest):
        raise ValueError("The network's numbers have overflowed: this training went wrong.")
    digits = MOST_DIGITS if largest == 0 else math.floor(math.log10(LARGEST / largest))
    digits = min(digits, MOST_DIGITS)
    whole = np.rint(values.astype(np.float64) * 10.0**digits).astype("<i2")
    return {"values": base64.b64encode(whole.tobytes()).decode("ascii"), "digits": digits}


def grey(image: UInt8) -> str:
    """A picture of the network's input for the browser."""
    return base64.b64encode(image.tobytes()).decode("ascii")


def maps_data(look: LayerLook, chosen: int) -> dict[str, Any]:
    """The feature maps of one layer."""
    maps = look.maps[:MOST_MAPS]
    return _maps(maps, look.fields, look.word, chosen) | {
        "about": f"{look.name}: {_shape(look.maps)}{_cut(look.maps)}",
        "large": f"Whole layer: {_range(look.maps)}",
    }


def gradient_data(look: LayerLook | None, found: LayerGradients, chosen: int) -> dict[str, Any]:
    """``dL/d(map)`` of one layer or of the input, and how large each weight gradient is."""
    every = found.pixels[None] if look is None else found.maps[look.index]
    maps = every[:MOST_MAPS]
    name, word = ("0: input", "Slope") if look is None else (look.name, look.word)
    fields = PIXELS if look is None else look.fields
    most = max((weight.rms for weight in found.weights), default=0) or 1
    bars = [
        [weight.name, f"{weight.rms:.3g}", round(100 * weight.rms / most, 1)]
        for weight in found.weights
    ]
    return _maps(maps, fields, word, chosen, signed=True) | {
        "about": f"{name}: dL/d({'input' if look is None else 'output'}), loss {found.loss:.4g}, "
        f"{_shape(every)}{_cut(every)}",
        "large": f"Whole layer: {_range(every)}",
        "bars": bars,
        "bars_title": "Weight gradient per layer, root mean square",
    }


def kernel_data(
    look: LayerLook, weights: npt.NDArray[np.float32], chosen: int, channel: int = 0
) -> dict[str, Any]:
    """``weights``: all kernels of one layer for one input channel, counted from zero."""
    channels = input_channels(look)
    which = f", for input map {channel + 1} of {channels}" if channels > 1 else ""
    return _maps(weights[:MOST_MAPS], None, "Kernel", chosen, signed=True) | {
        "about": f"{look.name}: {_shape(weights)}{which}{_cut(weights)}",
        "large": f"All weights of the layer: {_range(all_weights(look))}",
    }


def saliency_data(slopes: npt.NDArray[np.float32], signed: bool, target: str) -> dict[str, Any]:
    """One map as large as the input."""
    values = slopes if signed else np.abs(slopes)
    what = f"the score for {target} changes with each pixel"
    return _maps(values[None], PIXELS, "Slope", 0, signed=signed) | {
        "about": f"How {what}" if signed else f"How strongly {what}",
        "large": f"From {_range(values)}",
    }


def occlusion_data(found: OcclusionMap, target: int, classes: tuple[str, ...]) -> dict[str, Any]:
    """The probability of ``target`` with the patch at each place."""
    shares = found.probabilities[:, :, target]
    field = found.config.field
    data = _maps(100 * shares[None], (field, field), "Covered", 0, signed=True)
    whole = float(found.whole[target])
    return data | {
        "centre": round(100 * whole, data["digits"]),
        "about": f"Probability of {classes[target]} with a part covered; whole: {percent(whole)}",
        "large": f"From {percent(float(shares.min()))} to {percent(float(shares.max()))}",
        "says": base64.b64encode(found.probabilities.argmax(2).astype(np.uint8).tobytes()).decode(
            "ascii"
        ),
        "classes": classes,
        "target": classes[target],
        "whole": percent(whole),
        "fill": FILLS[found.config.fill],
    }


def softmax_data(found: Sums, classes: tuple[str, ...], target: int) -> dict[str, Any]:
    """Logit, power and share of each class, and the products that make each logit."""
    powers, shares = found.powers, found.shares
    reach = float(np.abs(found.logits).max()) or 1.0
    rows = [
        [
            name,
            _fixed(found.logits[k]),
            round(100 * float(found.logits[k]) / reach, 2),
            _power(float(powers[k])),
            round(100 * float(powers[k]), 2),
            percent(float(shares[k])),
            round(100 * float(shares[k]), 2),
        ]
        for k, name in enumerate(classes)
    ]
    return {
        "rows": rows,
        "total": _power(float(powers.sum())),
        "highest": _fixed(found.logits.max()),
        "chosen": target,
        "terms": [_terms(found, k) for k in range(len(classes))] if found.names else (),
        "features": len(found.names),
    }


def _terms(found: Sums, target: int) -> list[Any]:
    products, rest = found.largest(target, PRODUCTS)
    values = [product.value for product in products] + [rest, float(found.bias[target])]
    reach = max(map(abs, values)) or 1.0
    widths = [round(100 * value / reach, 1) for value in values]
    rows = [
        [p.name, _fixed(p.feature), _fixed(p.weight), _fixed(p.value), width]
        for p, width in zip(products, widths, strict=False)
    ]
    others = len(found.names) - len(products)
    if others:
        rows.append([f"the other {others:,} together", "", "", _fixed(rest), widths[-2]])
    rows.append(["bias", "", "", _fixed(found.bias[target]), widths[-1]])
    return [rows, _fixed(found.logits[target])]


def _maps(
    maps: npt.NDArray[Any], fields: Fields | None, word: str, chosen: int, signed: bool = False
) -> dict[str, Any]:
    return packed(maps) | {
        "shape": maps.shape,
        "seen": () if fields is None else tuple(map(_seen, fields)),
        "word": word,
        "chosen": min(chosen, len(maps) - 1),
        "signed": signed or bool(maps.min() < 0),
        "centre": 0,
        "bars": (),
        "bars_title": "",
        "says": "",
    }


def _seen(field: Field) -> list[tuple[int, ...]]:
    """First and one past the last pixel of each row or column of a map, or of each unit."""
    return [field.seen(place) or () for place in range(min(len(field.spans), MOST_MAPS))]


def _shape(maps: npt.NDArray[Any]) -> str:
    count, height, width = maps.shape
    return f"{count} units" if height * width == 1 else f"{count} of {height}×{width}"


def _cut(maps: npt.NDArray[Any]) -> str:
    return f", the first {MOST_MAPS} shown" if len(maps) > MOST_MAPS else ""


def _short(value: float) -> str:
    return f"{float(value):.3g}".replace("-", "−")


def _range(values: npt.NDArray[Any]) -> str:
    return f"{_short(values.min())} to {_short(values.max())}"


def _fixed(value: float) -> str:
    """Four decimals, and never a minus before zero."""
    return f"{round(float(value), 4) + 0.0:.4f}".replace("-", "−")


def _power(value: float) -> str:
    return f"{value:.4f}" if value >= 0.001 else f"{value:.2e}".replace("-", "−")
