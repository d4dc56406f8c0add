"""Hostile or mistaken uploads, made here byte by byte."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Callable

import numpy as np
from PIL import Image, PngImagePlugin

PNG = b"\x89PNG\r\n\x1a\n"


def encoded(image: Image.Image, format: str = "PNG", **options: object) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, format, **options)
    return buffer.getvalue()


def chunk(name: bytes, data: bytes) -> bytes:
    """One chunk of a PNG."""
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def png(width: int, height: int, *, depth: int = 8, colour: int = 2, extra: bytes = b"") -> bytes:
    """A real PNG, all black, of any size, from a stream that is never held in memory."""
    channels = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}[colour]
    row = bytes(1 + (width * channels * depth + 7) // 8)
    packer = zlib.compressobj(1)
    data = b"".join(packer.compress(row) for _ in range(height)) + packer.flush()
    palette = chunk(b"PLTE", bytes(768)) if colour == 3 else b""
    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    end = chunk(b"IDAT", data) + chunk(b"IEND", b"")
    return PNG + chunk(b"IHDR", header) + extra + palette + end


def text_bomb(name: bytes, size: int) -> bytes:
    """A chunk of a few kB that unpacks to ``size`` bytes."""
    packed = zlib.compress(bytes(size), 9)
    head = {b"zTXt": b"a\0\0", b"iTXt": b"a\0\1\0\0\0", b"iCCP": b"a\0\0"}[name]
    return chunk(name, head + packed)


def small_with(*extra: bytes) -> bytes:
    """A good picture of 40 × 20 black pixels, with chunks between header and pixels."""
    return png(40, 20, extra=b"".join(extra))


def gif(width: int, height: int, frames: int = 1) -> bytes:
    pictures = [Image.new("P", (width, height), i % 2) for i in range(frames)]
    return encoded(pictures[0], "GIF", save_all=True, append_images=pictures[1:])


def gif_claiming(width: int, height: int) -> bytes:
    """A good GIF whose header promises another size."""
    data = gif(16, 16)
    return data[:6] + struct.pack("<HH", width, height) + data[10:]


def apng(width: int, height: int) -> bytes:
    frames = [Image.new("RGB", (width, height), colour) for colour in ("red", "lime", "blue")]
    return encoded(frames[0], "PNG", save_all=True, append_images=frames[1:], compress_level=1)


def webp(width: int, height: int, frames: int = 1) -> bytes:
    colours = ("red", "lime", "blue")
    pictures = [Image.new("RGB", (width, height), colours[i % 3]) for i in range(frames)]
    return encoded(pictures[0], "WEBP", save_all=True, append_images=pictures[1:], lossless=True)


def webp_claiming(width: int, height: int) -> bytes:
    """A good WebP whose outer header promises another size."""
    inner = webp(16, 16)[12:]
    sizes = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    body = b"WEBPVP8X" + struct.pack("<I", 10) + bytes(4) + sizes + inner
    return b"RIFF" + struct.pack("<I", len(body)) + body


def bmp(width: int, height: int, compression: int, data: bytes) -> bytes:
    """A BMP of 8 bits with any compression: 1 is RLE, whose decoder is slow."""
    info = struct.pack("<IiiHHIIiiII", 40, width, height, 1, 8, compression, len(data), 0, 0, 2, 0)
    head = b"BM" + struct.pack("<IHHI", 62 + len(data), 0, 0, 62)
    return head + info + bytes((0, 0, 255, 0, 0, 255, 0, 0)) + data


def jpeg(width: int, height: int, mode: str = "RGB", **options: object) -> bytes:
    return encoded(Image.new(mode, (width, height)), "JPEG", **options)


def jpeg_of_many_scans(scans: int) -> bytes:
    """A progressive JPEG that repeats its last scan: each repeat costs few bytes, but a second."""
    data = jpeg(4000, 4000, "L", progressive=True)
    last = data.rindex(b"\xff\xda")
    return data[:-2] + data[last:-2] * scans + data[-2:]


def sequential_in_three_scans(width: int, height: int) -> bytes:
    """A sequential JPEG with a scan for each component: all wait in memory for the last."""
    data = jpeg(width, height, subsampling=0)
    start = data.index(b"\xff\xda")
    scan = b"\xff\xda\0\x08\x01\x01\0\0\x3f\0"
    return data[:start] + scan + data[start + 14 :]


def jpeg_with(segments: bytes) -> bytes:
    """A good JPEG of 40 × 20 with something behind its first two bytes."""
    data = jpeg(40, 20)
    return data[:2] + segments + data[2:]


def app(number: int, content: bytes) -> bytes:
    return bytes((0xFF, 0xE0 + number)) + struct.pack(">H", len(content) + 2) + content


def zipped() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("bomb.png", bytes(10**6))
    return buffer.getvalue()


def mpo(width: int, height: int) -> bytes:
    """Two pictures in one file, which some phones name JPG."""
    pictures = [Image.new("RGB", (width, height), colour) for colour in ("red", "blue")]
    return encoded(pictures[0], "MPO", save_all=True, append_images=pictures[1:])


def noise(width: int, height: int, mode: str = "RGB") -> Image.Image:
    channels = len(mode)
    shape = (height, width, channels) if channels > 1 else (height, width)
    return Image.fromarray(np.random.default_rng(0).integers(0, 256, shape, dtype=np.uint8), mode)


def info_of(pairs: int) -> PngImagePlugin.PngInfo:
    info = PngImagePlugin.PngInfo()
    for i in range(pairs):
        info.add_text(f"k{i}", "x" * 1000)
    return info


BIG = "million can be read here. Save it smaller"
BROKEN = "damaged or incomplete"
NOT = "be read here. Use a PNG, JPEG, WebP, GIF or BMP picture."
METADATA = "too much text or colour data"

Case = tuple[Callable[[], bytes], "tuple[int, int] | str"]

CASES: dict[str, Case] = {
    # The expected result: height and width of the picture, or words of the sentence.
    "nothing": (lambda: b"", "file is empty"),
    "PNG of 20,000 × 20,000": (lambda: png(20_000, 20_000, depth=1, colour=0), BIG),
    "PNG of 4 billion pixels": (lambda: png(65_500, 4, colour=0)[:16] + b"\xff" * 8, BROKEN),
    "PNG at the limit, RGBA": (lambda: png(4000, 4000, colour=6), (256, 256)),
    "PNG at the limit, 16 bit RGBA": (
        lambda: png(4000, 4000, colour=6, depth=16),
        (256, 256),
    ),
    "PNG at the limit, 16 bit grey": (
        lambda: png(4000, 4000, colour=0, depth=16),
        (256, 256),
    ),
    "PNG at the limit, palette": (lambda: png(4000, 4000, colour=3), (256, 256)),
    "PNG at the limit, palette with transparency": (
        lambda: encoded(Image.new("P", (4000, 4000)), transparency=0),
        (256, 256),
    ),
    "PNG at the limit, bits": (lambda: png(4000, 4000, colour=0, depth=1), (256, 256)),
    "PNG of 1 × 60,000": (lambda: png(1, 60_000), (256, 1)),
    "PNG of 60,000 × 1": (lambda: png(60_000, 1), (1, 256)),
    "PNG with a bomb of text": (lambda: small_with(text_bomb(b"zTXt", 30_000_000)), METADATA),
    "PNG with a bomb of international text": (
        lambda: small_with(text_bomb(b"iTXt", 30_000_000)),
        METADATA,
    ),
    "PNG with a bomb for a colour profile": (
        lambda: small_with(text_bomb(b"iCCP", 30_000_000)),
        METADATA,
    ),
    "PNG with 200 bombs just below the limit": (
        lambda: small_with(*[text_bomb(b"zTXt", 2**20 - 10)] * 200),
        METADATA,
    ),
    "PNG with 9 MB of plain text": (
        lambda: small_with(chunk(b"tEXt", b"a\0" + b"x" * 9_000_000)),
        (20, 40),
    ),
    "PNG with a thousand texts": (
        lambda: encoded(Image.new("RGB", (40, 20)), pnginfo=info_of(1000)),
        (20, 40),
    ),
    "PNG with a bomb after the pixels": (
        lambda: small_with()[:-12] + text_bomb(b"zTXt", 30_000_000) + chunk(b"IEND", b""),
        METADATA,
    ),
    "APNG": (lambda: apng(40, 20), (20, 40)),
    "APNG at the limit": (lambda: apng(4000, 4000), (256, 256)),
    "GIF at the limit": (lambda: gif(4000, 4000), (256, 256)),
    "GIF above the limit": (lambda: gif(4001, 4000), BIG),
    "GIF that promises the most": (lambda: gif_claiming(65_535, 65_535), BIG),
    "GIF of a thousand frames": (lambda: gif(500, 250, frames=1000), (128, 256)),
    "WebP at the limit": (lambda: webp(4000, 2000), (128, 256)),
    "WebP, animated, at the limit": (lambda: webp(4000, 2000, frames=3), (128, 256)),
    "WebP above the limit": (lambda: webp(4001, 2000), BIG),
    "WebP that promises the most": (lambda: webp_claiming(2**24, 2**24), BIG),
    "WebP that promises much": (lambda: webp_claiming(16_383, 10_000), BIG),
    "WebP that promises another size": (lambda: webp_claiming(1000, 1000), BROKEN),
    "BMP, RLE": (lambda: bmp(16, 16, 1, b"\x10\0\0\0" * 16 + b"\0\1"), "saved as compressed BMP"),
    "BMP, RLE bomb": (lambda: bmp(4000, 4000, 1, b"\1\0" * 4_500_000), "saved as compressed BMP"),
    "BMP that promises much": (lambda: bmp(2**15, 2**15, 0, b""), BIG),
    "BMP with nothing behind": (lambda: bmp(4000, 4000, 0, b""), BROKEN),
    "JPEG of 50 million pixels": (lambda: jpeg(8000, 6250), (200, 256)),
    "JPEG above the limit": (lambda: jpeg(8000, 6251), BIG),
    "JPEG of 65,000 × 600": (lambda: jpeg(65_000, 600), (2, 256)),
    "JPEG of 600 × 65,000": (lambda: jpeg(600, 65_000), (256, 2)),
    "JPEG of 1 × 60,000": (lambda: jpeg(1, 60_000), (256, 1)),
    "JPEG, CMYK, of 50 million pixels": (lambda: jpeg(8000, 6250, "CMYK"), (200, 256)),
    "JPEG, progressive, at the limit": (
        lambda: jpeg(4000, 4000, progressive=True, subsampling=0),
        (256, 256),
    ),
    "JPEG, progressive, above the limit": (
        lambda: jpeg(4001, 4000, progressive=True),
        BIG,
    ),
    "JPEG, in three scans, above the limit": (lambda: sequential_in_three_scans(4001, 4000), BIG),
    "JPEG of ten thousand scans": (lambda: jpeg_of_many_scans(10_000), "many passes"),
    "JPEG with 9 MB of profiles": (
        lambda: jpeg_with(
            b"".join(app(2, b"ICC_PROFILE\0" + bytes((i, 140)) + bytes(65_000)) for i in range(140))
        ),
        (20, 40),
    ),
    "JPEG with broken EXIF": (
        lambda: jpeg_with(app(1, b"Exif\0\0MM\0*\0\0\0\x08\xff\xff" + b"\x01\x12" * 30_000)),
        (20, 40),
    ),
    "JPEG with XMP that nests deep": (
        lambda: jpeg_with(app(1, b"http://ns.adobe.com/xap/1.0/\0" + b"<a>" * 20_000)),
        (20, 40),
    ),
    "MPO of 50 million pixels": (lambda: mpo(8000, 6250), (200, 256)),
    "SVG": (
        lambda: b"<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        NOT,
    ),
    "HTML": (lambda: b"<!doctype html><script>alert(1)</script>", NOT),
    "zip": (zipped, NOT),
    "zip behind a PNG": (lambda: small_with() + zipped(), (20, 40)),
    "TIFF": (lambda: encoded(Image.new("RGB", (40, 20)), "TIFF"), NOT),
    "PPM": (lambda: encoded(Image.new("RGB", (40, 20)), "PPM"), "not a picture that can be read"),
    "ICO": (lambda: encoded(Image.new("RGB", (40, 40)), "ICO"), NOT),
    "EPS": (lambda: b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", NOT),
    "a program": (lambda: b"\x7fELF" + bytes(5000), NOT),
    "HEIC": (lambda: b"\0\0\0\x18ftypheic" + bytes(5000), "is a HEIC picture, which"),
    "AVIF": (lambda: b"\0\0\0\x18ftypavif" + bytes(5000), "is an AVIF picture, which"),
    "PNG cut in half": (lambda: (d := encoded(noise(300, 300)))[: len(d) // 2], BROKEN),
    "JPEG cut in half": (lambda: (d := encoded(noise(300, 300), "JPEG"))[: len(d) // 2], BROKEN),
    "WebP cut in half": (
        lambda: (d := encoded(noise(300, 300), "WEBP", lossless=True))[: len(d) // 2],
        BROKEN,
    ),
    "GIF cut in half": (
        lambda: (d := encoded(noise(300, 300).convert("P"), "GIF"))[: len(d) // 2],
        BROKEN,
    ),
    "BMP cut in half": (lambda: (d := encoded(noise(300, 300), "BMP"))[: len(d) // 2], BROKEN),
    "11 MB": (lambda: PNG + bytes(11 * 2**20), "has 11 MB, more than 10 MB"),
}  # fmt: skip
