"""A matrix product Z = X · W + b, with the row and the column of every number of Z."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct

Count = Annotated[int, Meta(ge=0)]


class ProductMatrix(Struct, frozen=True, kw_only=True):
    """``values``: ``packed``, row by row. ``digits``: decimals of the numbers that are shown."""

    name: str
    rows: Count
    columns: Count
    values: str
    digits: Annotated[int, Meta(ge=0, le=6)] = 2
    row_names: tuple[str, ...] = ()
    column_names: tuple[str, ...] = ()


class Product(Struct, frozen=True, kw_only=True):
    """``matrices``: X (n × d), W (d × m), Z (n × m), and b (1 × m) if there is one.

    Z comes from PyTorch; the view shows it and never computes it. Names of Z's rows and columns
    that are missing are those of X's rows and of W's columns.
    """

    caption: str
    matrices: tuple[ProductMatrix, ...]
