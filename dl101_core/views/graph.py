"""A network drawn as units and edges, with the weights on the edges."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct

Count = Annotated[int, Meta(ge=0)]


class GraphUnit(Struct, frozen=True, kw_only=True):
    """One unit. ``picture``: ``packed`` values of the whole plane, row 0 at the bottom, or empty.

    ``value``: shown in the unit if it has no picture. ``tip``: told instead of the sum that the
    view builds from weights and ``bias``. ``dead``: a word such as "dead"; then it is hatched.
    ``look``: the learner should look here.
    """

    label: str = ""
    value: float | None = None
    bias: float | None = None
    picture: str = ""
    tip: str = ""
    dead: str = ""
    look: bool = False


class GraphLayer(Struct, frozen=True, kw_only=True):
    """``count``: how many units the layer has; ``units`` may be only the first of them."""

    name: str
    units: tuple[GraphUnit, ...]
    count: Count


class GraphEdges(Struct, frozen=True, kw_only=True):
    """The weights between a layer and the next.

    ``weights``: ``packed``, as in ``nn.Linear``: (units of the next layer) × (units of this layer),
    for the units that are sent. ``look``: pairs (to, from) at which the learner should look.
    """

    weights: str
    look: tuple[tuple[Count, Count], ...] = ()


class Graph(Struct, frozen=True, kw_only=True):
    """``edges``: one less than ``layers``. ``largest``: the |weight| of the thickest line, or None
    for the largest that is sent. ``picture_most``: the value of the darkest colour, or None for
    each picture's own. ``hint``: told while nothing is pointed at.
    """

    caption: str
    layers: tuple[GraphLayer, ...]
    edges: tuple[GraphEdges, ...]
    picture_rows: Count = 0
    picture_columns: Count = 0
    picture_most: float | None = None
    largest: float | None = None
    hint: str = ""
