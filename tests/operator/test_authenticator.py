"""One key is right; wrong keys lock out their address for a while."""

from __future__ import annotations

import logging

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dl101_core.operator import authenticator as module
from dl101_core.operator.authenticator import (
    LONGEST_PAUSE,
    TRIES,
    WRONG_PER_MINUTE,
    Authenticator,
    Closed,
    check_key,
)

KEY = "sixteen letters or more"


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def refusal(authenticator: Authenticator, key: str = "wrong", address: str = "") -> str:
    with pytest.raises(Closed) as refused:
        authenticator.open(key, address)
    return str(refused.value)


def locked(clock: Clock) -> Authenticator:
    authenticator = Authenticator(KEY, clock)
    for _ in range(TRIES):
        refusal(authenticator)
    return authenticator


def test_the_right_key_opens_and_gives_the_token_of_this_door() -> None:
    authenticator = Authenticator(KEY)
    assert authenticator.open(KEY) == authenticator.token
    assert Authenticator(KEY).token != authenticator.token


@settings(deadline=None)
@given(st.text())
def test_every_other_text_is_refused(text: str) -> None:
    authenticator = Authenticator(KEY)
    if text != KEY:
        assert refusal(authenticator, text) == "That is not the key."


@pytest.mark.parametrize("text", ["", KEY[:-1], KEY + " ", KEY.upper(), "\ud800", "é" * 20])
def test_a_key_that_is_nearly_right_is_wrong(text: str) -> None:
    refusal(Authenticator(KEY), text)


def test_a_key_beyond_ascii_works() -> None:
    assert Authenticator("schlüssel für alle Türen").open("schlüssel für alle Türen")


def test_after_five_wrong_keys_even_the_right_one_waits() -> None:
    clock = Clock()
    authenticator = Authenticator(KEY, clock)
    sentences = [refusal(authenticator) for _ in range(TRIES)]
    assert sentences[:-1] == ["That is not the key."] * (TRIES - 1)
    assert sentences[-1] == "That is not the key. After 5 wrong ones, wait 30 seconds."
    clock.now += 10
    assert refusal(authenticator, KEY) == "Too many wrong keys. Try again in 20 seconds."
    clock.now += 19.5
    assert refusal(authenticator, KEY) == "Too many wrong keys. Try again in 1 second."
    clock.now += 0.5
    assert authenticator.open(KEY)


def test_tries_during_the_pause_do_not_make_it_longer() -> None:
    clock = Clock()
    authenticator = locked(clock)
    for _ in range(50):
        refusal(authenticator)
    clock.now += 30
    assert authenticator.open(KEY)


def test_every_further_wrong_key_doubles_the_pause_up_to_a_quarter_of_an_hour() -> None:
    clock = Clock()
    authenticator = locked(clock)
    said = []
    for _ in range(12):
        clock.now += LONGEST_PAUSE
        said.append(refusal(authenticator).rpartition("wait ")[2])
    assert said[:5] == ["1 minute.", "2 minutes.", "4 minutes.", "8 minutes.", "15 minutes."]
    assert set(said[5:]) == {"15 minutes."}


def test_very_many_wrong_keys_break_nothing() -> None:
    clock = Clock()
    authenticator = locked(clock)
    for _ in range(1200):
        clock.now += LONGEST_PAUSE
        refusal(authenticator)


def test_the_right_key_begins_the_count_anew() -> None:
    authenticator = Authenticator(KEY, Clock())
    for _ in range(3):
        for _ in range(TRIES - 1):
            refusal(authenticator)
        authenticator.open(KEY)


def test_the_right_key_opens_at_once_from_where_nobody_has_failed() -> None:
    clock = Clock()
    authenticator = Authenticator(KEY, clock)
    for _ in range(200):  # a wrong key at the end of every pause
        refusal(authenticator, address="attacker")
        assert authenticator.open(KEY, "operator") == authenticator.token
        clock.now += LONGEST_PAUSE
    for _ in range(TRIES):
        refusal(authenticator, address="attacker")
    assert "Too many wrong keys" in refusal(authenticator, KEY, "attacker")
    assert authenticator.open(KEY, "another office") == authenticator.token


def test_one_address_begins_no_count_of_another() -> None:
    authenticator = Authenticator(KEY, Clock())
    for _ in range(TRIES - 1):
        refusal(authenticator, address="one")
    authenticator.open(KEY, "other")
    assert "wait 30 seconds" in refusal(authenticator, address="one")


def test_very_many_addresses_together_guess_at_a_bounded_rate() -> None:
    clock = Clock()
    authenticator = Authenticator(KEY, clock)
    authenticator.open(KEY, "operator")
    said = [refusal(authenticator, address=f"{n}") for n in range(2 * WRONG_PER_MINUTE)]
    assert said.count("That is not the key.") == WRONG_PER_MINUTE
    assert said[-1] == "Too many wrong keys on this server. Try again in 1 second."
    clock.now += 60
    more = [refusal(authenticator, address=f"{n} again") for n in range(2 * WRONG_PER_MINUTE)]
    assert more.count("That is not the key.") == WRONG_PER_MINUTE
    assert refusal(authenticator, KEY, "a stranger").startswith(
        "Too many wrong keys on this server."
    )
    assert authenticator.open(KEY, "operator") == authenticator.token


def test_very_many_addresses_take_little_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_ADDRESSES", 50)
    clock = Clock()
    authenticator = Authenticator(KEY, clock)
    for number in range(300):
        clock.now += 1
        refusal(authenticator, address=f"{number}")
        authenticator.open(KEY, f"{number}")
        refusal(authenticator, address=f"{number}")
    assert len(authenticator._tries) == len(authenticator._welcome) == 50


@pytest.mark.parametrize("key", ["", "short", "x" * 15, " " * 40, "x" * 15 + " "])
def test_a_short_key_guards_nothing(key: str) -> None:
    with pytest.raises(ValueError, match="fewer than 16 characters") as refused:
        check_key(key)
    assert not key.strip() or key not in str(refused.value)


@pytest.mark.parametrize("key", [None, 1234567890123456, ["a"], 1.5, True])
def test_a_key_that_is_no_text_is_refused(key: object) -> None:
    with pytest.raises(ValueError, match="must be text"):
        check_key(key)


def test_the_log_counts_wrong_keys_and_repeats_none(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "dl101_core.operator.authenticator")
    authenticator = Authenticator(KEY)
    refusal(authenticator, "my other password")
    authenticator.open(KEY)
    assert [record.getMessage() for record in caplog.records] == [
        "a wrong admin key was given, 1 in a row",
        "the status page was opened",
    ]
