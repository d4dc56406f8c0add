"""The start of every training process: first of all, it is set to end with its server.

``python -m dl101_core.jobs.workers.child PARENT MODULE …`` calls ``main`` of ``MODULE``, which may
take seconds to import torch. If the server is killed in these seconds, the child ends, too.
"""

from __future__ import annotations

import ctypes
import importlib
import os
import signal
import sys

PR_SET_PDEATHSIG = 1


def leave_signals_to_server() -> None:
    """Ignore Ctrl-C in a terminal and SIGTERM to a whole service, which reach children, too.

    The server receives the same signal, lets its children save their runs, and ends them itself.
    """
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, signal.SIG_IGN)


def die_with_parent(parent: int) -> None:
    """Linux: be killed when the process ``parent`` ends, however it ends."""
    if sys.platform != "linux":
        return
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # the parent ended before the call above
        os._exit(1)


def main() -> None:
    parent, module = int(sys.argv[1]), sys.argv[2]
    del sys.argv[1:3]
    leave_signals_to_server()
    die_with_parent(parent)
    importlib.import_module(module).main()


if __name__ == "__main__":
    main()
