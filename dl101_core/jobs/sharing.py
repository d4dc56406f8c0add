"""Fair sharing between addresses: one with many runs in workers yields to one with fewer.

Pure functions over runs. A visitor who clears cookies is a new learner, but not a new address; a
school behind one router is one address, too. So an address may use all places until another one
competes, and then gives up no more than the other lacks of an equal share.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Protocol, TypeVar


class Held(Protocol):
    """A run. ``address``: the mark of its learner's address; ``created``: seconds."""

    @property
    def address(self) -> str: ...
    @property
    def created(self) -> float: ...


R = TypeVar("R", bound=Held)


def in_order(runs: Iterable[R]) -> list[R]:
    """First come, first served."""
    return sorted(runs, key=lambda run: run.created)


def in_turn(waiting: Iterable[R], placed: Iterable[Held]) -> list[R]:
    """The order of the queue: a second run of an address comes after the first ones of all others.

    The runs of an address in workers (``placed``) count as earlier turns. Within an address, and if
    there is only one, the order is first come, first served.
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
    """The run that gives its place to a run of ``address``; None if no address has enough more.

    The youngest run of the address with most, if this address then still has no fewer runs.
    """
    held = Counter(run.address for run in placed)
    if max(held.values(), default=0) < held[address] + 2:
        return None
    return youngest_of_most(placed)


def youngest_of_most(placed: Sequence[R]) -> R:
    """The youngest run of the address with most runs; in a tie, the youngest of all of these."""
    held = Counter(run.address for run in placed)
    most = max(held.values())
    return in_order(run for run in placed if held[run.address] == most)[-1]
