"""The controls and the picture of a pooling."""

from __future__ import annotations

from typing import Annotated, Any, TypedDict

import streamlit as st
import torch

from dl101_core.cnn.numbers import six_digits
from dl101_core.cnn.pooling import compute as pooling
from dl101_core.cnn.pooling.compute import COMPARED, PoolConfig, PoolResult
from dl101_core.cnn.pooling.maths import cell_latex, size_text
from dl101_core.settings import limits
from dl101_core.ui import messages
from dl101_core.ui.address import set_fields
from dl101_core.ui.cell_links import clamp_cell, linked_cell, parse_cell
from dl101_core.ui.component import component
from dl101_core.ui.palette import ACCENT, SIGNED, UNSIGNED
from dl101_core.ui.rail import more
from dl101_core.ui.settings import widget_rows

CELL = "cell"
"""Name in the address of the output cell whose formula is shown."""
FIRST_CELL = (3, 2)
"""Row and column of this cell, from one, until the learner chooses another."""
MOST_CELLS = 20
"""Rows of the largest output that the controls allow."""
SHIFT = messages.within(*limits(PoolConfig, "right"))


class Move(TypedDict, total=False):
    """The picture's message at the end of a drag, and for a chosen cell."""

    right: Annotated[int, SHIFT]
    down: Annotated[int, SHIFT]
    pool_seq: messages.Seq
    cell: str


def pool_controls() -> PoolConfig:
    """The widgets of the left column, bound to the URL."""
    values = widget_rows(PoolConfig, ("image", "kind"), ("kernel_size", "stride"))
    average = ("count_include_pad",) if values["kind"] == "average" else ()
    with more():
        rest = widget_rows(
            PoolConfig,
            ("right", "down"),
            ("input_size", "padding"),
            ("wrap", "ceil_mode", *average),
        )
    return PoolConfig(**values, **rest)


def pool_view(result: PoolResult) -> tuple[int, int]:
    """The client-side picture. It sends only the end of a drag and a click to the server.

    Gives row and column, from one, of the chosen output cell.
    """
    acknowledged: int = st.session_state.setdefault("pool_seq", 0)
    size = result.output_size
    cell = clamp_cell(linked_cell(CELL, 1, MOST_CELLS, FIRST_CELL), size, size, first=1)
    component("cnn/pooling_view")(
        key="pooling_view",
        data={**view_data(result), "seq": acknowledged, "cell": cell},
        on_moved_change=_take,
    )
    return cell


def cell_formula(result: PoolResult, row: int, column: int) -> None:
    """The formula of one output cell, counted from one."""
    st.markdown("**The chosen cell**")
    st.latex(cell_latex(result, row - 1, column - 1))


def view_data(result: PoolResult) -> dict[str, Any]:
    """The data of the picture for all 49 shifts; every number is PyTorch's."""
    config, kept = result.config, result.kept
    return {
        "shown": shown(config),
        "kind": config.kind,
        "n": config.input_size,
        "k": config.kernel_size,
        "s": config.step,
        "p": config.padding,
        "m": result.output_size,
        "counted": config.count_include_pad,
        "wrap": config.wrap,
        "far": pooling.FARTHEST,
        "right": config.right,
        "down": config.down,
        "image": six_digits(result.image),
        "outputs": six_digits(result.outputs),
        "winners": [] if result.winners is None else result.winners.flatten().tolist(),
        "same": kept.same.flatten().tolist(),
        "moved": kept.moved.flatten().tolist(),
        "names": [title for title, _ in COMPARED.values()],
        "own": list(COMPARED).index(config.kind),
        "changes": tuple(_changes(change) for change in kept.others.values()),
        "formula": size_text(config),
        "notes": sentences(result),
        "signed": SIGNED,
        "unsigned": UNSIGNED,
        "accent": ACCENT,
    }


def shown(config: PoolConfig) -> str:
    """Names the settings that the picture shows, but for the shift."""
    return (
        f"{config.image} n{config.input_size} {config.kind} k{config.kernel_size} s{config.step} "
        f"p{config.padding} ceil{int(config.ceil_mode)} count{int(config.count_include_pad)} "
        f"wrap{int(config.wrap)}"
    )


def sentences(result: PoolResult) -> list[str]:
    """Notes on these settings, without which a number could mislead."""
    config, found = result.config, []
    if result.unseen:
        lines = ", ".join(str(i + 1) for i in result.unseen)
        plural = "s" if len(result.unseen) > 1 else ""
        found.append(f"No window sees row{plural} and column{plural} {lines} (hatched).")
    if config.kind == "l2" and config.padding:
        found.append("nn.LPPool2d has no padding: the zeros are put on by hand.")
    if config.kind == "l2" and config.ceil_mode and _hangs_over(result):
        found.append("PyTorch scales a window that hangs over the edge as if it were whole.")
    return found


def read_move(message: object) -> Move:
    """The shift and the cell in an untrusted message; invalid ones are left out."""
    move = messages.read_fields(message, Move)
    if not parse_cell(move.get("cell"), 1, MOST_CELLS):
        move.pop("cell", None)
    return move


def _take() -> None:
    move = read_move(messages.sent("pooling_view", "moved"))
    st.session_state["pool_seq"] = move.pop("pool_seq", st.session_state["pool_seq"])
    set_fields({**move})


def _hangs_over(result: PoolResult) -> bool:
    config = result.config
    last = pooling.reach(config, result.output_size - 1)
    return last[-1] >= config.input_size + config.padding


def _changes(change: torch.Tensor | None) -> list[float]:
    """One change for each shift, −1 for NaN, which JSON cannot hold; empty for ``None``."""
    return [] if change is None else six_digits(change.nan_to_num(-1.0, -1.0, -1.0))
