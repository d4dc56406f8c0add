"""Runs the code that a page shows."""

from __future__ import annotations

import contextlib
import io
import warnings
from pathlib import Path

import torch

ROOT = Path(__file__).resolve().parents[1]


def run_script(source: str) -> str:
    """The output of ``source`` as a script in the project's folder.

    In this process, because a new interpreter takes seconds to import torch.
    """
    out = io.StringIO()
    with (
        contextlib.redirect_stdout(out),
        contextlib.chdir(ROOT),
        torch.random.fork_rng(),
        warnings.catch_warnings(),
    ):
        warnings.simplefilter("ignore")  # torch's own would go to the screen, not to a test
        warnings.simplefilter("error", SyntaxWarning)
        exec(compile(source, "script.py", "exec"), {"__name__": "__main__"})
    return out.getvalue().strip()
