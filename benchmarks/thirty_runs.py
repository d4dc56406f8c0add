"""Background runs: start → first point, cost of worker and pipe, memory, and thirty runs at once.

    python -m benchmarks.thirty_runs [--runs 30]

Bars: first point at most 1 s after the start; bare loop / worker at least 0.95.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from dataclasses import dataclass, field
from statistics import mean as average
from statistics import median

import psutil
import torch

from benchmarks.tables import median_ratio, print_table, side_by_side
from dl101_core.jobs.local import LocalRunner
from dl101_core.jobs.manager import Manager
from dl101_core.jobs.runner import RunSpec, new_key, new_run_id, owner_of
from dl101_core.jobs.store.journal import open_journal
from dl101_core.jobs.workers.process import be_nice
from dl101_core.limits import Limits
from dl101_core.models import ModelConfig
from dl101_core.tasks.images.config import ImageConfig
from dl101_core.training.events import Progress, Stop
from dl101_core.training.loop import train

POLL = 0.002
# Of many runs: seconds between two polls of all, between two estimates, and before these count.
LOOK, ASK_EVERY, LEARNT = 0.05, 0.5, 3.0
KEY = new_key()
LENGTH = {"softmax": 20, "mlp": 10, "cnn": 2}


def submit(runner: Manager, config: ImageConfig, key: str = KEY) -> str:
    return runner.submit(RunSpec(new_run_id(), owner_of(key), config))


def wait_for_point(runner: Manager, run_id: str) -> None:
    while not any(isinstance(event, Progress) for _, event in runner.events(run_id)):
        time.sleep(POLL)


def wait_for_end(runner: Manager, run_id: str) -> None:
    while not runner.status(run_id).ended:
        time.sleep(POLL)


def first_points(runner: Manager, repeats: int = 9) -> list[float]:
    """Seconds from ``submit`` to a visible first ``Progress``, one run at a time."""
    times = []
    for seed in range(repeats):
        began = time.perf_counter()
        run_id = submit(runner, ImageConfig(seed=seed, epochs=20))
        wait_for_point(runner, run_id)
        times.append(time.perf_counter() - began)
        runner.command(run_id, Stop(), KEY)
        wait_for_end(runner, run_id)
    return times


def overhead(runner: LocalRunner, config: ImageConfig, repeats: int = 5) -> float:
    """Median ratio of CPU seconds: bare generator to worker with pipe and checkpoints.

    CPU time, because other work on the machine disturbs it least. Needs a runner of one worker.
    """
    (worker,) = runner.pool.pids()

    def bare() -> float:
        began = time.process_time()
        for _event in train(config):
            pass
        return time.process_time() - began

    def through_worker() -> float:
        began = cpu_seconds(worker)
        wait_for_end(runner, submit(runner, config))
        return cpu_seconds(worker) - began

    measured = side_by_side({"bare": bare, "worker": through_worker}, repeats)
    return median_ratio(measured["bare"], measured["worker"])


def cpu_seconds(pid: int) -> float:
    times = psutil.Process(pid).cpu_times()
    return float(times.user + times.system)


def memory_mb(pid: int) -> tuple[float, float]:
    """Resident, and unshared (private) megabytes of a process."""
    full = psutil.Process(pid).memory_full_info()
    return full.rss / 2**20, full.uss / 2**20


@dataclass
class Together:
    """Seconds after the submission of all. ``guesses``: (time, run, estimated end)."""

    firsts: dict[str, float] = field(default_factory=dict)
    ends: dict[str, float] = field(default_factory=dict)
    guesses: list[tuple[float, str, float]] = field(default_factory=list)

    @property
    def good_guesses(self) -> float:
        """The share of estimates within a factor of two, or within a second."""
        pairs = [(end - at, self.ends[run] - at) for at, run, end in self.guesses if at > LEARNT]
        good = [guess <= 2 * true + 1 and true <= 2 * guess + 1 for guess, true in pairs]
        return sum(good) / len(good) if good else float("nan")


def together(runner: Manager, runs: int) -> Together:
    """MLP and CNN in turn, all submitted at once by as many learners, and watched to the end."""
    kinds = (
        ImageConfig(train_size=4000, epochs=10, model=ModelConfig(name="mlp")),
        ImageConfig(train_size=2000, epochs=3, model=ModelConfig(name="cnn")),
    )
    seen, asked = Together(), 0.0
    began = time.perf_counter()
    waiting = {submit(runner, kinds[n % 2], new_key()) for n in range(runs)}
    while waiting:
        now = time.perf_counter() - began
        asking, asked = now - asked > ASK_EVERY, now if now - asked > ASK_EVERY else asked
        for run_id in list(waiting):
            status = runner.status(run_id)
            if run_id not in seen.firsts and len(runner.events(run_id)) >= 2:
                seen.firsts[run_id] = now
            if status.ended:
                waiting.remove(run_id)
                seen.ends[run_id] = now
            elif asking and status.ends_in is not None:
                seen.guesses.append((now, run_id, now + status.ends_in))
        time.sleep(LOOK)
    return seen


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=30)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    be_nice()  # as the workers are, so that the bare loop has the same share of a busy machine
    with tempfile.TemporaryDirectory() as folder:
        one = LocalRunner(open_journal(f"sqlite:///{folder}/one.sqlite"), Limits(workers=1))
        began = time.perf_counter()
        wait_for_end(one, submit(one, ImageConfig(train_size=100, epochs=1)))
        cold = time.perf_counter() - began
        times = first_points(one)
        rows: list[tuple[str, object]] = [
            ("a new server's first run, whole (s)", cold),
            ("submit to first point, warm, median (ms)", median(times) * 1000),
            ("submit to first point, warm, worst (ms)", max(times) * 1000),
        ]
        for name in ("softmax", "mlp", "cnn"):
            config = ImageConfig(train_size=4000, epochs=LENGTH[name], model=ModelConfig(name=name))
            rows.append((f"CPU, bare loop / worker, {name}", overhead(one, config)))
        one.close()
        runner = LocalRunner(open_journal(f"sqlite:///{folder}/all.sqlite"), Limits())
        if arguments.runs:
            seen = together(runner, arguments.runs)
            rows += [
                (f"{arguments.runs} runs: last first point (s)", max(seen.firsts.values())),
                (f"{arguments.runs} runs: mean end (s)", average(seen.ends.values())),
                (f"{arguments.runs} runs: last end (s)", max(seen.ends.values())),
                (f"{arguments.runs} runs: estimates within a factor of 2", seen.good_guesses),
            ]
        for pid in runner.pool.pids():
            resident, private = memory_mb(pid)
            rows += [("worker, resident (MB)", resident), ("worker, its own (MB)", private)]
        runner.close()
    print_table("Background runs", ("What", "Measured"), rows)


if __name__ == "__main__":
    main()
