"""The stable key of a config: the text of its settings that is stored with a saved state.

``key_of(config)`` names the type and the fields whose values are not *neutral*, as sorted JSON, and
nested configs alike::

    {"TrainConfig":{"epochs":3,"model":{"ModelConfig":{"name":"mlp"}}}}

A field's neutral value is its default: a new field with a default changes no key, and older keys
read as if the field had been there. If a default changes later, the field keeps the old one as
``field(default=new, metadata={"neutral": old})``, because older keys without the field mean the old
value.
"""

from __future__ import annotations

import ast
import json
from dataclasses import MISSING, Field, fields, is_dataclass
from functools import cache
from typing import Any, TypeVar, get_type_hints

import msgspec

C = TypeVar("C")
NEUTRAL = "neutral"
LONGEST = 100_000


class UnreadableKey(ValueError):  # noqa: N818
    """The text is no key of this type. The message says why."""


def key_of(config: object) -> str:
    """The key of a dataclass whose values are numbers, texts, tuples and such dataclasses."""
    return json.dumps(_encode(config), sort_keys=True, separators=(",", ":"))


def read_key(cls: type[C], text: str) -> C:
    """The config of type ``cls`` whose key is ``text``; the ``repr`` of a config is read as well.

    Versions up to 0.3.0 kept ``repr(config)``. It is parsed, never evaluated. Raises
    ``UnreadableKey``, also for a field that ``cls`` does not have.
    """
    if len(text) > LONGEST:
        raise UnreadableKey(f"{len(text)} letters")
    try:
        data = json.loads(text) if text.startswith("{") else _parse_repr(text)
        config: C = build(cls, data)
    except (ValueError, TypeError, SyntaxError, RecursionError, MemoryError) as error:
        raise UnreadableKey(str(error) or type(error).__name__) from None
    return config


def name_of(cls: type[Any]) -> str:
    """The stored name of a type: ``STORED_AS``, which stays when the class is renamed."""
    return str(getattr(cls, "STORED_AS", cls.__name__))


def differences(there: object, here: object) -> list[str]:
    """The differences of two configs of one type, as ``epochs (=6) is 5 here``, by field."""
    found = []
    for one in fields(here):  # type: ignore[arg-type]
        a, b = getattr(there, one.name), getattr(here, one.name)
        if a == b:
            continue
        nested = is_dataclass(a) and type(a) is type(b)
        found += differences(a, b) if nested else [f"{one.name} (={a}) is {b} here"]
    return found


def _encode(value: object) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        pairs = ((one.name, getattr(value, one.name), _neutral(one)) for one in fields(value))
        changed = {name: _encode(now) for name, now, neutral in pairs if now != neutral}
        return {name_of(type(value)): changed}
    if isinstance(value, tuple):
        return [_encode(item) for item in value]
    if value is None or isinstance(value, str | int | float):
        return value
    raise TypeError(f"{type(value).__name__} has no place in the key of a config.")


def _neutral(one: Field[Any]) -> Any:
    """The value of a field that keys leave out; ``MISSING`` if keys always hold the field."""
    if NEUTRAL in one.metadata:
        return one.metadata[NEUTRAL]
    return one.default if one.default_factory is MISSING else one.default_factory()


def build(cls: type[Any], data: Any) -> Any:
    """The config of ``{name_of(cls): fields}``. Raises ``ValueError``."""
    if not isinstance(data, dict) or list(data) != [name_of(cls)]:
        raise ValueError(f"not the settings of a {name_of(cls)}")
    told, hints = dict(data[name_of(cls)]), _hints(cls)  # type: ignore[arg-type]
    known = {one.name: _neutral(one) for one in fields(cls) if one.init}
    if strange := set(told) - set(known):
        raise ValueError(f"this version does not know {', '.join(sorted(strange))}")
    values = {name: _restore(hints[name], value) for name, value in told.items()}
    left_out = {name: value for name, value in known.items() if value is not MISSING}
    return cls(**{**left_out, **values})


@cache
def _hints(cls: type) -> dict[str, Any]:
    return get_type_hints(cls)


def _restore(hint: Any, data: Any) -> Any:
    if is_dataclass(hint):
        return build(hint, data)  # type: ignore[arg-type]
    return msgspec.convert(data, hint)


def _parse_repr(text: str) -> Any:
    """A ``repr`` in the form that ``json.loads`` gives for a key, but with every field."""
    return _read_node(ast.parse(text, mode="eval").body)


def _read_node(node: ast.expr) -> Any:
    match node:
        case ast.Call(func=ast.Name(id=name), args=[], keywords=keywords):
            return {name: {str(word.arg): _read_node(word.value) for word in keywords}}
        case ast.Tuple(elts=items):
            return [_read_node(item) for item in items]
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() | float() as number)):
            return -number
        case ast.Constant(value=None | str() | int() | float() as value):
            return value
    raise ValueError(f"{type(node).__name__} in the settings")
