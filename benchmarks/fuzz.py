"""Coverage-guided fuzzing of all readers of untrusted data.

    python -m benchmarks.fuzz [--seconds 10] [--corpus FOLDER] [TARGET ...]

Every target may raise its own error and nothing else. It runs in a process of its own under
libFuzzer, with the Python code instrumented, for ``--seconds``; the table says how often it ran,
how many branches it reached and what it found. A finding is written to the corpus folder and makes
the exit status 1: turn it into a test. Needs ``pip install atheris`` (Linux, Python 3.11 to 3.13),
which is no part of ``requirements-dev.txt`` because it has no wheels for other systems.
"""

from __future__ import annotations

import argparse
import importlib
import importlib.util
import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.tables import print_table

if TYPE_CHECKING:
    from dl101_core.tasks.images.config import ImageConfig

ROOT = Path(__file__).resolve().parents[1]
MISSING = "atheris is not installed here: pip install atheris (Linux, Python 3.11 to 3.13)."
# Limits of one input; an input above them counts as a finding.
SECONDS_EACH, MEGABYTES = 10, 2048
LONGEST = 8192

Target = Callable[[bytes], object]


@dataclass(frozen=True)
class Fuzzed:
    """One reader. ``make`` imports it (instrumented) and gives the function to call."""

    make: Callable[[], Target]
    seeds: Callable[[], list[bytes]]


def _one_sentence(problem: ValueError) -> None:
    sentence = str(problem)
    assert len(sentence) < 250
    assert sentence.endswith(".")
    sentence.encode()  # a lone surrogate could not be sent to the browser


def _pictures() -> Target:
    from dl101_core.pictures import BadPicture, read_upload

    def read(data: bytes) -> None:
        try:
            picture = read_upload(data, max_bytes=LONGEST, max_pixels=250_000)
        except BadPicture as problem:
            _one_sentence(problem)
        else:
            assert picture.ndim == 3
            assert max(picture.shape[:2]) <= 256

    return read


def _picture_seeds() -> list[bytes]:
    import io

    from PIL import Image

    seeds = []
    for mode in ("L", "RGB", "RGBA", "P", "CMYK", "I;16", "1"):
        for format in ("PNG", "JPEG", "GIF", "BMP", "WEBP"):
            buffer = io.BytesIO()
            try:
                Image.new(mode, (9, 7)).save(buffer, format, progressive=True)
            except (OSError, ValueError):
                continue
            seeds.append(buffer.getvalue())
    return seeds


def _headers() -> Target:
    from dl101_core.picture_headers import jpeg_frame, kind_of, webp_size

    def read(data: bytes) -> None:
        frame = jpeg_frame(data)
        assert frame is None or frame.scans > 0
        size = webp_size(data)
        assert size is None or min(size) >= 0
        assert isinstance(kind_of(data), str)

    return read


def _frames() -> Target:
    from dl101_core.jobs.workers.codec import BadMessage, Unpacker
    from dl101_core.jobs.workers.protocol import FromServer, FromWorker

    def read(data: bytes) -> None:
        for kind in (FromWorker, FromServer):
            try:
                list(Unpacker(kind, 2**16).feed(data))
            except BadMessage:
                continue

    return read


def _frame_seeds() -> list[bytes]:
    from dl101_core.jobs.slicer import EventReport
    from dl101_core.jobs.workers.codec import pack, to_text
    from dl101_core.jobs.workers.protocol import Bye, Hello, Submit, ToldBatch
    from dl101_core.tasks.images.config import ImageConfig
    from dl101_core.training.events import Checkpointed, Progress

    progress = Progress(1, (("loss", 0.5), ("accuracy", 0.5)), 0.1)
    items = (EventReport("a", 1, progress), EventReport("a", 1, Checkpointed(1, 1, b"state")))
    streams = (
        pack(ToldBatch(items, {"a": 1.5})),
        pack(Submit("a", to_text(ImageConfig()), b"state", 0, 0)),
        pack(Hello(7, 1)) + pack(Bye()),
    )
    return list(map(bytes, streams))


def _values() -> Target:
    from dl101_core.jobs.workers.codec import BadMessage, from_text

    def read(data: bytes) -> None:
        try:
            from_text(data.decode("utf-8", "surrogatepass"))
        except (BadMessage, UnicodeDecodeError):
            return

    return read


def _value_seeds() -> list[bytes]:
    from dl101_core.jobs.workers.codec import to_text
    from dl101_core.tasks.images.config import ImageConfig
    from dl101_core.tasks.images.task import ImageDetails, Mistake
    from dl101_core.training.events import Finished

    finished = Finished(
        9, True, (("loss", 0.5),), ImageDetails(((1, 2), (3, 4)), (Mistake(1, 2, 3, 0.25),))
    )
    return [to_text(value).encode() for value in (ImageConfig(), finished)]


def _drawings() -> Target:
    from dl101_core.draw.digits import Drawing, from_strokes

    def read(data: bytes) -> None:
        try:
            message = json.loads(data)
        except (ValueError, RecursionError):
            return
        try:
            from_strokes(Drawing.from_message(message))
        except ValueError as problem:
            _one_sentence(problem)

    return read


def _readings() -> Target:
    from dl101_core.server.read_route import Refused, answer

    def read(data: bytes) -> None:
        try:
            json.dumps(answer(data), allow_nan=False)
        except Refused as problem:
            if not 400 <= problem.status < 500:
                raise
            _one_sentence(ValueError(str(problem)))

    return read


READING = (
    b'{"strokes": [[[90, 40], [140, 240]]], "seq": 1, "token": "own", "networks": ["cnn", "mlp"]}'
)


def _streams() -> Target:
    from dl101_core.server.run_events import Refused, _seen

    def read(data: bytes) -> None:
        query, _, last = data.partition(b"\n")
        try:
            counts = _seen({"query_string": query, "headers": [(b"last-event-id", last)]})
        except Refused as problem:
            _one_sentence(ValueError(str(problem)))
        else:
            assert all(0 <= count < 10**7 for count in counts)

    return read


def _states() -> Target:
    from dl101_core.training.checkpoints import resumes, weights_of
    from dl101_core.training.loop import train
    from dl101_core.training.states import DamagedState

    config = _tiny()
    next(train(config))  # loads the data set, which must not count as a slow input

    def read(data: bytes) -> None:
        try:
            weights_of(data)
        except DamagedState:
            assert not resumes(config, data)
            return
        try:
            next(train(config, data))
        except DamagedState:
            return

    return read


def _tiny() -> ImageConfig:
    from dl101_core.models import ModelConfig
    from dl101_core.tasks.images.config import ImageConfig

    model = ModelConfig(name="cnn", channels=1, hidden_size=1)
    return ImageConfig(train_size=20, val_size=10, batch_size=10, epochs=1, model=model)


def _state_seeds() -> list[bytes]:
    from dl101_core.training.events import Checkpointed
    from dl101_core.training.loop import train
    from dl101_core.training.states import pack_state

    saved = next(event for event in train(_tiny()) if isinstance(event, Checkpointed))
    return [saved.state, pack_state({}, {})]


def _idx() -> Target:
    from dl101_core.data.idx import CorruptData, read_idx

    memory = Path("/dev/shm")  # a disk would be the slowest part
    path = Path(tempfile.mkdtemp(dir=memory if memory.is_dir() else None)) / "data"

    def read(data: bytes) -> None:
        path.write_bytes(data)
        try:
            read_idx(path)
        except CorruptData:
            return

    return read


def _idx_seeds() -> list[bytes]:
    import gzip

    plain = bytes([0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 2, 0, 0, 0, 2]) + bytes(8)
    return [plain, gzip.compress(plain), bytes([0, 0, 8, 1, 0, 0, 0, 1, 5])]


def _links() -> Target:
    from dl101_core.cnn.filters import parse_rows
    from dl101_core.cnn.filters.edit_view import read_grid
    from dl101_core.jobs.runner import is_run_id
    from dl101_core.ui.learner import sound_key
    from dl101_core.ui.markdown import LONGEST as LINE
    from dl101_core.ui.markdown import escape_markdown

    def read(data: bytes) -> None:
        text = data.decode("utf-8", "surrogatepass" if data[:1] == b"s" else "replace")
        assert not is_run_id(text) or text.isascii()
        assert sound_key(text).isascii()
        line = escape_markdown(text)
        line.encode()
        assert len(line) <= 3 * LINE
        read_grid(text)
        try:
            parse_rows(text)
        except ValueError as problem:
            _one_sentence(problem)

    def tolerant(data: bytes) -> None:
        try:
            read(data)
        except UnicodeDecodeError:
            return

    return tolerant


TARGETS: dict[str, Fuzzed] = {
    "pictures": Fuzzed(_pictures, _picture_seeds),
    "headers": Fuzzed(_headers, _picture_seeds),
    "frames": Fuzzed(_frames, _frame_seeds),
    "values": Fuzzed(_values, _value_seeds),
    "drawings": Fuzzed(
        _drawings, lambda: [b'{"strokes": [[[1, 2], [30, 40.5]], [[9, 9]]], "seq": 1}']
    ),
    "readings": Fuzzed(_readings, lambda: [READING]),
    "streams": Fuzzed(_streams, lambda: [b"seen=12,3,0\n", b"seen=0,0,0\n12-3-0"]),
    "states": Fuzzed(_states, _state_seeds),
    "idx": Fuzzed(_idx, _idx_seeds),
    "links": Fuzzed(_links, lambda: [b"0,-1,0;-1,5,-1;0,-1,0", b"http://a.example *b*", b"x" * 22]),
}


def run_here(name: str, options: list[str]) -> None:
    """Fuzz one target in this process; does not return."""
    import torch

    atheris = importlib.import_module("atheris")

    torch.set_num_threads(1)
    # Streamlit, torch and the like are not instrumented: their branches do not count.
    import dl101_core.ui.learner  # noqa: F401

    for module in [name for name in sys.modules if name.startswith("dl101_core")]:
        del sys.modules[module]
    with atheris.instrument_imports(include=["dl101_core", "PIL"], enable_loader_override=False):
        target = TARGETS[name].make()
    atheris.Setup([sys.argv[0], *options], target)
    atheris.Fuzz()


def run_apart(name: str, seconds: int, corpus: Path) -> list[object]:
    """Fuzz one target in a process of its own; a row of the table."""
    folder = corpus / name
    folder.mkdir(parents=True, exist_ok=True)
    for number, seed in enumerate(TARGETS[name].seeds()):
        (folder / f"seed-{number}").write_bytes(seed)
    options = [
        str(folder),
        f"-max_total_time={seconds}",
        f"-max_len={LONGEST}",
        f"-timeout={SECONDS_EACH}",
        f"-rss_limit_mb={MEGABYTES}",
        f"-artifact_prefix={corpus}/{name}-",
        "-print_final_stats=1",
    ]
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.fuzz", "--here", name, *options],
        cwd=ROOT,
        env=os.environ | {"OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )
    (corpus / f"{name}.log").write_text(done.stderr)
    return _row(name, done.stderr, done.returncode)


def _row(name: str, log: str, code: int) -> list[object]:
    executed = re.findall(r"stat::number_of_executed_units: (\d+)|#(\d+)\s", log)
    covered = re.findall(r"cov: (\d+) ft: (\d+)", log)
    found = re.findall(r"Test unit written to (\S+)", log)
    runs = max((int(a or b) for a, b in executed), default=0)
    before, after = (covered[0][0], covered[-1][0]) if covered else ("?", "?")
    what = f"{len(found)}: {', '.join(found)}" if found else "none" if not code else f"exit {code}"
    return [name, f"{runs:,}", before, after, what]


def main() -> int:
    if sys.argv[1:2] == ["--here"]:
        run_here(sys.argv[2], sys.argv[3:])
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=10, help="for each target")
    parser.add_argument("--corpus", type=Path, help="where inputs are kept between runs")
    parser.add_argument("targets", nargs="*", metavar="TARGET", help=", ".join(TARGETS))
    asked = parser.parse_args()
    if unknown := set(asked.targets) - set(TARGETS):
        parser.error(f"no target {', '.join(sorted(unknown))}; there are {', '.join(TARGETS)}")
    if importlib.util.find_spec("atheris") is None:
        print(MISSING)
        return 0
    corpus = asked.corpus or Path(tempfile.mkdtemp(prefix="dl101-fuzz-"))
    rows = [
        run_apart(name, asked.seconds, corpus.resolve()) for name in asked.targets or list(TARGETS)
    ]
    header = ["target", "executions", "branches at first", "in the end", "findings"]
    print_table(f"Fuzzed for {asked.seconds} s each", header, rows)
    return int(any(row[-1] != "none" for row in rows))


if __name__ == "__main__":
    sys.exit(main())
