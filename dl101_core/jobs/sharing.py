"""Sharing between addresses: whoever holds much yields to who holds less, and alone has all.

Pure functions over runs. Whoever clears their cookies is a new learner, but not a new address; a
school behind one router is one address, too. So an address loses nothing as long as nobody else
comes, and never more than what another one lacks of an equal share.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Protocol, TypeVar


class Held(Protocol):
    """A run. ``address``: a mark of where its learner is; ``created``: seconds, the later wins."""

    @property
    def address(self) -> str: ...
    @property
    def created(self) -> float: ...


R = TypeVar("R", bound=Held)


def in_order(runs: Iterable[R]) -> list[R]:
    """First come first."""
    return sorted(runs, key=lambda run: run.created)


def in_turn(waiting: Iterable[R], placed: Iterable[Held]) -> list[R]:
    """The order of the queue: a second run of an address comes after the first ones of all others.

    What an address has in workers (``placed``) counts as earlier turns. Within an address, and if
    there is only one, it is first come first.
    """
    queue, turns = in_order(waiting), Counter(run.address for run in placed)
    if len({run.address for run in queue}) < 2:
        return queue
    keyed = []
    for run in queue:
        keyed.append(((turns[run.address], run.created), run))
        turns[run.address] += 1
    return [run for _, run in sorted(keyed, key=lambda item: item[0])]


def gives_way(placed: Sequence[R], address: str) -> R | None:
    """The run that gives its place to one of ``address``; None if nobody holds enough more.

    The youngest of the address that holds most, if that then still holds no fewer.
    """
    held = Counter(run.address for run in placed)
    if max(held.values(), default=0) < held[address] + 2:
        return None
    return youngest_of_most(placed)


def youngest_of_most(placed: Sequence[R]) -> R:
    """The youngest run of the address that holds most, of several such ones the youngest of all."""
    held = Counter(run.address for run in placed)
    most = max(held.values())
    return in_order(run for run in placed if held[run.address] == most)[-1]
