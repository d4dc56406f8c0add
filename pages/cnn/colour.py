"""One filter over three planes: products and partial sums per colour, and one number."""

from __future__ import annotations

from dl101_core.cnn.colour import compute as colour
from dl101_core.cnn.colour.maths import colour_latex
from dl101_core.cnn.colour.script import colour_script
from dl101_core.cnn.colour.view import colour_controls, colour_view, pinned
from dl101_core.ui.deferred import stamp_of
from dl101_core.ui.fragments import fragment
from dl101_core.ui.lesson import open_lesson

lesson = open_lesson("colour")


@fragment()
def experiment() -> None:
    left, right = lesson.frame()
    with left:
        config = colour_controls()
    result = colour.describe(config)
    with right:
        colour_view(result)
    cell = colour.explain(result, *pinned(config))
    lesson.parts_later(
        stamp_of(config, pinned(config)),
        lambda: (colour_latex(cell, result), colour_script(result, cell)),
    )


experiment()
lesson.later()
