"""A server without pages, to be killed: ``python -m tests.faults.server FOLDER METHOD RUNS``.

It trains ``RUNS`` runs of a class, polls them all the time and prints their ids. Once every run has
begun, it prints the number of events again and again. SIGTERM and SIGINT end it as they end
Streamlit: Python exits.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import torch

from tests.faults.helpers import ROOT, a_class, all_told, begin, local
from tests.patience import looks_for


def main() -> None:
    torch.set_num_threads(1)
    folder, method, size = sys.argv[1:]
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: sys.exit(0))
    runner = local(Path(folder), start_method=method)
    runs = begin(runner, a_class(int(size)))
    print(*runs, flush=True)
    for _ in looks_for(float("inf")):
        told = all_told(runner, runs)
        print(told if all(runner.events(run) for run in runs) else 0, flush=True)


def run_server(folder: Path, method: str, size: int) -> subprocess.Popen[str]:
    """The server in a process group of its own, as a terminal or a service manager starts it."""
    return subprocess.Popen(
        [sys.executable, "-m", "tests.faults.server", str(folder), method, str(size)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"},
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


if __name__ == "__main__":
    main()
