"""A kernel slides over a small picture: every window, product and sum; and back, transposed."""

from __future__ import annotations

from collections.abc import Callable

from dl101_core.cnn.convolution import compute as conv
from dl101_core.cnn.convolution import script as conv_code
from dl101_core.cnn.convolution import transposed
from dl101_core.cnn.convolution import transposed_script as transposed_code
from dl101_core.cnn.convolution.compute import ConvConfig
from dl101_core.cnn.convolution.controls import conv_controls
from dl101_core.cnn.convolution.transposed import TransposedConfig
from dl101_core.cnn.convolution.view import conv_view
from dl101_core.cnn.impossible_view import show_impossible
from dl101_core.ui.deferred import stamp_of
from dl101_core.ui.fragments import fragment
from dl101_core.ui.lesson import Parts, open_lesson

lesson = open_lesson("convolution")


@fragment()
def experiment() -> None:
    left, right = lesson.frame()
    with left:
        config = conv_controls()
    with right:
        explain = convolution(config) if isinstance(config, ConvConfig) else transposition(config)
    lesson.parts_later(stamp_of(config), explain)


def convolution(config: ConvConfig) -> Callable[[], Parts]:
    """Draws the picture, or says why there is none; gives the function for the tabs."""
    try:
        result = conv.describe(config)
    except conv.ImpossibleConvolution as why:
        show_impossible(why, config)
        return lambda: (conv.size_latex(config), conv_code.refused_script(config))
    conv_view(result)
    return lambda: (conv.size_latex(config), conv_code.convolution_script(result))


def transposition(config: TransposedConfig) -> Callable[[], Parts]:
    try:
        result = transposed.describe(config)
    except transposed.ImpossibleTransposed as why:
        show_impossible(why, config)
        return lambda: (transposed.size_latex(config), transposed_code.refused_script(config))
    conv_view(result)
    return lambda: (transposed.size_latex(config), transposed_code.transposed_script(result))


experiment()
lesson.later()
