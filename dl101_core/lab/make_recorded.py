"""Makes the recorded run of the lab: ``python -m dl101_core.lab.make_recorded``.

One line of JSON for the config, then one for each event but checkpoints, packed without a date, so
that the same run gives the same file.
"""

from __future__ import annotations

import gzip
import io

import torch

from dl101_core.jobs.workers.codec import to_text
from dl101_core.lab.recorded import CONFIG, FILE
from dl101_core.training.events import Checkpointed
from dl101_core.training.loop import train


def content() -> bytes:
    """The text of the file, from training the run."""
    events = (e for e in train(CONFIG) if e is not None and not isinstance(e, Checkpointed))
    return "".join(f"{to_text(one)}\n" for one in (CONFIG, *events)).encode()


def packed(text: bytes) -> bytes:
    buffer = io.BytesIO()
    with gzip.GzipFile(fileobj=buffer, mode="wb", mtime=0, filename="") as file:
        file.write(text)
    return buffer.getvalue()


def main() -> None:
    torch.set_num_threads(1)
    FILE.parent.mkdir(exist_ok=True)
    FILE.write_bytes(packed(content()))
    print(f"{FILE.name}: {FILE.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
