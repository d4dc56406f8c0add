"""Pictures for the filters page: the samples, and uploads that are hostile until checked.

An upload is only ever read by Pillow's decoders for five bitmap formats; its size in bytes and in
pixels is checked before any pixel is decoded.
"""

from __future__ import annotations

import io
import threading
import warnings
from functools import lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageOps, UnidentifiedImageError

IMAGES_DIR = Path(__file__).resolve().parents[1] / "assets" / "images"

SAMPLES = {
    "lighthouse": "Lighthouse",
    "cat": "Cat",
    "page": "Printed page",
    "bricks": "Brick wall",
    "curves": "Curves",
}
"""Name of the file in ``assets/images`` → its title."""

FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "BMP")
"""What Pillow may try to read. Everything else (SVG, TIFF, EPS, PDF, …) is refused."""
MAX_BYTES = 10 * 2**20
MAX_PIXELS = 16_000_000
"""Decoding needs up to 8 bytes each (two copies of RGBA): at most 130 MB, for a moment."""
MAX_PIXELS_JPEG = 50_000_000
"""Phones take this much, and JPEG can be decoded at a fraction of its size."""
MAX_SIDE = 256
"""Longest side of what the page works on, in pixels."""

Picture = npt.NDArray[np.uint8]
"""Height × width × 3, red, green, blue, 0 to 255."""


_ONE_AT_A_TIME = threading.Lock()
"""A class that uploads together must not need everyone's memory at once."""


class BadPicture(ValueError):  # noqa: N818
    """What is wrong with an upload and the way out, in one or two sentences for the page."""


@lru_cache(maxsize=len(SAMPLES))
def sample(name: str) -> Picture:
    """The sample picture ``name``, read only. Raises ``ValueError`` for another name."""
    if name not in SAMPLES:
        raise ValueError(f"picture (={name!r}) must be one of: {', '.join(SAMPLES)}.")
    with Image.open(IMAGES_DIR / f"{name}.png") as image:
        return _frozen(image.convert("RGB"))


def read_upload(data: bytes) -> Picture:
    """The first frame of an uploaded picture: upright, in RGB on white, at most 256 pixels a side.

    Raises ``BadPicture`` for everything that is not a PNG, JPEG, WebP, GIF or BMP within
    ``MAX_BYTES`` and ``MAX_PIXELS`` (``MAX_PIXELS_JPEG``).
    """
    if not data:
        raise BadPicture("This file is empty. Choose a PNG, JPEG, WebP, GIF or BMP picture.")
    if len(data) > MAX_BYTES:
        raise BadPicture(
            f"This file has {len(data) / 2**20:.0f} MB, more than {MAX_BYTES // 2**20} MB. "
            "Save the picture smaller and try again."
        )
    with _ONE_AT_A_TIME, warnings.catch_warnings():
        # Pillow warns of large or odd files; what is too large is refused here, with a way out.
        warnings.simplefilter("ignore")
        image = _open(data)
        _check_size(image)
        return _frozen(_decode(image))


def as_png(picture: Picture) -> bytes:
    """The picture as a PNG file, encoded quickly rather than small."""
    buffer = io.BytesIO()
    Image.fromarray(picture).save(buffer, "PNG", compress_level=1)
    return buffer.getvalue()


def grey(picture: Picture) -> Picture:
    """Height × width × 1: brightness as Pillow's mode ``L``, 0.299 R + 0.587 G + 0.114 B."""
    return np.asarray(Image.fromarray(picture).convert("L"))[:, :, None]


def _open(data: bytes) -> Image.Image:
    """Reads only the header."""
    try:
        return Image.open(io.BytesIO(data), formats=FORMATS)
    except UnidentifiedImageError:
        raise BadPicture(
            "This file is not a picture that can be read here. "
            "Use a PNG, JPEG, WebP, GIF or BMP picture."
        ) from None
    except Image.DecompressionBombError:
        raise BadPicture(_too_many("more than 178")) from None
    except Exception:  # a header may break a decoder in any way
        raise _broken() from None


def _check_size(image: Image.Image) -> None:
    width, height = image.size
    limit = MAX_PIXELS_JPEG if image.format == "JPEG" else MAX_PIXELS
    if width < 1 or height < 1:
        raise _broken()
    if width * height > limit:
        raise BadPicture(_too_many(f"{width} × {height} = {width * height / 1e6:.0f}", limit))


def _too_many(millions: str, limit: int = MAX_PIXELS) -> str:
    return (
        f"This picture has {millions} million pixels, more than {limit // 10**6} million. "
        "Save it smaller and try again."
    )


def _broken() -> BadPicture:
    return BadPicture(
        "This picture is damaged or incomplete and cannot be read. "
        "Open it in an image viewer, save it again as PNG, and try that file."
    )


def _decode(image: Image.Image) -> Image.Image:
    try:
        # JPEG can decode at 1/2, 1/4 or 1/8, which keeps a large photo's memory small.
        image.draft(None, (2 * MAX_SIDE, 2 * MAX_SIDE))
        image.load()
        return _on_white(_upright(_reduced(image)))
    except Exception:  # pixels may break a decoder in any way; the reader can do one thing only
        raise _broken() from None


def _reduced(image: Image.Image) -> Image.Image:
    """At most ``MAX_SIDE`` a side, still with its orientation tag."""
    if image.mode.startswith("I"):
        image = _eight_bit(image)
    elif image.mode in ("P", "1"):
        image = image.convert("RGBA" if "transparency" in image.info else "RGB")
    if max(image.size) <= MAX_SIDE:
        return image
    scale = MAX_SIDE / max(image.size)
    size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
    return image.resize(size, Image.Resampling.BOX)


def _upright(image: Image.Image) -> Image.Image:
    """Turned as the camera's orientation tag says; a damaged tag is no reason to refuse."""
    try:
        return ImageOps.exif_transpose(image)
    except Exception:
        return image


def _eight_bit(image: Image.Image) -> Image.Image:
    """The upper byte of 16-bit grey; Pillow's own conversion would clip at 255."""
    return Image.fromarray((np.asarray(image) >> 8).astype(np.uint8))


def _on_white(image: Image.Image) -> Image.Image:
    """RGB; what is transparent shows white paper."""
    if image.mode in ("RGBA", "LA", "PA", "La", "RGBa") or "transparency" in image.info:
        layer = image.convert("RGBA")
        paper = Image.new("RGBA", layer.size, "white")
        return Image.alpha_composite(paper, layer).convert("RGB")
    return image.convert("RGB")


def _frozen(image: Image.Image) -> Picture:
    picture = np.asarray(image, dtype=np.uint8).copy()
    picture.flags.writeable = False
    return picture
