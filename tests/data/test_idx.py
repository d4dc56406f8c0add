"""IDX files: round trips, and one clear sentence for each kind of damage."""

from __future__ import annotations

import gzip
import struct
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from dl101_core.data.idx import CorruptData, read_idx, write_idx


@pytest.mark.parametrize("name", ["images.idx", "images.gz"])
def test_an_array_comes_back_as_it_was_written(tmp_path: Path, name: str) -> None:
    array = np.arange(2 * 3 * 4, dtype=np.uint8).reshape(2, 3, 4)
    write_idx(tmp_path / name, array)
    back = read_idx(tmp_path / name)
    assert back.dtype == np.uint8
    assert back.flags.writeable
    np.testing.assert_array_equal(back, array)
    assert [p.name for p in tmp_path.iterdir()] == [name]


@settings(max_examples=40, deadline=None)
@given(npst.arrays(np.uint8, npst.array_shapes(min_dims=1, max_dims=4, max_side=6)), st.booleans())
def test_any_array_of_bytes_comes_back(
    tmp_path_factory: pytest.TempPathFactory, array: np.ndarray, packed: bool
) -> None:
    path = tmp_path_factory.mktemp("idx") / ("a.gz" if packed else "a")
    write_idx(path, array)
    np.testing.assert_array_equal(read_idx(path), array)


def test_the_plain_bytes_are_those_of_the_format(tmp_path: Path) -> None:
    write_idx(tmp_path / "labels", np.array([7, 2], dtype=np.uint8))
    assert (tmp_path / "labels").read_bytes() == b"\x00\x00\x08\x01\x00\x00\x00\x02\x07\x02"


def test_gzip_bytes_carry_neither_time_nor_name(tmp_path: Path) -> None:
    array = np.zeros((5, 2, 2), dtype=np.uint8)
    write_idx(tmp_path / "a.gz", array)
    write_idx(tmp_path / "b.gz", array)
    first = (tmp_path / "a.gz").read_bytes()
    assert first == (tmp_path / "b.gz").read_bytes()
    assert first[3] == 0  # no flags, so no file name
    assert first[4:8] == bytes(4)  # no time


def test_a_gzip_file_is_recognised_by_content_not_by_name(tmp_path: Path) -> None:
    array = np.array([1, 2, 3], dtype=np.uint8)
    write_idx(tmp_path / "a.gz", array)
    (tmp_path / "a.gz").rename(tmp_path / "plain-name")
    np.testing.assert_array_equal(read_idx(tmp_path / "plain-name"), array)


@pytest.mark.parametrize(
    "array",
    [np.zeros(3, dtype=np.int64), np.zeros((), dtype=np.uint8), np.zeros((1,) * 5, dtype=np.uint8)],
)
def test_only_bytes_of_rank_one_to_four_are_written(tmp_path: Path, array: np.ndarray) -> None:
    with pytest.raises(ValueError, match=r"must be uint8 of rank 1 to 4"):
        write_idx(tmp_path / "a", array)


HEADER = struct.pack(">BBBBIII", 0, 0, 8, 3, 2, 28, 28)
GOOD = HEADER + bytes(2 * 28 * 28)
DAMAGE = {
    "empty": (b"", r"truncated: it ends inside the header"),
    "half a magic number": (GOOD[:3], r"truncated: it ends inside the header"),
    "half a header": (GOOD[:9], r"truncated: it ends inside the header"),
    "half the data": (GOOD[:1000], r"truncated: 984 of 1568 data bytes are there"),
    "more data than announced": (GOOD + b"!", r"longer than the 1568 data bytes"),
    "a web page": (b"<!DOCTYPE html><html>", r"not an IDX file of bytes: .*0x3c21444f"),
    "floats": (b"\x00\x00\x0d" + GOOD[3:], r"not an IDX file of bytes: .*0x00000d03"),
    "rank 0": (b"\x00\x00\x08\x00" + GOOD[4:], r"not an IDX file of bytes"),
    "rank 9": (b"\x00\x00\x08\x09" + GOOD[4:], r"not an IDX file of bytes"),
    "a huge header": (
        struct.pack(">BBBBIII", 0, 0, 8, 3, 2**32 - 1, 2**32 - 1, 2**32 - 1),
        r"announces an array of shape .* more than the 67108864 bytes allowed",
    ),
    "huge sides behind a zero": (
        struct.pack(">BBBBIIII", 0, 0, 8, 4, 0xFFFF, 0xFFFF0300, 0, 0xFFFF0005),
        r"announces an array of shape .* more than the 67108864 bytes allowed",
    ),
    "a cut gzip": (gzip.compress(GOOD)[:-12], r"truncated: its gzip stream ends early"),
    "a flipped checksum": (
        gzip.compress(GOOD)[:-8] + bytes(8),
        r"not valid gzip: CRC check failed",
    ),
    "gzip's magic, then noise": (b"\x1f\x8b" + b"\x07" * 60, r"not valid gzip"),
    "gzip with a broken block": (gzip.compress(GOOD)[:10] + b"\xff" * 60, r"not valid gzip"),
    "gzip of a web page": (gzip.compress(b"<html></html>"), r"not an IDX file of bytes"),
    "gzip of half the data": (gzip.compress(GOOD[:1000]), r"truncated: 984 of 1568"),
}


@pytest.mark.parametrize("kind", DAMAGE)
def test_damage_is_told_in_one_sentence_that_names_the_file(tmp_path: Path, kind: str) -> None:
    content, message = DAMAGE[kind]
    path = tmp_path / "train-images"
    path.write_bytes(content)
    with pytest.raises(CorruptData, match=message) as caught:
        read_idx(path)
    assert str(caught.value).startswith(str(path))
    assert str(caught.value).endswith(".")
    assert isinstance(caught.value, ValueError)


def test_a_missing_file_stays_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        read_idx(tmp_path / "nowhere")
