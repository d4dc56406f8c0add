"""Grids of numbers with linked marks: an output cell, and the window that it comes from."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, Struct

Count = Annotated[int, Meta(ge=1)]
Index = Annotated[int, Meta(ge=0)]
Box = tuple[Index, Index, Count, Count]
"""Row, column, rows and columns of a block of cells, from zero."""


class NumberGrid(Struct, frozen=True, kw_only=True):
    """``values``: row by row, ``rows × columns``; shown with at most ``digits`` decimals.

    ``tone``: colours around zero, or from zero up. ``padding``, ``unseen``: cells, counted row by
    row, that a layer has added, and that no window holds. ``says``: a sentence for each cell, told
    while it is pointed at; or none.
    """

    name: str
    caption: str
    rows: Count
    columns: Count
    values: tuple[float, ...]
    digits: Annotated[int, Meta(ge=0, le=6)] = 2
    tone: Literal["signed", "unsigned"] = "signed"
    padding: tuple[Index, ...] = ()
    unseen: tuple[Index, ...] = ()
    says: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        count = self.rows * self.columns
        if len(self.values) != count:
            raise ValueError(f"{self.name} has {len(self.values)} values for {count} cells.")
        if self.says and len(self.says) != count:
            raise ValueError(f"{self.name} has {len(self.says)} sentences for {count} cells.")


class Link(Struct, frozen=True, kw_only=True):
    """Each cell of the grid ``target`` comes from a box of cells of ``source``, or from none."""

    source: str
    target: str
    boxes: tuple[Box | None, ...]


class Grids(Struct, frozen=True, kw_only=True):
    """``signs``: what stands between the grids, as "→"; one fewer than grids, or none."""

    label: str
    grids: tuple[NumberGrid, ...]
    links: tuple[Link, ...] = ()
    signs: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        by_name = {grid.name: grid for grid in self.grids}
        if len(by_name) != len(self.grids):
            raise ValueError("Two grids have one name.")
        for link in self.links:
            source, target = by_name[link.source], by_name[link.target]
            if len(link.boxes) != target.rows * target.columns:
                raise ValueError(f"A link needs a box for each cell of {target.name}.")
            for box in link.boxes:
                if box and (box[0] + box[2] > source.rows or box[1] + box[3] > source.columns):
                    raise ValueError(f"The box {box} is larger than {source.name}.")
