"""Write the types of the shared views' data for the client side: ``data.d.ts``.

Usage: ``python -m dl101_core.making.view_types``. A test holds the file against the structs.
"""

from __future__ import annotations

import importlib
import pkgutil
from pathlib import Path
from typing import get_type_hints

import msgspec
from msgspec import Struct, inspect

import dl101_core.views as package

FILE = Path(package.__file__).resolve().parents[2] / "assets/components/views/data.d.ts"
HEAD = """\
// Written by `python -m dl101_core.making.view_types`: what the shared views are fed with.
// The words on each field are in dl101_core/views.
"""


def structs() -> list[type[Struct]]:
    """The structs of all views, by name."""
    found: dict[str, type[Struct]] = {}
    for module in pkgutil.iter_modules(package.__path__):
        loaded = importlib.import_module(f"{package.__name__}.{module.name}")
        for name, value in vars(loaded).items():
            if isinstance(value, type) and issubclass(value, Struct) and value is not Struct:
                if found.get(name, value) is not value:
                    raise TypeError(f"Two views have a struct {name}: rename one.")
                found[name] = value
    return [found[name] for name in sorted(found)]


def text() -> str:
    return HEAD + "".join(f"\n{_interface(struct)}" for struct in structs())


def _interface(struct: type[Struct]) -> str:
    get_type_hints(struct)  # a clear error for a type that does not exist
    info = inspect.type_info(struct)
    assert isinstance(info, inspect.StructType)
    lines = (f"  {field.encode_name}: {_type(field.type)};\n" for field in info.fields)
    return f"export interface {struct.__name__} {{\n{''.join(lines)}}}\n"


def _type(kind: inspect.Type) -> str:
    match kind:
        case inspect.StructType():
            return kind.cls.__name__
        case inspect.IntType() | inspect.FloatType():
            return "number"
        case inspect.StrType():
            return "string"
        case inspect.BoolType():
            return "boolean"
        case inspect.NoneType():
            return "null"
        case inspect.LiteralType():
            return " | ".join(msgspec.json.encode(value).decode() for value in kind.values)
        case inspect.UnionType():
            return " | ".join(_type(one) for one in kind.types)
        case inspect.VarTupleType() | inspect.ListType():
            inner = _type(kind.item_type)
            return f"({inner})[]" if "|" in inner else f"{inner}[]"
        case inspect.TupleType():
            return f"[{', '.join(_type(one) for one in kind.item_types)}]"
        case _:
            raise TypeError(f"No type of the client side for {kind!r}.")


if __name__ == "__main__":
    FILE.write_text(text(), "utf-8")
