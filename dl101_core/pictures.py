"""Pictures for the filters page: the samples, and uploads that are hostile until checked.

Only Pillow's decoders for five bitmap formats read an upload. Its bytes, its pixels and its number
of passes are checked before any pixel is decoded, so that no file takes more than about 150 MB, or
more than a second or two.
"""

from __future__ import annotations

import base64
import io
import threading
import warnings
from functools import lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageOps, UnidentifiedImageError

from dl101_core.picture_headers import jpeg_frame, kind_of, webp_size

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
"""The formats that Pillow may read. All others (SVG, TIFF, EPS, PDF, …) are refused."""
MAX_BYTES = 10 * 2**20
MAX_PIXELS = 16_000_000
"""Decoding takes up to 9 bytes a pixel (two copies of RGBA, and a palette), for a moment 145 MB."""
MAX_PIXELS_WEBP = 8_000_000
"""WebP's decoder keeps four copies of RGBA."""
MAX_PIXELS_JPEG = 50_000_000
"""Phones take this much; a JPEG of one pass is decoded row by row, at a fraction of its size."""
MAX_SCANS = 100
"""Passes over a JPEG; programs write about ten. Each costs time, but only a few bytes."""
MAX_SIDE = 256
"""Longest side in pixels of a picture on the page."""

Picture = npt.NDArray[np.uint8]
"""Height × width × 3, red, green, blue, 0 to 255."""


_ONE_AT_A_TIME = threading.Lock()
"""Uploads are decoded one at a time: a class that uploads together needs the memory of one."""


class BadPicture(ValueError):  # noqa: N818
    """The fault of an upload and what to do, in one or two sentences for the page."""


@lru_cache(maxsize=len(SAMPLES))
def sample(name: str) -> Picture:
    """The sample picture ``name``, read only. Raises ``ValueError`` for another name."""
    if name not in SAMPLES:
        raise ValueError(f"picture (={name!r}) must be one of: {', '.join(SAMPLES)}.")
    with Image.open(IMAGES_DIR / f"{name}.png") as image:
        return _frozen(image.convert("RGB"))


def read_upload(
    data: bytes, max_bytes: int = MAX_BYTES, max_pixels: int = MAX_PIXELS_JPEG
) -> Picture:
    """The first frame of an uploaded picture: upright, in RGB on paper, at most 256 pixels a side.

    Raises ``BadPicture`` for everything that is not a PNG, JPEG, WebP, GIF or BMP of at most
    ``max_bytes`` and ``max_pixels`` (and of ``MAX_PIXELS``, where it cannot be decoded in rows).
    """
    if not data:
        raise BadPicture(f"This file is empty. {_CHOOSE}")
    if len(data) > max_bytes:
        raise BadPicture(
            f"This file has {len(data) / 2**20:.0f} MB, more than {max_bytes / 2**20:.0f} MB. "
            "Save the picture smaller and try again."
        )
    with _ONE_AT_A_TIME, warnings.catch_warnings():
        # Pillow warns of large or odd files; files that are too large are refused below.
        warnings.simplefilter("ignore")
        _check_before_opening(data, max_pixels)
        image = _open(data, max_pixels)
        _check(image, data, max_pixels)
        return _frozen(_decode(image))


def as_png(picture: Picture) -> bytes:
    """The picture as a PNG file, encoded quickly rather than small."""
    buffer = io.BytesIO()
    Image.fromarray(picture).save(buffer, "PNG", compress_level=1)
    return buffer.getvalue()


def as_png_text(picture: Picture) -> str:
    """The picture as a PNG file in base64, for the browser."""
    return base64.b64encode(as_png(picture)).decode("ascii")


def grey(picture: Picture) -> Picture:
    """Height × width × 1: brightness as Pillow's mode ``L``, 0.299 R + 0.587 G + 0.114 B."""
    return np.asarray(Image.fromarray(picture).convert("L"))[:, :, None]


_CHOOSE = "Use a PNG, JPEG, WebP, GIF or BMP picture."


def _check_before_opening(data: bytes, max_pixels: int) -> None:
    size = webp_size(data)
    if size is not None:
        _check_size(size, min(max_pixels, MAX_PIXELS_WEBP))


def _open(data: bytes, max_pixels: int) -> Image.Image:
    """Reads only the header."""
    try:
        return Image.open(io.BytesIO(data), formats=FORMATS)
    except UnidentifiedImageError:
        kind = kind_of(data)
        found = f"{kind}, which cannot" if kind else "not a picture that can"
        raise BadPicture(f"This file is {found} be read here. {_CHOOSE}") from None
    except Image.DecompressionBombError:
        raise _too_many("more than 178 million", min(max_pixels, MAX_PIXELS)) from None
    except Exception as error:  # a header may break a decoder in any way
        raise _broken(error) from None


def _check(image: Image.Image, data: bytes, max_pixels: int) -> None:
    """Refuse what would take too much memory or time."""
    limit = min(max_pixels, MAX_PIXELS)
    if image.format in ("JPEG", "MPO"):
        frame = jpeg_frame(data)
        if frame is None:
            raise _broken()
        if not frame.streams and frame.scans > MAX_SCANS:
            raise BadPicture(
                f"This JPEG is stored in too many passes ({frame.scans}). Save it again, not as "
                '"progressive", and try that file.'
            )
        limit = max_pixels if frame.streams else limit
    if image.format == "BMP" and image.info.get("compression") in (1, 2):
        raise BadPicture(
            "This picture was saved as compressed BMP, which cannot be read here. Save it as PNG "
            "and try that file."
        )
    _check_size(image.size, limit)


def _check_size(size: tuple[int, int], limit: int) -> None:
    width, height = size
    if width < 1 or height < 1:
        raise _broken()
    if width * height > limit:
        raise _too_many(f"{width:,} × {height:,}", limit)


def _too_many(pixels: str, limit: int) -> BadPicture:
    return BadPicture(
        f"This picture has {pixels} pixels; at most {limit / 1e6:.0f} million can be read here. "
        "Save it smaller and try again."
    )


def _broken(error: Exception | None = None) -> BadPicture:
    if "MAX_TEXT" in str(error):  # Pillow's limit for what text and profiles of a PNG unpack to
        return BadPicture(
            "This picture carries far too much text or colour data beside its pixels. "
            "Save it again without metadata, and try that file."
        )
    return BadPicture(
        "This picture is damaged or incomplete and cannot be read. "
        "Open it in an image viewer, save it again as PNG, and try that file."
    )


def _decode(image: Image.Image) -> Image.Image:
    try:
        # JPEG can decode at 1/2, 1/4 or 1/8, which keeps a large photo's memory small.
        shrink = max(1.0, max(image.size) / (2 * MAX_SIDE))
        width, height = (max(1, int(side / shrink)) for side in image.size)
        image.draft(None, (width, height))
        image.load()
        return _on_paper(_upright(_reduced(image)))
    except Exception as error:  # pixels may break a decoder in any way
        raise _broken(error) from None


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
    """The upper byte of 16-bit grey; Pillow's own conversion would clip at 255.

    Cameras and scanners of 12 bits write values up to 4095 into 16 bits: there, the upper 8 of 12.
    """
    values = np.asarray(image)
    made = Image.fromarray((values >> (8 if int(values.max()) > 4095 else 4)).astype(np.uint8))
    made.info.update(image.info)  # among others the orientation tag
    return made


def _on_paper(image: Image.Image) -> Image.Image:
    """RGB; transparent pixels become white paper, or black paper under light ink."""
    if image.mode in ("RGBA", "LA", "PA", "La", "RGBa") or "transparency" in image.info:
        layer = image.convert("RGBA")
        paper = Image.new("RGBA", layer.size, "black" if _is_light_ink(layer) else "white")
        return Image.alpha_composite(paper, layer).convert("RGB")
    return image.convert("RGB")


def _is_light_ink(layer: Image.Image) -> bool:
    """Whether most of ``layer`` (RGBA) is transparent, and the rest nearer to white than to black.

    A light photo whose corners alone are transparent is no ink.
    """
    alpha = np.asarray(layer.getchannel("A"), dtype=np.float64)
    if not 0 < alpha.mean() < 127:
        return False
    brightness = np.asarray(layer.convert("RGB").convert("L"), dtype=np.float64)
    return float((alpha * brightness).sum() / alpha.sum()) > 140


def _frozen(image: Image.Image) -> Picture:
    picture = np.asarray(image, dtype=np.uint8).copy()
    picture.flags.writeable = False
    return picture
