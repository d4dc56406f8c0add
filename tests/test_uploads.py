"""Hostile uploads: each gets its picture or its sentence, in bounded memory."""

from __future__ import annotations

import io
import json
import struct
import subprocess
import sys
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from dl101_core.picture_headers import jpeg_frame, kind_of, webp_size
from dl101_core.pictures import BadPicture, read_upload
from tests.hostile_pictures import (
    CASES,
    PNG,
    chunk,
    encoded,
    jpeg,
    noise,
    sequential_in_three_scans,
    webp,
)

ROOT = Path(__file__).resolve().parents[1]
# The limit of pictures.py, and the same with room for the allocator's reserve.
PEAK_MB, ADDRESS_MB = 160, 400

DECODER = """
import json, resource, sys
from pathlib import Path
from dl101_core.pictures import BadPicture, read_upload
read_upload(Path(sys.argv[1]).read_bytes())  # Pillow's plugins are loaded before we measure
pages = int(Path("/proc/self/statm").read_text().split()[0])
most = pages * resource.getpagesize() + int(sys.argv[2]) * 2**20
resource.setrlimit(resource.RLIMIT_AS, (most, most))
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
for path in sys.argv[3:]:
    try:
        outcome = list(read_upload(Path(path).read_bytes()).shape[:2])
    except BadPicture as problem:
        outcome = str(problem)
    peak = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    print(json.dumps([outcome, peak]), flush=True)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_every_hostile_file_gets_its_picture_or_its_sentence_in_bounded_memory(
    tmp_path: Path,
) -> None:
    paths = []
    for number, (make, _) in enumerate(CASES.values()):
        paths.append(tmp_path / str(number))
        paths[-1].write_bytes(make())
    good = tmp_path / "good"
    good.write_bytes(encoded(Image.new("RGB", (4, 4))))
    done = subprocess.run(
        [sys.executable, "-c", DECODER, str(good), str(ADDRESS_MB), *map(str, paths)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    wrong = []
    for (name, (_, wanted)), (outcome, peak) in zip(CASES.items(), answers, strict=True):
        fits = wanted in outcome if isinstance(wanted, str) else outcome == list(wanted)
        if not fits or peak > PEAK_MB:
            wrong.append((name, outcome, peak))
    assert wrong == []


CORNERS = {"red": (255, 0, 0), "lime": (0, 255, 0), "blue": (0, 0, 255), "white": (255, 255, 255)}


def corners(width: int, height: int) -> Image.Image:
    """Red top left, lime top right, blue bottom left, white bottom right."""
    image = Image.new("RGB", (width, height), "red")
    image.paste("lime", (width // 2, 0, width, height // 2))
    image.paste("blue", (0, height // 2, width // 2, height))
    image.paste("white", (width // 2, height // 2, width, height))
    return image


# The stored form of an upright picture under each orientation: EXIF 2.32, tag 0x0112.
STORED = {
    1: None,
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("orientation", STORED)
@pytest.mark.parametrize("size", [(64, 32), (1200, 600)])
def test_every_orientation_is_shown_upright(
    format: str, orientation: int, size: tuple[int, int]
) -> None:
    turn = STORED[orientation]
    upright = corners(*size)
    exif = Image.Exif()
    exif[0x0112] = orientation
    stored = upright if turn is None else upright.transpose(turn)
    picture = read_upload(encoded(stored, format, exif=exif)).astype(int)
    height, width, _ = picture.shape
    assert width == 2 * height
    places = [(y, x) for y in (height // 4, height * 3 // 4) for x in (width // 4, width * 3 // 4)]
    for place, colour in zip(places, CORNERS.values(), strict=True):
        assert np.abs(picture[place] - colour).max() < 12


def test_a_cmyk_photo_is_not_a_negative() -> None:
    picture = read_upload(encoded(corners(64, 32).convert("CMYK"), "JPEG")).astype(int)
    assert picture[8, 16, 0] > 200 > picture[8, 16, 1] + 100
    assert picture[24, 48].min() > 230


@pytest.mark.parametrize("size", [(40, 20), (700, 350)])
def test_sixteen_bit_colour_keeps_its_brightness(size: tuple[int, int]) -> None:
    row = b"\0" + struct.pack(">HHH", 257 * 200, 257 * 100, 257 * 50) * size[0]
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", *size, 16, 2, 0, 0, 0))
    data = PNG + header + chunk(b"IDAT", zlib.compress(row * size[1])) + chunk(b"IEND", b"")
    assert read_upload(data)[3, 3].tolist() == [200, 100, 50]


@pytest.mark.parametrize("format", ["GIF", "PNG", "WEBP"])
def test_every_animation_shows_its_first_frame(format: str) -> None:
    frames = [Image.new("RGB", (8, 8), colour) for colour in ("red", "lime", "blue")]
    data = encoded(frames[0], format, save_all=True, append_images=frames[1:])
    assert np.abs(read_upload(data)[4, 4].astype(int) - (255, 0, 0)).max() < 3


def test_a_phone_picture_with_a_second_one_inside_shows_the_first() -> None:
    buffer = io.BytesIO()
    Image.new("RGB", (900, 300), "red").save(
        buffer, "MPO", save_all=True, append_images=[Image.new("RGB", (900, 300), "blue")]
    )
    assert read_upload(buffer.getvalue())[3, 3].tolist() == [254, 0, 0]


def test_what_the_host_allows_is_what_the_sentence_says() -> None:
    data = jpeg(2000, 1001)
    with pytest.raises(BadPicture, match=r"2,000 × 1,001 pixels; at most 2 million can be read"):
        read_upload(data, max_pixels=2_000_000)
    with pytest.raises(BadPicture, match=r"has \d MB, more than 1 MB"):
        read_upload(encoded(noise(900, 900), "BMP"), max_bytes=2**20)


@pytest.mark.parametrize("progressive", [False, True])
@pytest.mark.parametrize("mode", ["L", "RGB", "CMYK"])
def test_a_jpeg_streams_unless_it_is_progressive(mode: str, progressive: bool) -> None:
    frame = jpeg_frame(jpeg(30, 20, mode, progressive=progressive))
    assert frame is not None
    assert frame.streams is not progressive
    assert (frame.scans == 1) is not progressive


def test_components_that_come_one_by_one_do_not_stream() -> None:
    frame = jpeg_frame(sequential_in_three_scans(30, 20))
    assert frame is not None
    assert not frame.streams


def test_stray_bytes_between_markers_are_skipped_as_the_decoder_does() -> None:
    data = jpeg(30, 20)
    start = data.index(b"\xff\xdb")
    odd = data[:start] + b"\x07\xff\0\xff\xff" + data[start:]
    assert jpeg_frame(odd) == jpeg_frame(data)


def test_a_lossless_jpeg_is_not_decoded() -> None:
    with pytest.raises(BadPicture, match="cannot be read"):
        read_upload(jpeg(30, 20).replace(b"\xff\xc0", b"\xff\xc3"))


@pytest.mark.parametrize("lossless", [True, False])
@pytest.mark.parametrize("alpha", [True, False])
def test_the_size_of_a_webp_is_read_from_each_kind_of_header(lossless: bool, alpha: bool) -> None:
    image = noise(37, 21, "RGBA" if alpha else "RGB")
    assert webp_size(encoded(image, "WEBP", lossless=lossless)) == (37, 21)


def test_the_size_of_an_animated_webp_is_read() -> None:
    assert webp_size(webp(37, 21, frames=3)) == (37, 21)
    assert webp_size(encoded(Image.new("L", (3, 3)))) is None


def test_unknown_files_have_no_kind() -> None:
    assert kind_of(b"just some text") == ""
    assert kind_of(b"") == ""
