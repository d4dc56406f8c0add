"""One worker or two, local processes or Ray actors: the same thirty runs, half MLP, half CNN.

    python -m benchmarks.scale_out [--runs 30] [--repeats 3] [--only ray-2]

Bar: a step through Ray costs at most 1.1 of the CPU time of a step through the local runner. This
ratio is valid on a busy machine, too; seconds and steps per second need a machine without load.
Without Ray its columns are left out.
"""

from __future__ import annotations

import argparse
import tempfile
import threading
import time
from collections.abc import Mapping
from importlib.util import find_spec
from statistics import mean, median

import torch

from benchmarks.tables import percentile, print_table
from dl101_core.jobs.local import LocalRunner
from dl101_core.jobs.ray.engine import RayRunner
from dl101_core.jobs.runner import RunSpec, new_run_id, owner_of
from dl101_core.jobs.store.journal import open_journal
from dl101_core.jobs.workers.heartbeat import computing_seconds
from dl101_core.jobs.workers.memory import own_processes, total_mb
from dl101_core.limits import Limits
from dl101_core.models import ModelConfig
from dl101_core.tasks.images.config import ImageConfig
from dl101_core.training.events import Progress, Stop

POLL = 0.005
MEASURE_EVERY = 0.5
ALONE = 15
VARIANTS = {
    "local-1": (LocalRunner, 1),
    "local-2": (LocalRunner, 2),
    "ray-1": (RayRunner, 1),
    "ray-2": (RayRunner, 2),
}
CONFIGS = (
    ImageConfig(train_size=4000, epochs=8, model=ModelConfig(name="mlp")),
    ImageConfig(train_size=2000, epochs=2, model=ModelConfig(name="cnn", channels=8)),
)


class Memory:
    """The largest proportional memory of all our processes while this thread runs."""

    def __init__(self) -> None:
        self.peak = 0.0
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def _watch(self) -> None:
        while not self._end.wait(MEASURE_EVERY):
            self.peak = max(self.peak, total_mb(own_processes()) or 0.0)

    def stop(self) -> float:
        self._end.set()
        self._thread.join()
        return self.peak


def cpu_seconds() -> float:
    """CPU seconds of this process and all its descendants so far."""
    return sum(computing_seconds(pid) or 0.0 for pid in own_processes())


def submit(runner: LocalRunner, config: ImageConfig) -> tuple[str, str]:
    key = new_run_id()
    return runner.submit(RunSpec(new_run_id(), owner_of(key), config)), key


def has_point(runner: LocalRunner, run_id: str) -> bool:
    return any(isinstance(event, Progress) for _, event in runner.events(run_id))


def wait_until_warm(runner: LocalRunner, workers: int) -> None:
    """Wait until every worker has trained."""
    runs = [submit(runner, CONFIGS[1]) for _ in range(2 * workers)]
    while not all(runner.status(run_id).ended for run_id, _ in runs):
        time.sleep(POLL)


def alone(runner: LocalRunner) -> list[float]:
    """Milliseconds from ``submit`` to the first point in the server, one run at a time."""
    times = []
    for seed in range(ALONE):
        began = time.perf_counter()
        run_id, key = submit(runner, ImageConfig(seed=seed, epochs=20))
        while not has_point(runner, run_id):
            time.sleep(0.0005)
        times.append(1000 * (time.perf_counter() - began))
        runner.command(run_id, Stop(), key)
        while not runner.status(run_id).ended:
            time.sleep(POLL)
    return times


def together(runner: LocalRunner, runs: int) -> dict[str, float]:
    """All runs submitted at once; seconds from then."""
    memory = Memory()
    began, worked = time.perf_counter(), cpu_seconds()
    waiting = [submit(runner, CONFIGS[n % len(CONFIGS)])[0] for n in range(runs)]
    unseen, firsts, ends, steps = set(waiting), [], [], 0
    while waiting:
        for run_id in list(waiting):
            status, now = runner.status(run_id), time.perf_counter() - began
            if run_id in unseen and has_point(runner, run_id):
                unseen.remove(run_id)
                firsts.append(now)
            if status.ended:
                waiting.remove(run_id)
                ends.append(now)
                steps += status.step
        time.sleep(POLL)
    return {
        "first point, median learner (s)": median(firsts),
        "first point, last learner (s)": max(firsts),
        "mean end (s)": mean(ends),
        "last end (s)": max(ends),
        "steps per second": steps / max(ends),
        "CPU of everything (ms per step)": 1000 * (cpu_seconds() - worked) / steps,
        "memory of everything, peak (MB, PSS)": memory.stop(),
    }


def measure(name: str, runs: int) -> dict[str, float]:
    """One variant, from a cold start."""
    kind, workers = VARIANTS[name]
    limits = Limits(workers=workers, live_per_worker=runs, memory_mb=20_000)
    with tempfile.TemporaryDirectory() as folder:
        began = time.perf_counter()
        runner = kind(open_journal(f"sqlite:///{folder}/runs.sqlite"), limits)
        try:
            wait_until_warm(runner, workers)
            warm = time.perf_counter() - began
            times = alone(runner)
            result = together(runner, runs)
        finally:
            runner.close()
    return {
        "cold start and first runs (s)": warm,
        "submit to first point alone, median (ms)": median(times),
        "submit to first point alone, p95 (ms)": percentile(times, 0.95),
        **result,
    }


def table(results: Mapping[str, list[dict[str, float]]]) -> list[list[object]]:
    """One row per measure, one column per variant: medians over the repeats."""
    measures = list(next(iter(results.values()))[0])
    return [
        [name, *(median(one[name] for one in repeats) for repeats in results.values())]
        for name in measures
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=30)
    parser.add_argument("--repeats", type=int, default=1)
    parser.add_argument("--only", choices=VARIANTS, action="append")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    names = [n for n in arguments.only or VARIANTS if find_spec("ray") or not n.startswith("ray")]
    results: dict[str, list[dict[str, float]]] = {name: [] for name in names}
    for _ in range(arguments.repeats):  # in turn, so that noise hits all alike
        for name in names:
            results[name].append(measure(name, arguments.runs))
    print_table(f"{arguments.runs} runs at once", ("Measured", *names), table(results))


if __name__ == "__main__":
    main()
