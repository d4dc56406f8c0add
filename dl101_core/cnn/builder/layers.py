"""A built network as data for the page: one entry per layer, and how each count comes about."""

from __future__ import annotations

from base64 import b64encode
from functools import lru_cache
from math import prod
from typing import Any

from dl101_core.draw.digits import from_strokes
from dl101_core.draw.examples import OWN, examples
from dl101_core.latex import grouped
from dl101_core.models.layers import (
    KINDS,
    LENET,
    MAX_LAYERS,
    PRESETS,
    BatchNorm,
    Conv,
    Layer,
    Layers,
    Linear,
    Pool,
    layer_text,
    title_of,
    to_text,
)
from dl101_core.models.network import CLASSES as WANTED
from dl101_core.models.network import INPUT_SHAPE, LayerRow, Network, Shape
from dl101_core.models.totals import totals_text
from dl101_core.ui.palette import ACCENT, CLASSES

COLOURS = {
    "conv": CLASSES[0],
    "pool": CLASSES[2],
    "flat": CLASSES[5],
    "linear": CLASSES[9],
    "norm": CLASSES[4],
    "drop": CLASSES[7],
    "act": CLASSES[1],
}
FAMILIES = {
    "conv": "conv",
    "maxpool": "pool",
    "avgpool": "pool",
    "dropout": "drop",
    "batchnorm": "norm",
    "flatten": "flat",
    "linear": "linear",
}


def kinds_data() -> tuple[dict[str, Any], ...]:
    """Every kind of layer with the options that an editor needs."""
    return tuple(
        {
            "word": word,
            "title": kind.title,
            "family": FAMILIES.get(word, "act"),
            "options": [
                {
                    "letter": option.letter,
                    "title": option.title,
                    "low": option.low,
                    "high": option.high,
                    "usual": option.default,
                    "same": option.same,
                    "kernel": option.kernel,
                }
                for option in kind.options
            ],
        }
        for word, kind in KINDS.items()
    )


def presets_data() -> tuple[tuple[str, str], ...]:
    return tuple((preset.title, preset.text) for preset in PRESETS.values())


def rows_data(network: Network) -> tuple[dict[str, Any], ...]:
    """The data of every layer for the list and the picture."""
    before: list[Shape] = [*network.shapes, *(() for _ in network.rows)]
    return tuple(_row_data(row, shape) for row, shape in zip(network.rows, before, strict=False))


def _row_data(row: LayerRow, before: Shape) -> dict[str, Any]:
    data: dict[str, Any] = {"shape": row.shape, "problem": row.problem}
    if row.field is None:
        return data
    return data | {
        "parameters": row.parameters,
        "adds": row.multiply_adds,
        "memory": row.memory,
        "field": row.field.size,
        "step": row.field.step,
        "span": row.field.middle or (),
        "how": (*how(row, before), ("Memory", memory_sum(row.shape))),
    }


def how(row: LayerRow, before: Shape) -> tuple[tuple[str, str], ...]:
    """Pairs of a name and the arithmetic behind a number of ``row``; ``before``: its input."""
    sums = (
        ("Side", side_sum(row.layer, before, row.shape)),
        ("Parameters", parameter_sum(row.layer, before)),
        ("Multiply-adds", adds_sum(row.layer, before, row.shape)),
    )
    numbers = {
        "Side": row.shape[-1],
        "Parameters": row.parameters,
        "Multiply-adds": row.multiply_adds,
    }
    return tuple((name, f"{words} = {numbers[name]:,}") for name, words in sums if words)


def side_sum(layer: Layer, before: Shape, after: Shape) -> str:
    """``⌊(28 + 2·2 − 5) / 1⌋ + 1``: the side of a map; empty where it does not change by a rule."""
    match layer:
        case Conv(padding="same"):
            return ""
        case Conv():
            span = f"{layer.dilation}·({layer.kernel_size} − 1)"
            return f"⌊({before[-1]} + 2·{layer.padding} − {span} − 1) / {layer.stride}⌋ + 1"
        case Pool():
            low, high = ("⌈", "⌉") if layer.ceil else ("⌊", "⌋")
            room = f"({before[-1]} + 2·{layer.padding} − {layer.kernel_size}) / {layer.stride}"
            words = f"{low}{room}{high} + 1"
            return words if _ceil_holds(layer, before[-1], after[-1]) else ""
    return ""


def _ceil_holds(layer: Pool, before: int, after: int) -> bool:
    """Whether the formula gives ``after``: PyTorch drops a last window that is padding alone."""
    room = before + 2 * layer.padding - layer.kernel_size
    return after == (-(-room // layer.stride) if layer.ceil else room // layer.stride) + 1


def parameter_sum(layer: Layer, before: Shape) -> str:
    """``6·(1·5·5 + 1)``: weights and a bias for each filter or unit."""
    match layer:
        case Conv():
            k = layer.kernel_size
            return f"{layer.out_channels}·({before[0]}·{k}·{k} + 1)"
        case Linear():
            return f"{layer.out_features}·({before[0]} + 1)"
        case BatchNorm():
            return f"2·{before[0]}"
    return ""


def adds_sum(layer: Layer, before: Shape, after: Shape) -> str:
    """``28·28·6·(1·5·5)``: products for every number that comes out."""
    match layer:
        case Conv():
            k = layer.kernel_size
            return f"{after[1]}·{after[2]}·{after[0]}·({before[0]}·{k}·{k})"
        case Linear():
            return f"{after[0]}·{before[0]}"
    return ""


def memory_sum(shape: Shape) -> str:
    """``4·6·28·28 = 18,816 bytes``: four bytes for each number that comes out."""
    return f"4·{'·'.join(map(str, shape))} = {4 * prod(shape):,} bytes"


def network_latex(network: Network) -> str:
    """LaTeX: the sums over all layers, and the end."""
    lines = [
        _sum(r"\text{parameters}", [row.parameters for row in network.rows]),
        _sum(r"\text{multiply-adds}", [row.multiply_adds for row in network.rows]),
        rf"\text{{size of all outputs}} &= 4\,\text{{bytes}} \cdot {grouped(network.memory // 4)}"
        rf" = {grouped(network.memory)}\,\text{{bytes}}",
    ]
    last = next((row.field for row in reversed(network.rows) if row.field), None)
    if last is not None:
        lines.append(
            rf"\text{{receptive field}} &= {last.size} \times {last.size}"
            rf"\text{{ of }} {INPUT_SHAPE[1]} \times {INPUT_SHAPE[2]}\text{{ at the end}}"
        )
    body = " \\\\\n".join(lines)
    return rf"\begin{{aligned}} {body} \end{{aligned}}"


def _sum(name: str, parts: list[int]) -> str:
    """Three terms a line, then the sum."""
    shown = [grouped(part) for part in parts if part]
    total = rf"&= {grouped(sum(parts))}"
    if len(shown) < 2:
        return rf"{name} {total}"
    lines = [" + ".join(shown[i : i + 3]) for i in range(0, len(shown), 3)]
    return rf"{name} &= " + " \\\\\n&\\quad + ".join(lines) + rf" \\ {total}"


@lru_cache(maxsize=1)
def _digit() -> str:
    """The drawn example as the network's picture: 28 × 28 bytes in base64, ink 255."""
    return b64encode(from_strokes(examples()[OWN].drawing).image.tobytes()).decode("ascii")


def view_data(network: Network, seq: int, refusal: str, link: str) -> dict[str, Any]:
    """The data of the client-side builder. ``seq``: the number of the edit that this answers.

    ``link``: key of the container with the page's own link to the lab.
    """
    return {
        "seq": seq,
        "text": to_text(network.layers),
        "usual": LENET,
        "rows": rows_data(network),
        "kinds": kinds_data(),
        "presets": presets_data(),
        "problem": network.problem,
        "fixes": tuple((fix.label, to_text(fix.layers)) for fix in network.fixes),
        "totals": totals_text(network),
        "refusal": refusal,
        "link": link,
        "most": MAX_LAYERS,
        "input": INPUT_SHAPE,
        "digit": _digit(),
        "colours": ({**COLOURS, "accent": ACCENT},),
    }


def table_rows(network: Network) -> list[dict[str, str]]:
    """The table under the maths: where every count comes from."""
    rows = []
    for number, (row, before) in enumerate(zip(network.rows, network.shapes, strict=False), 1):
        if row.field is None:
            break
        arithmetic = "; ".join(f"{name.lower()}: {words}" for name, words in how(row, before))
        rows.append(
            {
                "Layer": f"{number}. {title_of(row.layer)}",
                "Output": " × ".join(map(str, row.shape)),
                "How": arithmetic or f"{prod(row.shape):,} numbers, no weights",
            }
        )
    return rows


__all__ = [
    "WANTED",
    "Layers",
    "how",
    "layer_text",
    "network_latex",
    "table_rows",
    "view_data",
]
