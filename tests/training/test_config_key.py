"""Keys of configs: a new field with a default changes none, and a differing value is named."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import dataclass, field, fields, make_dataclass, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dl101_core.models import MODELS, ModelConfig
from dl101_core.optim import OPTIMIZERS, OptimizerConfig
from dl101_core.settings import limits
from dl101_core.tasks.images.config import ImageConfig
from dl101_core.training.config_key import UnreadableKey, differences, key_of, read_key

ALL_CHANGED = ImageConfig(
    data="mnist",
    train_size=100,
    val_size=50,
    model=ModelConfig(name="mlp", hidden_size=64, num_layers=2, channels=8, dropout=0.5),
    optimizer=OptimizerConfig(
        name="adamw",
        lr=0.01,
        momentum=0.5,
        weight_decay=0.25,
        betas=(0.5, 0.75),
        alpha=0.9,
        eps=1e-6,
    ),
    batch_size=32,
    epochs=9,
    seed=4,
)


@dataclass(frozen=True)
class Inner:
    size: int = 3
    rates: tuple[float, ...] = (0.5,)


@dataclass(frozen=True)
class Outer:
    name: str
    inner: Inner = field(default_factory=Inner)
    share: float = 0.25


def with_more_fields() -> type:
    """``Outer`` of a later version: with one more field, and one more in the nested config."""
    more: type = make_dataclass(
        "Inner",
        [("size", int, 3), ("rates", tuple[float, ...], (0.5,)), ("bias", bool, True)],
        frozen=True,
    )
    spec = [("name", str), ("inner", more, field(default_factory=more)), ("share", float, 0.25)]
    return make_dataclass("Outer", [*spec, ("warm_up", int, 0)], frozen=True)


def test_the_key_of_the_defaults_names_the_type_only() -> None:
    assert key_of(ImageConfig()) == '{"TrainConfig":{}}'


def test_a_key_is_sorted_and_tells_what_is_not_neutral() -> None:
    config = ImageConfig(epochs=9, model=ModelConfig(name="mlp"), batch_size=32)
    expected = '{"TrainConfig":{"batch_size":32,"epochs":9,"model":{"ModelConfig":{"name":"mlp"}}}}'
    assert key_of(config) == expected


def test_no_key_that_is_in_use_changes_with_the_code() -> None:
    """If this fails, a default has changed: keep the old one as its field's ``neutral``."""
    model = '{"ModelConfig":{"channels":8,"dropout":0.5,"hidden_size":64,"name":"mlp",'
    optimizer = '{"OptimizerConfig":{"alpha":0.9,"betas":[0.5,0.75],"eps":1e-06,"lr":0.01,'
    assert key_of(ALL_CHANGED) == (
        '{"TrainConfig":{"batch_size":32,"data":"mnist","epochs":9,"model":'
        + model
        + '"num_layers":2}},"optimizer":'
        + optimizer
        + '"momentum":0.5,"name":"adamw","weight_decay":0.25}},'
        '"seed":4,"train_size":100,"val_size":50}}'
    )
    neutral = repr(read_key(ImageConfig, '{"TrainConfig":{}}'))
    assert neutral == (
        "ImageConfig(train_size=4000, val_size=1000, optimizer=OptimizerConfig(name='adam', "
        "lr=0.001, momentum=0.9, weight_decay=0.0, betas=(0.9, 0.999), alpha=0.99, eps=1e-08), "
        "batch_size=64, epochs=5, seed=0, data='strokes', model=ModelConfig(name='cnn', "
        "hidden_size=128, num_layers=1, channels=16, dropout=0.0, layers=''))"
    )


@pytest.mark.parametrize("form", [key_of, repr])
def test_a_config_with_more_fields_reads_the_older_key(form: object) -> None:
    later = with_more_fields()
    old = form(Outer("a", Inner(5), 0.5))  # type: ignore[operator]
    read = read_key(later, old)
    expected = {"size": 5, "rates": (0.5,), "bias": True}
    assert (read.name, read.share, read.warm_up) == ("a", 0.5, 0)
    assert {one.name: getattr(read.inner, one.name) for one in fields(read.inner)} == expected
    assert key_of(read) == key_of(Outer("a", Inner(5), 0.5))


def test_a_new_field_that_is_not_neutral_is_in_the_key_and_refused_by_an_older_version() -> None:
    later = with_more_fields()
    key = key_of(later("a", warm_up=7))
    assert json.loads(key) == {"Outer": {"name": "a", "warm_up": 7}}
    with pytest.raises(UnreadableKey, match="this version does not know warm_up"):
        read_key(Outer, key)


def test_a_default_that_changed_keeps_the_meaning_of_older_keys() -> None:
    spec = [("name", str), ("share", float, field(default=0.75, metadata={"neutral": 0.25}))]
    later = make_dataclass("Outer", spec, frozen=True)
    old = key_of(Outer("a"))
    assert read_key(later, old).share == 0.25
    assert key_of(later("a", share=0.25)) == old
    assert read_key(later, key_of(later("a"))).share == 0.75


def test_a_whole_number_where_a_fraction_may_stand_is_the_same_setting() -> None:
    whole, fraction = Outer("a", share=1), Outer("a", share=1.0)
    assert read_key(Outer, key_of(whole)) == read_key(Outer, key_of(fraction)) == fraction


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{}",
        "[]",
        "{",
        '{"Inner":{}}',
        '{"Outer":{}}',
        '{"Outer":[]}',
        '{"Outer":{"name":5}}',
        '{"Outer":{"name":"a","inner":{"Inner":{"size":true}}}}',
        '{"Outer":{"name":"a","inner":{"Inner":{"rates":["x"]}}}}',
        '{"Outer":{"name":"a"},"more":1}',
        "Outer('a')",
        "Outer(name='a', share=abs(1))",
        "Outer(name='a', share=__import__('os').getpid())",
        "Outer(name='a', **{})",
        "Outer(name='a'); Outer(name='a')",
        "Outer(name=" + "-" * 5000 + "1)",
        "Outer(name='" + "a" * 200_000 + "')",
    ],
)
def test_what_is_no_key_of_the_type_is_refused(text: str) -> None:
    with pytest.raises(UnreadableKey):
        read_key(Outer, text)


@given(st.text() | st.text(alphabet="Outer(name='a', )={}:\"[]"))
def test_no_text_does_anything_but_be_read_or_refused(text: str) -> None:
    with suppress(UnreadableKey):
        assert isinstance(read_key(ImageConfig, text), ImageConfig)


numbers = st.floats(0.001, 0.9)
configs = st.builds(
    ImageConfig,
    train_size=st.integers(*limits(ImageConfig, "train_size")),
    epochs=st.integers(1, 100),
    seed=st.integers(0, 2**31 - 1),
    model=st.builds(
        ModelConfig, name=st.sampled_from(list(MODELS)), dropout=numbers,
        hidden_size=st.integers(*limits(ModelConfig, "hidden_size")),
    ),
    optimizer=st.builds(
        OptimizerConfig, name=st.sampled_from(list(OPTIMIZERS)), lr=numbers,
        betas=st.tuples(numbers, numbers),
    ),
)  # fmt: skip


@given(configs, configs)
def test_keys_are_equal_if_the_settings_are(one: ImageConfig, other: ImageConfig) -> None:
    as_in_03 = repr(one).replace("ImageConfig", "TrainConfig")
    assert read_key(ImageConfig, key_of(one)) == read_key(ImageConfig, as_in_03) == one
    assert (key_of(one) == key_of(other)) == (one == other)


def test_differences_are_named_field_by_field() -> None:
    other = replace(ALL_CHANGED, epochs=10, optimizer=replace(ALL_CHANGED.optimizer, lr=0.5))
    assert differences(ALL_CHANGED, other) == ["lr (=0.01) is 0.5 here", "epochs (=9) is 10 here"]
    assert differences(other, other) == []
