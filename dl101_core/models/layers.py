"""Layers as data, and a whole network as a short text that fits into a link.

``conv_6_k5_p2-tanh-avgpool_2-flatten-linear_10``: layers are separated by ``-``; a layer is a word,
its main number, and options of a letter and a number. An option that is left out has its default.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

MAX_LAYERS = 24
MAX_TEXT = 1000
EMPTY = "none"
SAME = "same"

ACTIVATIONS = {
    "relu": "ReLU",
    "leaky": "Leaky ReLU 0.1",
    "softplus": "Softplus",
    "tanh": "Tanh",
    "sigmoid": "Sigmoid",
}


@dataclass(frozen=True)
class Option:
    """One number of a layer. ``letter``: before it in the text, empty for the main number.

    ``same``: the word ``same`` is allowed too. ``kernel``: its default is the kernel size.
    """

    field: str
    title: str
    letter: str
    low: int
    high: int
    default: int
    same: bool = False
    kernel: bool = False


STRIDE = Option("stride", "Stride", "s", 1, 8, 1)

CONV = (
    Option("out_channels", "Filters", "", 1, 512, 16),
    Option("kernel_size", "Kernel", "k", 1, 11, 3),
    STRIDE,
    Option("padding", "Padding", "p", 0, 10, 0, same=True),
    Option("dilation", "Dilation", "d", 1, 4, 1),
)
POOL = (
    Option("kernel_size", "Window", "", 1, 14, 2),
    Option("stride", "Stride", "s", 1, 14, 2, kernel=True),
    Option("padding", "Padding", "p", 0, 7, 0),
    Option("ceil", "Round up", "c", 0, 1, 0),
)
LINEAR = (Option("out_features", "Units", "", 1, 4096, 128),)
DROPOUT = (Option("percent", "Per cent", "", 0, 95, 25),)


def _check(layer: object, options: Sequence[Option]) -> None:
    for option in options:
        value = getattr(layer, option.field)
        if option.same and value == SAME:
            continue
        if type(value) is not int or not option.low <= value <= option.high:
            or_same = f" or {SAME}" if option.same else ""
            raise ValueError(
                f"{option.field} (={str(value)[:20]}) must be a whole number from {option.low} "
                f"to {option.high}{or_same}."
            )


@dataclass(frozen=True)
class Conv:
    """``nn.Conv2d`` with square kernels; ``padding`` in pixels per side, or ``same``."""

    out_channels: int = 16
    kernel_size: int = 3
    stride: int = 1
    padding: int | str = 0
    dilation: int = 1

    def __post_init__(self) -> None:
        _check(self, CONV)


@dataclass(frozen=True)
class Pool:
    """``nn.MaxPool2d`` or ``nn.AvgPool2d``. ``ceil`` 1: windows that hang over the edge count."""

    kind: str = "max"
    kernel_size: int = 2
    stride: int = 2
    padding: int = 0
    ceil: int = 0

    def __post_init__(self) -> None:
        if self.kind not in ("max", "avg"):
            raise ValueError(f"kind (={self.kind[:20]}) must be max or avg.")
        _check(self, POOL)


@dataclass(frozen=True)
class Activation:
    """One of ``ACTIVATIONS``."""

    kind: str = "relu"

    def __post_init__(self) -> None:
        if self.kind not in ACTIVATIONS:
            raise ValueError(f"kind (={self.kind[:20]}) must be one of {', '.join(ACTIVATIONS)}.")


@dataclass(frozen=True)
class Dropout:
    """``nn.Dropout``; ``percent`` of the numbers become zero in training."""

    percent: int = 25

    def __post_init__(self) -> None:
        _check(self, DROPOUT)


@dataclass(frozen=True)
class BatchNorm:
    """``nn.BatchNorm2d`` on maps, ``nn.BatchNorm1d`` on flat input."""


@dataclass(frozen=True)
class Flatten:
    """``nn.Flatten``: maps become one row of numbers."""


@dataclass(frozen=True)
class Linear:
    """``nn.Linear`` with a bias."""

    out_features: int = 128

    def __post_init__(self) -> None:
        _check(self, LINEAR)


Layer = Conv | Pool | Activation | Dropout | BatchNorm | Flatten | Linear
Layers = tuple[Layer, ...]


@dataclass(frozen=True)
class Kind:
    """One word of the text; ``fixed``: the fields whose values the word determines."""

    title: str
    cls: type[Layer]
    options: tuple[Option, ...] = ()
    fixed: tuple[tuple[str, str], ...] = ()


KINDS: dict[str, Kind] = {
    "conv": Kind("Convolution", Conv, CONV),
    "maxpool": Kind("Max pool", Pool, POOL, (("kind", "max"),)),
    "avgpool": Kind("Average pool", Pool, POOL, (("kind", "avg"),)),
    **{word: Kind(title, Activation, (), (("kind", word),)) for word, title in ACTIVATIONS.items()},
    "dropout": Kind("Dropout", Dropout, DROPOUT),
    "batchnorm": Kind("Batch norm", BatchNorm),
    "flatten": Kind("Flatten", Flatten),
    "linear": Kind("Linear", Linear, LINEAR),
}


def word_of(layer: Layer) -> str:
    """The word of ``layer`` in ``KINDS``."""
    match layer:
        case Pool():
            return f"{layer.kind}pool"
        case Activation():
            return layer.kind
        case _:
            return next(word for word, kind in KINDS.items() if kind.cls is type(layer))


def parse(text: str) -> Layers:
    """The layers of ``text``, which is untrusted: it may come from a link.

    Raises ``ValueError``, which names the layer and the impossible value.
    """
    if len(text) > MAX_TEXT:
        raise ValueError(f"layers (={len(text)} characters) must be at most {MAX_TEXT} characters.")
    words = [word for word in re.split(r"[-\s]+", text.strip().lower()) if word]
    if words == [EMPTY]:
        return ()
    if not 1 <= len(words) <= MAX_LAYERS:
        raise ValueError(f"A network must have from 1 to {MAX_LAYERS} layers, not {len(words)}.")
    return tuple(_layer(number, word) for number, word in enumerate(words, 1))


def _layer(number: int, text: str) -> Layer:
    word, *options = text.split("_")
    where = f"Layer {number} ({text[:40]})"
    if word not in KINDS:
        raise ValueError(f"{where}: {word[:20]!r} must be one of {', '.join(KINDS)}.")
    try:
        return _make(KINDS[word], options)
    except ValueError as error:
        raise ValueError(f"{where}: {error}") from None


def _make(kind: Kind, texts: Sequence[str]) -> Layer:
    values: dict[str, int | str] = dict(kind.fixed)
    for text in texts:
        found = re.fullmatch(r"([a-z]?)([0-9]{1,5}|same)", text)
        known = {option.letter: option for option in kind.options}
        if found is None or found[1] not in known:
            letters = ", ".join(f"{o.letter}{o.default} ({o.field})" for o in kind.options)
            raise ValueError(f"{text[:20]!r} must be one of its options: {letters or 'none'}.")
        field = known[found[1]].field
        if field in values:
            raise ValueError(f"{field} must stand only once.")
        values[field] = int(found[2]) if found[2].isdigit() else found[2]
    for option in kind.options:
        usual = values["kernel_size"] if option.kernel else option.default
        values.setdefault(option.field, usual)
    return kind.cls(**values)  # type: ignore[arg-type]


def to_text(layers: Layers) -> str:
    """The shortest text that ``parse`` turns into ``layers``."""
    return "-".join(layer_text(layer) for layer in layers) or EMPTY


def layer_text(layer: Layer) -> str:
    """The text of one layer: its main number, and the options that differ from their defaults."""
    word = word_of(layer)
    parts = [word]
    for option in KINDS[word].options:
        value = getattr(layer, option.field)
        usual = getattr(layer, "kernel_size", 0) if option.kernel else option.default
        if not option.letter or value != usual:
            parts.append(f"{option.letter}{value}")
    return "_".join(parts)


def title_of(layer: Layer) -> str:
    """In words: ``Convolution, 6 of 5 × 5``."""
    title = KINDS[word_of(layer)].title
    match layer:
        case Conv():
            return f"{title}, {layer.out_channels} of {layer.kernel_size} × {layer.kernel_size}"
        case Pool():
            return f"{title}, {layer.kernel_size} × {layer.kernel_size}"
        case Dropout():
            return f"{title} {layer.percent} %"
        case Linear():
            return f"{title}, {layer.out_features} units"
    return title


@dataclass(frozen=True)
class Preset:
    title: str
    text: str


LENET = (
    "conv_6_k5_p2-tanh-avgpool_2-conv_16_k5-tanh-avgpool_2-"
    "flatten-linear_120-tanh-linear_84-tanh-linear_10"
)

PRESETS: dict[str, Preset] = {
    "lenet": Preset("LeNet-5 (1998)", LENET),
    "mnist": Preset(
        "Notes: MNIST", "conv_28-maxpool_2-flatten-linear_128-relu-dropout_20-linear_10"
    ),
    "fashion": Preset(
        "Notes: Fashion-MNIST",
        "conv_32_psame-leaky-maxpool_2_c1-conv_64_psame-leaky-maxpool_2_c1-"
        "conv_128_psame-leaky-maxpool_2_c1-flatten-linear_128-leaky-linear_10",
    ),
    "fashion_dropout": Preset(
        "Notes: Fashion-MNIST with dropout",
        "conv_32_psame-leaky-maxpool_2_c1-dropout_25-conv_64_psame-leaky-maxpool_2_c1-dropout_25-"
        "conv_128_psame-leaky-maxpool_2_c1-dropout_40-flatten-linear_128-leaky-dropout_30-linear_10",
    ),
    "cnn_code": Preset(
        "Notes: “CNN Code”, no convolution", "flatten-linear_50-relu-linear_20-relu-linear_10"
    ),
    "softmax": Preset("Only one linear layer", "flatten-linear_10"),
}
"""Well-known networks; those of the notes come from L3, but “CNN Code”, which is in L0 and L1."""
