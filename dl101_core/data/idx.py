"""IDX, the file format of MNIST: ``00 00 08 rank``, then big-endian uint32 sizes, then the bytes.

Type code 0x08 is unsigned byte, so the magic number is 0x0800 + rank: 0x0801 for labels (rank 1),
0x0803 for images (rank 3). Source: http://yann.lecun.com/exdb/mnist/, "The IDX file format".
"""

from __future__ import annotations

import gzip
import io
import math
import struct
import zlib
from pathlib import Path

import numpy as np
import numpy.typing as npt

UInt8 = npt.NDArray[np.uint8]

MAX_RANK = 4
MAX_BYTES = 2**26
"""Most data bytes of a file. A header that announces more is damaged (64 MiB; MNIST has 45)."""

_GZIP_MAGIC = b"\x1f\x8b"


class CorruptData(ValueError):  # noqa: N818 - named for what it says, not for what it is
    """A data file is damaged; the message names it."""


def read_idx(path: str | Path) -> UInt8:
    """The array in an IDX file of unsigned bytes, plain or gzip'd (by content, not by name).

    Raises ``CorruptData`` for a damaged file and ``OSError`` for one that cannot be opened. Reads
    no more than the header announces, so a hostile file cannot fill the memory.
    """
    path = Path(path)
    with path.open("rb") as raw:
        packed = raw.read(2) == _GZIP_MAGIC
        raw.seek(0)
        if not packed:
            return _read_stream(raw, path)
        try:
            with gzip.GzipFile(fileobj=raw) as stream:
                return _read_stream(stream, path)
        except EOFError:
            raise CorruptData(f"{path} is truncated: its gzip stream ends early.") from None
        except (gzip.BadGzipFile, zlib.error) as error:
            raise CorruptData(f"{path} is not valid gzip: {error}.") from None


def _read_stream(stream: io.BufferedIOBase, path: Path) -> UInt8:
    shape = _read_header(stream, path)
    size = math.prod(shape)
    data = stream.read(size + 1)
    if len(data) < size:
        raise CorruptData(f"{path} is truncated: {len(data)} of {size} data bytes are there.")
    if len(data) > size:
        raise CorruptData(f"{path} is longer than the {size} data bytes that its header announces.")
    return np.frombuffer(data, dtype=np.uint8).reshape(shape).copy()


def _read_header(stream: io.BufferedIOBase, path: Path) -> tuple[int, ...]:
    magic = stream.read(4)
    if len(magic) < 4:
        raise CorruptData(f"{path} is truncated: it ends inside the header.")
    rank = magic[3]
    if magic[:3] != b"\x00\x00\x08" or not 1 <= rank <= MAX_RANK:
        raise CorruptData(
            f"{path} is not an IDX file of bytes: its magic number is 0x{magic.hex()}, "
            "not 0x00000801 (labels) or 0x00000803 (images)."
        )
    sizes = stream.read(4 * rank)
    if len(sizes) < 4 * rank:
        raise CorruptData(f"{path} is truncated: it ends inside the header.")
    shape = struct.unpack(f">{rank}I", sizes)
    # A side of 0 counts as 1 here: numpy limits the product of the other sides, too.
    if math.prod(max(1, side) for side in shape) > MAX_BYTES:
        raise CorruptData(
            f"{path} announces an array of shape {shape}, more than the {MAX_BYTES} bytes allowed."
        )
    return shape


def write_idx(path: str | Path, array: UInt8) -> None:
    """Write ``array`` (uint8, rank 1 to 4) as IDX; gzip'd if the name ends in ``.gz``.

    Equal arrays give equal bytes: the gzip header carries neither a time nor a file name. The file
    appears whole or not at all (written beside it, then renamed).
    """
    path = Path(path)
    if array.dtype != np.uint8 or not 1 <= array.ndim <= MAX_RANK:
        raise ValueError(
            f"array (={array.dtype}, rank {array.ndim}) must be uint8 of rank 1 to {MAX_RANK}"
        )
    header = struct.pack(f">BBBB{array.ndim}I", 0, 0, 8, array.ndim, *array.shape)
    data = header + array.tobytes()
    if path.suffix == ".gz":
        buffer = io.BytesIO()
        with gzip.GzipFile(filename="", mode="wb", compresslevel=9, fileobj=buffer, mtime=0) as out:
            out.write(data)
        data = buffer.getvalue()
    beside = path.with_name(path.name + ".part")
    beside.write_bytes(data)
    beside.replace(path)
