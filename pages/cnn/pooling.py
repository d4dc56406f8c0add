"""Pooling: what a window keeps of a picture, and what it keeps when the picture moves."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from dl101_core.cnn.impossible_view import show_impossible
from dl101_core.cnn.pooling import compute as pooling
from dl101_core.cnn.pooling.compute import PoolConfig
from dl101_core.cnn.pooling.maths import size_latex
from dl101_core.cnn.pooling.script import pooling_script, refused_script
from dl101_core.cnn.pooling.view import cell_formula, pool_controls, pool_view
from dl101_core.ui.deferred import stamp_of
from dl101_core.ui.fragments import fragment
from dl101_core.ui.lesson import Parts, open_lesson

lesson = open_lesson("pooling")


@fragment()
def experiment() -> None:
    left, right = lesson.frame()
    with left:
        config = pool_controls()
    with right:
        stamp, explain = pooled(config)
    lesson.parts_later(stamp, explain)


def pooled(config: PoolConfig) -> tuple[str, Callable[[], Parts]]:
    """Draws the picture, or says why there is none; gives its name and a function for the tabs."""
    try:
        result = pooling.describe(config)
    except pooling.ImpossiblePooling as why:
        show_impossible(why, config)
        return stamp_of(config), lambda: (size_latex(config), refused_script(config))
    cell = pool_view(result)
    formula = partial(cell_formula, result, *cell)
    return stamp_of(config, cell), lambda: (size_latex(config), pooling_script(result), formula)


experiment()
lesson.later()
