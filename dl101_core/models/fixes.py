"""Why a layer does not fit, in a sentence, and networks in which the layer fits."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from dl101_core.models.layers import (
    CONV,
    MAX_LAYERS,
    SAME,
    Conv,
    Flatten,
    Layer,
    Layers,
    Linear,
    Pool,
    title_of,
)

Shape = tuple[int, ...]


@dataclass(frozen=True)
class Fix:
    """A fix: the label of its button, and the layers after it."""

    label: str
    layers: Layers


def misfit(layers: Layers, place: int, shape: Shape) -> tuple[str, tuple[Fix, ...]]:
    """Why ``layers[place]`` cannot take an input of ``shape``, and fixes; ``("", ())`` if it can.

    Agrees with PyTorch except for a linear layer on maps, which PyTorch would apply to every row.
    """
    layer = layers[place]
    name = f"Layer {place + 1} ({title_of(layer)})"
    if isinstance(layer, Conv | Pool) and len(shape) == 1:
        problem = (
            f"{name} slides over maps of channels × rows × columns, but {shape[0]:,} numbers in a "
            "row come in."
        )
        return problem, (*_before_flatten(layers, place), _without(layers, place))
    if isinstance(layer, Linear) and len(shape) == 3:
        problem = f"{name} takes a row of numbers, but maps of {size_text(shape)} come in."
        return problem, (*_inserted(layers, place, Flatten(), "Flatten before it"),)
    if isinstance(layer, Conv):
        return _conv_misfit(layers, place, layer, shape, name)
    if isinstance(layer, Pool):
        return _pool_misfit(layers, place, layer, shape, name)
    return "", ()


def size_text(shape: Shape) -> str:
    """``6 × 28 × 28``."""
    return " × ".join(f"{size:,}" for size in shape)


def _conv_misfit(
    layers: Layers, place: int, layer: Conv, shape: Shape, name: str
) -> tuple[str, tuple[Fix, ...]]:
    put = _putter(layers, place)
    wide = layer.dilation * (layer.kernel_size - 1) + 1
    if layer.padding == SAME:
        if layer.stride == 1:
            return "", ()
        half = min((wide - 1) // 2, CONV[3].high)
        problem = f"{name} has padding same, which PyTorch knows only with stride 1."
        return problem, (
            put("Stride 1", replace(layer, stride=1)),
            *(
                [put(f"Padding {half}", replace(layer, padding=half))]
                if _fits(shape, wide, half)
                else []
            ),
        )
    pad = int(layer.padding)
    if _fits(shape, wide, pad):
        return "", ()
    problem = _too_wide(name, wide, layer.dilation, shape[-1], pad)
    fixes = []
    if layer.dilation > 1 and _fits(shape, layer.kernel_size, pad):
        fixes.append(put("Dilation 1", replace(layer, dilation=1)))
    largest = min(layer.kernel_size, (shape[-1] + 2 * pad - 1) // layer.dilation + 1)
    fixes.append(put(f"Kernel {largest} × {largest}", replace(layer, kernel_size=largest)))
    need = -(-(wide - shape[-1]) // 2)
    if need <= CONV[3].high:
        fixes.append(put(f"Padding {need}", replace(layer, padding=need)))
    return problem, (*fixes, _without(layers, place))


def _pool_misfit(
    layers: Layers, place: int, layer: Pool, shape: Shape, name: str
) -> tuple[str, tuple[Fix, ...]]:
    put = _putter(layers, place)
    half = layer.kernel_size // 2
    if layer.padding > half:
        problem = f"{name} has padding {layer.padding}, but at most half a window ({half}) may be."
        return problem, (put(f"Padding {half}", replace(layer, padding=half)),)
    # With ceil mode, even the first window may hang over the edge, by less than a stride.
    over = layer.stride - 1 if layer.ceil else 0
    if _fits(shape, layer.kernel_size - over, layer.padding):
        return "", ()
    problem = _too_wide(name, layer.kernel_size, 1, shape[-1], layer.padding)
    side = shape[-1]
    smaller = replace(layer, kernel_size=side, stride=min(layer.stride, side), padding=0)
    return problem, (put(f"Window {side} × {side}", smaller), _without(layers, place))


def _fits(shape: Shape, wide: int, pad: int) -> bool:
    return wide <= shape[-1] + 2 * pad


def _too_wide(name: str, wide: int, dilation: int, side: int, pad: int) -> str:
    spread = f", spread by dilation {dilation}," if dilation > 1 else ""
    padded = side + 2 * pad
    room = f"{side} × {side}" + (f", padded to {padded} × {padded}" if pad else "")
    return f"{name}: a window of {wide} × {wide}{spread} does not fit into maps of {room}."


def _putter(layers: Layers, place: int) -> Callable[[str, Layer], Fix]:
    """A function that makes fixes, each with another layer at ``place``."""

    def put(label: str, layer: Layer) -> Fix:
        return Fix(label, (*layers[:place], layer, *layers[place + 1 :]))

    return put


def _without(layers: Layers, place: int) -> Fix:
    return Fix("Remove it", (*layers[:place], *layers[place + 1 :]))


def _inserted(layers: Layers, place: int, layer: Layer, label: str) -> tuple[Fix, ...]:
    if len(layers) >= MAX_LAYERS:
        return ()
    return (Fix(f"Put {label}", (*layers[:place], layer, *layers[place:])),)


def _before_flatten(layers: Layers, place: int) -> tuple[Fix, ...]:
    flat = next(i for i, layer in enumerate(layers) if isinstance(layer, Flatten))
    rest = (*layers[flat:place], *layers[place + 1 :])
    return (Fix("Move it before Flatten", (*layers[:flat], layers[place], *rest)),)


def end_problem(layers: Layers, shape: Shape, classes: int) -> tuple[str, tuple[Fix, ...]]:
    """Why a network whose last output has ``shape`` has no logit per class, and fixes."""
    if shape == (classes,):
        return "", ()
    what = f"{shape[0]:,} numbers" if len(shape) == 1 else f"maps of {size_text(shape)}"
    problem = f"The network ends in {what}; to learn {classes} classes it must end in {classes}."
    last = layers[-1] if layers else None
    if isinstance(last, Linear):
        changed = (*layers[:-1], Linear(classes))
        fixes = [Fix(f"Make the last layer {classes} wide", changed)]
    else:
        fixes = []
    more: Layers = (Linear(classes),) if len(shape) == 1 else (Flatten(), Linear(classes))
    label = "Add Linear 10" if len(shape) == 1 else "Add Flatten and Linear 10"
    if len(layers) + len(more) <= MAX_LAYERS:
        fixes.append(Fix(label, (*layers, *more)))
    return problem, tuple(fixes)
