"""One declaration of a field gives its check, its values, its argument and its name."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import FrozenInstanceError, dataclass, fields
from typing import Any

import pytest
from torch import nn

from dl101_core.curriculum import import_rooms
from dl101_core.settings import (
    Choice,
    Decimal,
    Declared,
    Flag,
    Parts,
    Settings,
    Whole,
    address_name,
    arguments,
    by_address,
    choice,
    decimal,
    declarations,
    every,
    flag,
    limits,
    parts,
    redeclared,
    whole,
)


@dataclass(frozen=True, kw_only=True)
class Pool(Settings):
    kernel_size: int = whole(2, 1, 5, label="Window")
    stride: int | str = choice("window", ("window", 1, 2), also=range(3, 6), label="Stride")
    kind: str = choice("max", lambda: {"max": "Max", "mean": "Average"}, name="pooling")
    padding: int = whole(0, 0, 2)
    ceil_mode: bool = flag(False)
    rate: float = decimal(0.5, 0.0, 0.9, step=0.1)
    betas: tuple[float, float] = parts(
        (0.9, 0.999), beta1=Decimal(low=0, high=0.99), beta2=Decimal(low=0, high=1)
    )


@dataclass(frozen=True, kw_only=True)
class LargePool(Pool):
    kernel_size: int = redeclared(Pool, "kernel_size", 7, high=9)


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"kernel_size": 0}, "kernel_size (=0) must be a whole number from 1 to 5."),
        ({"kernel_size": True}, "kernel_size (=True) must be a whole number from 1 to 5."),
        ({"kernel_size": 2.0}, "kernel_size (=2.0) must be a whole number from 1 to 5."),
        ({"kernel_size": "2"}, "kernel_size (='2') must be a whole number from 1 to 5."),
        ({"stride": 0}, "stride (=0) must be one of: window, 1, 2."),
        ({"stride": True}, "stride (=True) must be one of: window, 1, 2."),
        ({"stride": []}, "stride (=[]) must be one of: window, 1, 2."),
        ({"kind": "min"}, "pooling (='min') must be one of: max, mean."),
        ({"ceil_mode": 1}, "ceil_mode (=1) must be true or false."),
        ({"rate": 0.91}, "rate (=0.91) must be a number from 0 to 0.9."),
        ({"rate": float("nan")}, "rate (=nan) must be a number from 0 to 0.9."),
        ({"rate": False}, "rate (=False) must be a number from 0 to 0.9."),
        ({"betas": (0.5,)}, "betas (=(0.5,)) must be 2 values: beta1, beta2."),
        ({"betas": 0.5}, "betas (=0.5) must be 2 values: beta1, beta2."),
        ({"betas": (0.5, 1.5)}, "beta2 (=1.5) must be a number from 0 to 1."),
    ],
)
def test_a_value_that_is_not_allowed_is_named_with_what_is(
    changed: dict[str, Any], message: str
) -> None:
    with pytest.raises(ValueError, match="must be") as raised:
        Pool(**changed)
    assert str(raised.value) == message


def test_a_config_is_built_by_keyword_and_never_changes() -> None:
    assert Pool(stride=5).stride == 5
    with pytest.raises(TypeError):
        Pool(3)  # type: ignore[call-arg]
    with pytest.raises(FrozenInstanceError):
        Pool().kernel_size = 3  # type: ignore[misc]


def test_a_subclass_changes_what_it_says_and_keeps_the_rest() -> None:
    assert (Pool().kernel_size, LargePool().kernel_size) == (2, 7)
    assert (limits(Pool, "kernel_size"), limits(LargePool, "kernel_size")) == ((1, 5), (1, 9))
    assert declarations(LargePool)["kernel_size"].label == "Window"
    with pytest.raises(ValueError, match="from 1 to 9"):
        LargePool(kernel_size=10)


def test_every_value_is_what_a_test_runs_through() -> None:
    assert every(Pool, "padding") == (0, 1, 2)
    assert every(Pool, "stride") == ("window", 1, 2)
    assert every(Pool, "kind") == ("max", "mean")
    assert every(Pool, "ceil_mode") == (False, True)
    with pytest.raises(TypeError):
        every(Pool, "rate")


def test_arguments_are_python_without_what_the_layer_takes_by_itself() -> None:
    config = Pool(stride=2, padding=0, ceil_mode=True)
    assert arguments(config, "kernel_size", "stride", "padding") == (
        "kernel_size=2, stride=2, padding=0"
    )
    names = ("stride", "padding", "ceil_mode")
    assert arguments(config, *names, unlike=nn.MaxPool2d) == "stride=2, ceil_mode=True"
    assert arguments(Pool(), "stride", "kind") == 'stride="window", kind="max"'


def test_the_address_has_its_own_names() -> None:
    assert address_name(Pool, "kind") == "pooling"
    assert address_name(Pool, "stride") == "stride"
    assert by_address(Pool(), "kind", "betas") == {"pooling": "max", "beta1": 0.9, "beta2": 0.999}


def configs(base: type[Settings] = Settings) -> Iterator[type[Settings]]:
    """Every config of the product."""
    import_rooms()
    for config in base.__subclasses__():
        if config.__module__.startswith("dl101_core"):
            yield config
            yield from configs(config)


def ends(declared: Declared) -> list[Any]:
    match declared:
        case Whole(low=low, high=high) | Decimal(low=low, high=high):
            return [low, high]
        case Choice():
            return [next(iter(declared.titles)), list(declared.titles)[-1]]
        case Flag():
            return [False, True]
        case Parts(parts=inner):
            return [tuple(ends(one)[at] for one in inner.values()) for at in (0, 1)]
    raise AssertionError(declared)


def test_every_field_of_every_config_allows_its_default_and_both_ends() -> None:
    found = set(configs())
    assert len(found) > 12
    for config in found:
        for field in fields(config):  # type: ignore[arg-type]
            declared = declarations(config).get(field.name)
            if declared is None:
                continue
            assert declared.has(field.default), (config, field.name)
            assert declared.label or isinstance(declared, Parts), (config, field.name)
            for value in ends(declared):
                assert declared.has(value), (config, field.name, value)


def test_no_two_fields_of_a_config_share_a_name_in_the_address() -> None:
    for config in configs():
        names = [one.name or name for name, one in declarations(config).items()]
        assert len(set(names)) == len(names), config
