"""Which runs the store forgets when there are too many: the greedy one's own oldest.

A learner has a quota, and all together have one. Beyond the second, runs go from whoever holds
most: of the addresses the one with most runs, of its learners the one with most, of their runs the
oldest. So nobody with fewer than an equal share loses any, and cleared cookies multiply nothing.
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Kept:
    """A run in the store. ``address``: where it was started, as a mark, or empty if not known.

    ``busy``: a server trains it, so it stays.
    """

    run_id: str
    owner: str
    created: float
    address: str = ""
    busy: bool = False


def surplus(runs: Iterable[Kept], per_owner: int, in_all: int) -> list[str]:
    """The runs to forget, so that ``per_owner`` and ``in_all`` hold as far as busy runs allow."""
    owned: dict[str, list[Kept]] = defaultdict(list)
    for run in sorted(runs, key=lambda run: (run.created, run.run_id)):
        owned[run.owner].append(run)
    gone: list[str] = []
    for owner, mine in owned.items():
        free = [run for run in mine if not run.busy]
        old = {run.run_id for run in free[: max(0, len(mine) - per_owner)]}
        gone += old
        owned[owner] = [run for run in mine if run.run_id not in old]
    total = sum(map(len, owned.values()))
    return gone + _from_whoever_holds_most(owned, total - in_all)


@dataclass
class _Group:
    """What one address holds. ``heap``: its learners with a run to give, who holds most first."""

    held: int
    heap: list[tuple[int, float, str]]

    def key(self) -> tuple[int, int, float]:
        most, oldest, _ = self.heap[0]
        return -self.held, most, oldest


def _from_whoever_holds_most(owned: dict[str, list[Kept]], excess: int) -> list[str]:
    groups, free = _groups(owned)
    ways = [(group.key(), name) for name, group in groups.items() if group.heap]
    heapq.heapify(ways)
    gone: list[str] = []
    while ways and len(gone) < excess:
        _, name = heapq.heappop(ways)
        group = groups[name]
        most, _, place = heapq.heappop(group.heap)
        gone.append(free[place].pop().run_id)
        group.held -= 1
        if free[place]:
            heapq.heappush(group.heap, (most + 1, free[place][-1].created, place))
        if group.heap:
            heapq.heappush(ways, (group.key(), name))
    return gone


def _groups(owned: dict[str, list[Kept]]) -> tuple[dict[str, _Group], dict[str, list[Kept]]]:
    """By address, or by owner where that is not known; and what each of their learners can give."""
    held: dict[str, dict[str, list[Kept]]] = defaultdict(lambda: defaultdict(list))
    for owner, mine in owned.items():
        for run in mine:
            held[run.address or owner][owner].append(run)
    groups: dict[str, _Group] = {}
    free: dict[str, list[Kept]] = {}
    for name, learners in held.items():
        heap = []
        for owner, theirs in learners.items():
            place = f"{name} {owner}"
            free[place] = [run for run in reversed(theirs) if not run.busy]
            if free[place]:
                heap.append((-len(theirs), free[place][-1].created, place))
        heapq.heapify(heap)
        groups[name] = _Group(sum(map(len, learners.values())), heap)
    return groups, free
