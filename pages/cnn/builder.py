"""Build a convolutional network layer by layer, and see what every layer costs."""

from __future__ import annotations

from dl101_core.cnn.builder.layers import network_latex, table_rows
from dl101_core.cnn.builder.script import builder_script
from dl101_core.cnn.builder.view import builder
from dl101_core.models.layers import to_text
from dl101_core.models.network import Network
from dl101_core.ui.fragments import fragment
from dl101_core.ui.lesson import Parts, open_lesson
from dl101_core.ui.markdown_table import show_table

lesson = open_lesson("builder")


@fragment()
def experiment() -> None:
    _, stage = lesson.frame(settings=False)
    with stage:
        network = builder()
    lesson.parts_later(to_text(network.layers), lambda: explain(network), debounce=False)


def explain(network: Network) -> Parts:
    rows = table_rows(network)
    table = (lambda: show_table(rows)) if rows else None
    return network_latex(network), builder_script(network), table


experiment()
lesson.later()
