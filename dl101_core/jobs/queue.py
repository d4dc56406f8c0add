"""The queue: which runs wait, who gets a place, and when that will be."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable

from dl101_core.jobs import messages
from dl101_core.jobs.admission import kept_mb, need_mb
from dl101_core.jobs.engine import Engine
from dl101_core.jobs.estimate import Forecast, Job, Speeds, forecast
from dl101_core.jobs.record import Record, log_run, status_of
from dl101_core.jobs.runner import Pause, Refused, RunStatus
from dl101_core.jobs.sharing import gives_way, in_order, in_turn, youngest_of_most
from dl101_core.limits import Limits
from dl101_core.training.events import Stop

FORECAST_EVERY = 1.0
# Start no run when this share of the allowed memory, or less, is free.
MEMORY_MARGIN = 0.03
ANOTHER_LEARNER = "another learner comes"
# A run's own speed counts once this number of its steps, or this share, has been measured.
SEEN_STEPS, SEEN_SHARE = 5, 0.02


class RunQueue:
    """Gives the runs among ``records`` to the workers of ``engine``, within ``limits``.

    ``records`` is the manager's own; everything here is called under the manager's lock.
    """

    def __init__(
        self,
        records: dict[str, Record],
        engine: Engine,
        limits: Limits,
        clock: Callable[[], float],
    ) -> None:
        self._records, self._engine, self._limits, self._clock = records, engine, limits, clock
        self._speeds = Speeds()
        self._forecasts: dict[str, Forecast] = {}
        self._forecast_at = float("-inf")
        self._used_mb: float | None = None

    def placed(self) -> list[Record]:
        """The runs in workers."""
        return [record for record in self._records.values() if record.worker is not None]

    def waiting(self) -> list[Record]:
        """The queue: the runs that wait for a place, in turn."""
        return self._in_turn()[: self._length]

    @property
    def _length(self) -> int:
        # At least 1: even if no run may wait, a new run is in the queue until a worker has it.
        return max(1, self._limits.waiting_in_all)

    def _in_turn(self, *new: Record) -> list[Record]:
        """The queue with ``new`` in it, and behind it the runs that have no room in it."""
        waits = (
            record
            for record in self._records.values()
            if not record.outcome
            and record.worker is None
            and record.wanted != "pause"
            and self.leased(record)
        )
        return in_turn((*waits, *new), self._staying())

    def _staying(self) -> list[Record]:
        """The runs in workers that were not asked to leave."""
        return [record for record in self.placed() if not record.parking]

    def leased(self, record: Record) -> bool:
        """Whether the lease of the run is valid."""
        # After Stop, the learner need not watch until the end.
        return record.wanted == "stop" or self._clock() - record.asked_at <= self._limits.lease

    def check(self, new: Record) -> None:
        """Raise ``Refused`` if its owner has enough runs here, or the queue has no room for it."""
        waiting, placed = self._in_turn(new), self.placed()
        mine = sum(record.owner == new.owner for record in (*waiting, *placed)) - 1
        if mine >= self._limits.running_per_owner + self._limits.waiting_per_owner:
            raise Refused(messages.too_many(mine))
        if not any(record is new for record in waiting[: self._length]):
            ends = [self._forecast(record) for record in placed]
            soonest = min((f.ends_in for f in ends if f), default=60.0)
            raise Refused(messages.line_is_full(self._length, soonest))

    def place(self) -> None:
        """Give waiting runs to workers while there is room.

        An owner's runs beyond ``running_per_owner`` get only idle workers, and leave them when
        another owner's run comes. When all workers are full, an address with more runs in workers
        gives one up for an address with fewer.
        """
        waiting = self._in_turn()
        if not waiting:
            return
        placed = self.placed()
        loads, owners = _loads(placed), _owners(placed)
        extra = []
        for record in waiting:
            if owners[record.owner] >= self._limits.running_per_owner:
                extra.append(record)
            elif not self._place(record, loads, owners):
                return  # later, smaller runs must not overtake this one for ever
        for record in extra:
            worker = self._engine.pick(loads)
            if worker is None or loads[worker] or not self._place(record, loads, owners):
                return

    def _place(self, record: Record, loads: Counter[int], owners: Counter[str]) -> bool:
        """Give ``record`` to a worker; whether there was room."""
        record.crowded = bool(loads) and need_mb(record.config) > self._room_mb()
        if record.crowded:
            return False
        worker = self._engine.pick(loads)
        if worker is None:
            other = self._of_a_greater_address(record, loads)
        else:
            other = self._beyond_its_share() if loads[worker] else None
        if other and other.worker is not None:
            other.yielded = worker is None
            self.park(other, "another address has fewer" if worker is None else ANOTHER_LEARNER)
            worker = other.worker
        elif worker is None:
            return False
        else:
            loads[worker] += 1
        owners[record.owner] += 1
        self._hand_over(record, worker)
        return True

    def _beyond_its_share(self) -> Record | None:
        """The youngest run of an owner who has more than ``running_per_owner`` in workers."""
        placed = self._staying()
        owners = _owners(placed)
        most = self._limits.running_per_owner
        return next((r for r in reversed(in_order(placed)) if owners[r.owner] > most), None)

    def _of_a_greater_address(self, record: Record, loads: Counter[int]) -> Record | None:
        """The run that gives its place to ``record``, if that waits because all is full."""
        other = gives_way(self._able_to_leave(), record.address)
        if other is None or other.worker is None:
            return None
        return other if loads[other.worker] >= self._limits.live_per_worker else None

    def _able_to_leave(self) -> list[Record]:
        """The runs in workers, without those that are about to end."""
        return [record for record in self._staying() if record.wanted == "run"]

    def park(self, record: Record, why: str) -> None:
        """Ask the worker to save and drop the run; ``why`` is for the log."""
        if record.worker is not None and not record.parking:
            record.parking = why
            self._engine.command(record.worker, record.run_id, Pause())

    def balance(self) -> None:
        """Move runs to a worker that has two fewer than another: no core is idle while another is
        shared, and all runs get equal shares. A run moves by a checkpoint, like a paused one."""
        placed = self.placed()
        loads, owners = _loads(placed), _owners(placed)
        idlest = self._engine.pick(loads)
        most = self._limits.running_per_owner
        next_one = any(owners[record.owner] < most for record in self.waiting())
        if idlest is None or not loads or next_one or any(r.parking for r in placed):
            return
        fullest = max(loads, key=loads.__getitem__)
        ranked = sorted((r for r in placed if r.worker == fullest), key=lambda r: r.rank)
        # The head stays undisturbed; the last in its order lose least.
        last = [r for r in reversed(ranked[1:]) if r.step and r.wanted == "run"]
        for record in last[: (loads[fullest] - loads[idlest]) // 2]:
            if need_mb(record.config) <= self._room_mb():
                record.moving = True
                self.park(record, "another worker has more time")

    def measure(self) -> None:
        """Measure how much memory is in use."""
        self._used_mb = self._engine.memory_mb()

    def make_room(self) -> None:
        """Park the youngest run while too much memory is in use, until only one is left.

        The run belongs to the address with most runs in workers. It is also parked if the first run
        in the queue waits for memory and its address has fewer runs. Only one run is parked in a
        tick, because the memory that it frees is known only at the next measurement.
        """
        placed = self._staying()
        over = self._used_mb is not None and self._used_mb > self._limits.memory_mb
        if over and len(placed) > 1:
            youngest = youngest_of_most(placed)
            youngest.crowded = True
            limit = f"{self._limits.memory_mb} MB"
            log_run(youngest, f"limit reached: {limit}; the run waits for memory")
            self.park(youngest, "memory is short")
            return
        first = next(iter(self.waiting()), None)
        if first is None or not first.crowded or any(r.parking for r in self.placed()):
            return
        if need_mb(first.config) <= self._room_mb():
            return
        if other := gives_way(self._able_to_leave(), first.address):
            other.yielded = True
            self.park(other, "memory is short, and another address has fewer runs")

    def learn(self, record: Record) -> None:
        """Learn from the time of a run's latest steps."""
        steps = record.step - record.learned_step
        if steps < max(SEEN_STEPS, SEEN_SHARE * record.total_steps):
            return
        if record.learned_step:  # the first steps include the costs of the start
            seconds = record.spent_here - record.learned_spent
            record.factor = self._speeds.learn(record.config, seconds, steps)
        record.learned_step, record.learned_spent = record.step, record.spent_here

    def status(self, record: Record, waiting: list[Record]) -> RunStatus:
        """The status of a run; ``waiting`` is ``waiting()``."""
        if record.outcome:
            return status_of(record, record.outcome)
        note = record.note if self._clock() < record.note_until else ""
        message = record.message or note
        if record.wanted == "pause":
            return status_of(record, "paused", message=message)
        if record.worker is not None:
            when = self._forecast(record)
            return status_of(record, "running", message=message, when=when)
        if record not in waiting:
            outside = self._why_outside() if self.leased(record) else messages.AWAY
            return status_of(record, "paused", message=outside)
        why = record.message or self._why_waiting(record) or note
        position = waiting.index(record) + 1
        when = self._forecast(record)
        if when and any(other.crowded for other in waiting[:position]):
            when = self._after_the_next_end(when)
        return status_of(record, "queued", position, why, when)

    def _room_mb(self) -> float:
        if self._used_mb is None:
            return float("inf")
        return self._limits.memory_mb * (1 - MEMORY_MARGIN) - self._used_mb

    def _hand_over(self, record: Record, worker: int) -> None:
        run_id = record.run_id
        record.worker, record.moving, record.yielded = worker, False, False
        if self._used_mb is not None:  # until the next measurement
            self._used_mb += kept_mb(record.config)
        begun = f"run resumed at step {record.step}" if record.events else "run started"
        log_run(record, f"{begun} on worker {worker}")
        self._engine.submit(worker, run_id, record.config, record.checkpoint, len(record.events))
        for rate in record.rates:
            self._engine.command(worker, run_id, rate)
        if record.wanted == "stop":
            self._engine.command(worker, run_id, Stop())

    def _forecast(self, record: Record) -> Forecast | None:
        now = self._clock()
        if now - self._forecast_at >= FORECAST_EVERY or record.run_id not in self._forecasts:
            self._forecast_at = now
            self._forecasts = self._play_through(self.placed(), self.waiting())
        return self._forecasts.get(record.run_id)

    def _play_through(self, placed: list[Record], waiting: list[Record]) -> dict[str, Forecast]:
        """Estimated begin and end of the placed and the waiting runs."""
        jobs = [
            Job(r.run_id, r.owner, self._seconds_left(r), r.worker, r.rank)
            for r in (*placed, *waiting)
        ]
        busy = {record.worker for record in placed if record.worker is not None}
        idle = range(-1, -1 - max(0, self._limits.workers - len(busy)), -1)
        limits = self._limits
        return forecast(jobs, [*busy, *idle], limits.live_per_worker, limits.running_per_owner)

    def _after_the_next_end(self, when: Forecast) -> Forecast:
        """``when``, but not before a run in a worker ends: until then no memory is freed."""
        ends = [told.ends_in for told in map(self._forecast, self.placed()) if told]
        later = max(0.0, min(ends, default=0.0) - when.starts_in)
        return Forecast(when.starts_in + later, when.ends_in + later)

    def _seconds_left(self, record: Record) -> float:
        left = self._speeds.seconds(record.config, record.step, record.factor)
        allowed = self._limits.max_seconds - record.spent - record.spent_here
        return max(0.0, min(left, allowed))

    def _why_waiting(self, record: Record) -> str:
        running = _owners(self.placed())[record.owner]
        if running >= self._limits.running_per_owner:
            return messages.capped(self._limits.running_per_owner)
        if record.yielded:
            return messages.YIELDED
        if record.crowded:
            return messages.crowded(self._limits.memory_mb)
        return ""

    def _why_outside(self) -> str:
        """The message for a run that has no room in the queue."""
        several = len({record.address for record in (*self.waiting(), *self.placed())}) > 1
        return messages.OUTSIDE_SHARED if several else messages.OUTSIDE


def _loads(records: Iterable[Record]) -> Counter[int]:
    """Runs by worker."""
    return Counter(record.worker for record in records if record.worker is not None)


def _owners(records: Iterable[Record]) -> Counter[str]:
    """Runs in workers, by owner."""
    return Counter(record.owner for record in records if record.worker is not None)
