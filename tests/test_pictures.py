"""Uploads are hostile until checked: a bad file gets its sentence, a good one its picture."""

from __future__ import annotations

import io
import pickle
import struct
import zlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from dl101_core import pictures
from dl101_core.making import images
from dl101_core.pictures import BadPicture, read_upload


def encoded(image: Image.Image, format: str = "PNG", **options: object) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, format, **options)
    return buffer.getvalue()


def quarters(mode: str = "RGB") -> Image.Image:
    """40 × 20: red on the left half, blue on the right."""
    image = Image.new("RGB", (40, 20), (255, 0, 0))
    image.paste((0, 0, 255), (20, 0, 40, 20))
    return image.convert(mode)


def png_claiming(width: int, height: int) -> bytes:
    """A PNG whose header announces a huge picture, with hardly any data."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        )

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b"\0" * 1000))
        + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize("format", pictures.FORMATS)
def test_every_allowed_format_is_read_in_rgb(format: str) -> None:
    picture = read_upload(encoded(quarters(), format))
    assert picture.shape == (20, 40, 3)
    assert picture.dtype == np.uint8
    assert np.abs(picture[10, 5].astype(int) - (255, 0, 0)).max() < 12
    assert np.abs(picture[10, 35].astype(int) - (0, 0, 255)).max() < 12


def test_an_empty_file_is_named() -> None:
    with pytest.raises(BadPicture, match="file is empty"):
        read_upload(b"")


def test_a_file_above_the_limit_is_refused_before_it_is_looked_at() -> None:
    with pytest.raises(BadPicture, match=r"has 10 MB, more than 10 MB"):
        read_upload(b"\x89PNG" + bytes(pictures.MAX_BYTES))


@pytest.mark.parametrize(
    "data",
    [
        b"MZ this is a program, renamed to photo.png",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"%PDF-1.7 not a picture",
        pickle.dumps({"a": 1}),
        encoded(quarters(), "TIFF"),
        encoded(quarters(), "PPM"),
    ],
    ids=["program", "svg", "pdf", "pickle", "tiff", "ppm"],
)
def test_what_is_not_an_allowed_picture_is_refused(data: bytes) -> None:
    with pytest.raises(BadPicture, match="Use a PNG, JPEG, WebP, GIF or BMP picture"):
        read_upload(data)


@pytest.mark.parametrize("format", pictures.FORMATS)
def test_a_truncated_picture_is_called_damaged(format: str) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (64, 64, 3), dtype=np.uint8)
    data = encoded(Image.fromarray(noise), format)
    with pytest.raises(BadPicture, match=r"damaged or incomplete|not a picture"):
        read_upload(data[: len(data) // 2])


@pytest.mark.parametrize(("width", "height"), [(20_000, 20_000), (100_000, 100_000), (5000, 4000)])
def test_a_decompression_bomb_is_refused_by_its_header(
    width: int, height: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def decode(_: object) -> None:
        raise AssertionError("pixels were decoded")

    monkeypatch.setattr(pictures, "_decode", decode)
    with pytest.raises(BadPicture, match="pixels; at most 16 million can be read here"):
        read_upload(png_claiming(width, height))


def test_a_large_photo_is_reduced_and_keeps_its_shape() -> None:
    picture = read_upload(encoded(quarters().resize((3000, 1500)), "JPEG"))
    assert picture.shape == (128, 256, 3)
    assert picture[64, 20, 0] > 240
    assert picture[64, 236, 2] > 240


def test_a_photo_of_fifty_million_pixels_is_read_at_a_fraction_of_its_size(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sizes = []
    real = pictures._reduced
    monkeypatch.setattr(pictures, "_reduced", lambda image: sizes.append(image.size) or real(image))
    picture = read_upload(encoded(Image.new("L", (8000, 6000), 77), "JPEG"))
    assert picture.shape == (192, 256, 3)
    assert picture[9, 9].tolist() == [77, 77, 77]
    assert sizes == [(1000, 750)]


def test_a_sliver_keeps_at_least_one_pixel() -> None:
    assert read_upload(encoded(Image.new("RGB", (5000, 2)))).shape == (1, 256, 3)


def test_a_single_pixel_is_a_picture() -> None:
    picture = read_upload(encoded(Image.new("RGB", (1, 1), (9, 8, 7))))
    assert picture.tolist() == [[[9, 8, 7]]]


@pytest.mark.parametrize("side", [20, 400])
def test_a_photo_is_turned_as_the_camera_was_held(side: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turn 90° clockwise to see it upright
    photo = quarters().resize((2 * side, side))
    picture = read_upload(encoded(photo, "JPEG", exif=exif))
    height, width, _ = picture.shape
    assert height == 2 * width
    assert picture[height // 8, width // 2, 0] > 240  # red was left, is now on top
    assert picture[height * 7 // 8, width // 2, 2] > 240


def test_damaged_exif_does_not_refuse_a_good_picture() -> None:
    data = encoded(quarters(), "JPEG", exif=b"Exif\0\0II*\0\xff\xff\xff\xff")
    assert read_upload(data).shape == (20, 40, 3)


def test_an_animation_shows_its_first_frame() -> None:
    frames = [Image.new("RGB", (8, 8), colour) for colour in ("red", "lime", "blue")]
    data = encoded(frames[0], "GIF", save_all=True, append_images=frames[1:])
    assert read_upload(data)[4, 4].tolist() == [255, 0, 0]


def test_a_cmyk_jpeg_becomes_rgb() -> None:
    picture = read_upload(encoded(quarters("CMYK"), "JPEG"))
    assert picture[10, 5, 0] > 200
    assert picture[10, 5, 2] < 60


def test_what_is_transparent_shows_white() -> None:
    image = Image.new("RGBA", (4, 4), (255, 0, 0, 0))
    image.putpixel((1, 1), (0, 0, 0, 255))
    image.putpixel((2, 2), (0, 0, 0, 128))
    picture = read_upload(encoded(image))
    assert picture[0, 0].tolist() == [255, 255, 255]
    assert picture[1, 1].tolist() == [0, 0, 0]
    assert abs(int(picture[2, 2, 0]) - 127) <= 1


@pytest.mark.parametrize("size", [(16, 16), (600, 600)])
def test_a_palette_with_a_transparent_colour_shows_white(size: tuple[int, int]) -> None:
    image = Image.new("P", size, 0)
    image.putpalette([0, 255, 0, 200, 10, 20])
    image.paste(1, (0, 0, size[0] // 2, size[1]))
    picture = read_upload(encoded(image, "PNG", transparency=0))
    side = picture.shape[0]
    assert picture[side // 2, 2].tolist() == [200, 10, 20]
    assert picture[side // 2, side - 2].tolist() == [255, 255, 255]


@pytest.mark.parametrize("size", [(20, 20), (500, 500)])
def test_sixteen_bits_keep_their_brightness(size: tuple[int, int]) -> None:
    values = np.full(size, 257 * 100, dtype=np.uint16)
    assert read_upload(encoded(Image.fromarray(values)))[0, 0].tolist() == [100, 100, 100]


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_every_mode_of_png_becomes_rgb(mode: str) -> None:
    picture = read_upload(encoded(Image.new(mode, (300, 10))))
    assert picture.shape == (9, 256, 3)


def picture_or_sentence(data: bytes) -> bool:
    """Whether these are the only outcomes; any other exception passes through."""
    try:
        picture = read_upload(data)
    except BadPicture as problem:
        return str(problem).endswith(".")
    return max(picture.shape) <= pictures.MAX_SIDE and picture.shape[2] == 3


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from([b"", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff\xe0", b"GIF89a", b"BM", b"RIFF"]),
    st.binary(max_size=300),
)
def test_random_bytes_are_a_picture_or_a_sentence(head: bytes, tail: bytes) -> None:
    assert picture_or_sentence(head + tail)


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(pictures.FORMATS), st.integers(0, 400), st.integers(0, 255))
def test_one_wrong_byte_is_a_picture_or_a_sentence(format: str, place: int, value: int) -> None:
    data = bytearray(encoded(quarters(), format))
    data[place % len(data)] = value
    assert picture_or_sentence(bytes(data))


@pytest.mark.parametrize("name", pictures.SAMPLES)
def test_the_shipped_samples_are_what_the_code_draws(name: str) -> None:
    drawn = np.asarray(images.DRAWINGS[name]()).astype(int)
    shipped = pictures.sample(name)
    assert shipped.shape == (256, 256, 3)
    # Another version of Pillow may round an edge pixel differently.
    assert np.abs(drawn - shipped).mean() < 0.5


def test_a_sample_cannot_be_changed_by_one_page_for_all() -> None:
    with pytest.raises(ValueError, match="read-only"):
        pictures.sample("cat")[0, 0] = 0


@pytest.mark.parametrize("name", ["dog", "../icon", ""])
def test_another_name_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="must be one of: lighthouse"):
        pictures.sample(name)


def test_png_keeps_every_value() -> None:
    picture = pictures.sample("bricks")
    with Image.open(io.BytesIO(pictures.as_png(picture))) as image:
        assert np.array_equal(np.asarray(image), picture)


def test_grey_weighs_the_colours_as_the_eye_does() -> None:
    colours = np.array([[[255, 0, 0], [0, 255, 0], [0, 0, 255]]], dtype=np.uint8)
    assert pictures.grey(colours)[0, :, 0].tolist() == [76, 150, 29]
