"""The browser's state of a page's widgets: their values.

A browser sends the value of every widget that is on the page with every message, changed or not.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from streamlit.proto.Element_pb2 import Element
from streamlit.proto.NumberInput_pb2 import NumberInput
from streamlit.proto.WidgetStates_pb2 import WidgetState

KINDS = frozenset(
    ("slider", "selectbox", "number_input", "checkbox", "button_group", "button", "bidi_component")
)


@dataclass(frozen=True)
class Widget:
    """``key``: the name that the page gave it, for a field ``<page>.<field>``."""

    key: str
    kind: str
    id: str
    fragment: str
    default: object
    proto: Any

    def state(self, value: object) -> WidgetState:
        """``value`` as the browser sends it."""
        state = WidgetState(id=self.id)
        match self.kind:
            case "slider":
                state.double_array_value.data.append(float(value))  # type: ignore[arg-type]
            case "selectbox":
                state.string_value = str(value)
            case "number_input" if self.proto.data_type == NumberInput.INT:
                state.int_value = int(value)  # type: ignore[call-overload]
            case "number_input":
                state.double_value = float(value)  # type: ignore[arg-type]
            case "checkbox":
                state.bool_value = bool(value)
            case "button_group":
                state.string_array_value.data.append(str(value))
            case "button":
                state.trigger_value = True
            case "bidi_component":
                state.json_value = json.dumps(value)
        return state


def read_widget(element: Element, kind: str, fragment: str) -> Widget:
    """The widget in ``element``; its id ends with the key that the page gave it."""
    proto = getattr(element, kind)
    key = proto.id.split("-", 2)[-1]
    return Widget(key, kind, proto.id, fragment, _default(proto, kind), proto)


def told_value(widget: Widget) -> object | None:
    """The value that the page puts into the widget, over the learner's; None if it does not."""
    if not getattr(widget.proto, "set_value", False):
        return None
    match widget.kind:
        case "slider":
            return float(widget.proto.value[0])
        case "selectbox":
            return str(widget.proto.raw_value)
        case "number_input" | "checkbox":
            return widget.proto.value  # type: ignore[no-any-return]
    return None


def _default(proto: Any, kind: str) -> object | None:
    match kind:
        case "slider":
            return float(proto.default[0])
        case "selectbox":
            return str(proto.options[proto.default])
        case "number_input" | "checkbox":
            return proto.default  # type: ignore[no-any-return]
        case "button_group" if proto.default:
            return str(proto.options[proto.default[0]].content)
    return None


def states(widgets: Mapping[str, Widget], values: Mapping[str, object]) -> list[WidgetState]:
    """One state for every widget that has a value."""
    return [widget.state(values[id]) for id, widget in widgets.items() if id in values]
