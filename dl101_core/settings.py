"""Settings of a learner, declared once: default, range, label, help and name in the address.

A config is a frozen dataclass of such fields, built by keyword::

    @dataclass(frozen=True, kw_only=True)
    class PoolConfig(Settings):
        kernel_size: int = whole(2, 1, 5, label="Window")

Everything else comes from the declaration: the check of a value (``Settings``), the widget and the
check of a link (``ui.settings``), arguments in scripts (``arguments``), the values that a test runs
through (``every``).
"""

from __future__ import annotations

import inspect
from abc import abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from functools import cache
from typing import Any

DECLARED = "declared"
Value = str | int
Options = Mapping[Any, str] | Sequence[Any] | Callable[[], Mapping[Any, str]]


@dataclass(frozen=True, kw_only=True)
class Declared:
    """A field of a config. ``name``: its name in the address, if not the field's own name."""

    label: str = ""
    help: str = ""
    name: str = ""

    @property
    @abstractmethod
    def allowed(self) -> str:
        """What a value must be: the end of a sentence."""

    @abstractmethod
    def has(self, value: object) -> bool:
        """Whether ``value`` is allowed."""

    def check(self, name: str, value: object) -> None:
        """Raises ``ValueError``, which names the field, its value and what is allowed."""
        if not self.has(value):
            raise ValueError(f"{name} (={value!r}) must be {self.allowed}.")


@dataclass(frozen=True, kw_only=True)
class Whole(Declared):
    """A whole number. ``typed``: into a field with steps of ``step``, instead of a slider."""

    low: int
    high: int
    step: int = 1
    typed: bool = False

    @property
    def allowed(self) -> str:
        return f"a whole number from {self.low} to {self.high}"

    def has(self, value: object) -> bool:
        return type(value) is int and self.low <= value <= self.high


@dataclass(frozen=True, kw_only=True)
class Decimal(Declared):
    """A number; see ``Whole``. A typed one may lie between the steps."""

    low: float
    high: float
    step: float | None = None
    typed: bool = False

    @property
    def allowed(self) -> str:
        return f"a number from {self.low:g} to {self.high:g}"

    def has(self, value: object) -> bool:
        return type(value) in (int, float) and self.low <= value <= self.high  # type: ignore


@dataclass(frozen=True, kw_only=True)
class Choice(Declared):
    """One of ``options``, in a list or, if ``segmented``, side by side.

    ``also``: values that a config may have, although no list offers them. ``earlier``: titles in
    links of older versions, and the options that they mean.
    """

    options: Options
    also: Sequence[Value] = ()
    segmented: bool = False
    earlier: Mapping[str, Value] = field(default_factory=dict)

    @property
    def titles(self) -> Mapping[Any, str]:
        """The options and what a list shows for them."""
        options = self.options() if callable(self.options) else self.options
        return options if isinstance(options, Mapping) else {one: str(one) for one in options}

    @property
    def allowed(self) -> str:
        return f"one of: {', '.join(map(str, self.titles))}"

    def has(self, value: object) -> bool:
        return any(type(value) is type(one) and value == one for one in (*self.titles, *self.also))


@dataclass(frozen=True, kw_only=True)
class Flag(Declared):
    """On or off."""

    @property
    def allowed(self) -> str:
        return "true or false"

    def has(self, value: object) -> bool:
        return isinstance(value, bool)


@dataclass(frozen=True, kw_only=True)
class Parts(Declared):
    """A tuple whose parts are settings of their own, by name."""

    parts: Mapping[str, Declared]

    @property
    def allowed(self) -> str:
        return f"{len(self.parts)} values: {', '.join(self.parts)}"

    def has(self, value: object) -> bool:
        return isinstance(value, tuple) and len(value) == len(self.parts)

    def check(self, name: str, value: object) -> None:
        super().check(name, value)
        assert isinstance(value, tuple)
        for (part, declared), one in zip(self.parts.items(), value, strict=True):
            declared.check(part, one)


def whole(default: int, low: int, high: int, **about: Any) -> Any:
    """A field that holds a whole number; ``about``: as in ``Whole``."""
    return _declare(default, Whole(low=low, high=high, **about))


def decimal(default: float, low: float, high: float, **about: Any) -> Any:
    """A field that holds a number; ``about``: as in ``Decimal``."""
    return _declare(default, Decimal(low=low, high=high, **about))


def choice(default: Value, options: Options, **about: Any) -> Any:
    """A field that holds one of ``options``; ``about``: as in ``Choice``."""
    return _declare(default, Choice(options=options, **about))


def flag(default: bool, **about: Any) -> Any:
    """A field that is true or false."""
    return _declare(default, Flag(**about))


def parts(default: tuple[Any, ...], **declared: Declared) -> Any:
    """A field that holds a tuple."""
    return _declare(default, Parts(parts=declared))


def redeclared(config: type[Settings], name: str, default: object = None, /, **changed: Any) -> Any:
    """The field of a base class, with another default or other properties."""
    usual = default_of(config, name) if default is None else default
    return _declare(usual, replace(declarations(config)[name], **changed))


def _declare(default: object, declared: Declared) -> Any:
    return field(default=default, metadata={DECLARED: declared})


def titled(table: Mapping[str, tuple[Any, ...]]) -> Mapping[str, str]:
    """The options of a table whose rows begin with their title."""
    return {key: str(line[0]) for key, line in table.items()}


class Settings:
    """The base of every config. Raises ``ValueError`` for a value that its field does not allow."""

    def __post_init__(self) -> None:
        for name, declared in declarations(type(self)).items():
            declared.check(declared.name or name, getattr(self, name))


def declarations(config: type[Settings]) -> Mapping[str, Declared]:
    """The fields of ``config`` that are declared here, in their order."""
    return _declarations(config)  # type: ignore[arg-type]


@cache
def _declarations(config: Any) -> Mapping[str, Declared]:
    return {one.name: one.metadata[DECLARED] for one in fields(config) if DECLARED in one.metadata}


def default_of(config: type[Settings], name: str) -> Any:
    """The default of a field."""
    return next(one.default for one in fields(config) if one.name == name)  # type: ignore


def limits(config: type[Settings], name: str) -> tuple[int, int]:
    """The least and the greatest value of a whole number."""
    declared = declarations(config)[name]
    assert isinstance(declared, Whole)
    return declared.low, declared.high


def every(config: type[Settings], name: str) -> tuple[Any, ...]:
    """Every value of a field that has a limited number of them."""
    match declarations(config)[name]:
        case Whole(low=low, high=high):
            return tuple(range(low, high + 1))
        case Choice() as one:
            return tuple(one.titles)
        case Flag():
            return (False, True)
    raise TypeError(f"{name} has no end of values.")


def address_name(config: type[Settings], name: str) -> str:
    """The name of a field in the address."""
    return declarations(config)[name].name or name


def by_address(config: Settings, *names: str) -> dict[str, Any]:
    """The values of fields by their names in the address; each part of a tuple by its own name."""
    found: dict[str, Any] = {}
    for name in names:
        declared, value = declarations(type(config)).get(name), getattr(config, name)
        if isinstance(declared, Parts):
            found |= dict(zip(declared.parts, value, strict=True))
        else:
            found[declared.name if declared and declared.name else name] = value
    return found


def arguments(config: Settings, *names: str, unlike: Callable[..., object] | None = None) -> str:
    """Fields as arguments in Python, ``stride=2, padding=1``.

    Fields that equal the defaults of ``unlike`` are left out.
    """
    usual = inspect.signature(unlike).parameters if unlike else {}
    found = {name: getattr(config, name) for name in names}
    return ", ".join(
        f"{name}={literal(value)}"
        for name, value in found.items()
        if name not in usual or usual[name].default != value
    )


def literal(value: object) -> str:
    """A value as a Python literal, in the style of the scripts."""
    return f'"{value}"' if isinstance(value, str) else repr(value)
