"""Kind, size and passes of a picture file, read from its header before any decoder runs."""

from __future__ import annotations

from dataclasses import dataclass

_KINDS: tuple[tuple[int, tuple[bytes, ...], str], ...] = (
    # Offset, signatures, kind.
    (4, (b"ftypheic", b"ftypheix", b"ftyphevc", b"ftypmif1", b"ftypmsf1"), "a HEIC picture"),
    (4, (b"ftypavif", b"ftypavis"), "an AVIF picture"),
    (4, (b"ftyp",), "a film"),
    (0, (b"II*\0", b"MM\0*"), "a TIFF picture"),
    (0, (b"\0\0\1\0",), "an icon"),
    (0, (b"%PDF",), "a PDF document"),
    (0, (b"%!PS",), "a PostScript document"),
    (0, (b"PK\3\4", b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b", b"\xfd7zXZ"), "an archive"),
    (0, (b"MZ", b"\x7fELF", b"\xcf\xfa\xed\xfe", b"#!"), "a program"),
    (0, (b"\x1aE\xdf\xa3",), "a film"),
)
_TEXTS = ((b"<svg", "an SVG drawing"), (b"<html", "a web page"), (b"<!doctype html", "a web page"))

# Supported frame types and whether they are progressive: baseline, extended, progressive.
_FRAMES = {0xC0: False, 0xC1: False, 0xC2: True}
_OTHER_FRAMES = {0xC3, 0xC5, 0xC6, 0xC7, 0xC9, 0xCA, 0xCB, 0xCD, 0xCE, 0xCF}
_ALONE = {0x01, *range(0xD0, 0xD9)}
_SCAN = b"\xff\xda"


@dataclass(frozen=True)
class JpegFrame:
    """``streams``: it can be decoded row by row; if not, all coefficients stay in memory.

    ``scans``: passes over the picture, at most.
    """

    streams: bool
    scans: int


def kind_of(data: bytes) -> str:
    """The kind of an unsupported file, with its article; empty if it is unknown."""
    for place, beginnings, kind in _KINDS:
        if data[place : place + 8].startswith(beginnings):
            return kind
    head = data[:1000].lower()
    return next((kind for text, kind in _TEXTS if text in head), "")


def webp_size(data: bytes) -> tuple[int, int] | None:
    """Width and height in a WebP's header; None for any other file.

    The decoder allocates memory for them as soon as it opens the file.
    """
    if len(data) < 30 or data[:4] != b"RIFF" or data[8:12] != b"WEBP":
        return None
    match data[12:16]:
        case b"VP8X":
            return _little(data[24:27]) + 1, _little(data[27:30]) + 1
        case b"VP8L":
            bits = _little(data[21:25])
            return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
        case b"VP8 ":
            return _little(data[26:28]) & 0x3FFF, _little(data[28:30]) & 0x3FFF
    return None


def _little(data: bytes) -> int:
    return int.from_bytes(data, "little")


def jpeg_frame(data: bytes) -> JpegFrame | None:
    """How a JPEG is stored; None for a rare kind, or if it has no scan. ITU-T T.81, annex B.

    Walks from marker to marker as libjpeg does, stray bytes included.
    """
    if data[:2] != b"\xff\xd8":
        return None
    components, progressive, place = 0, False, 2
    while (found := _marker(data, place)) is not None:
        marker, place = found
        if marker in _ALONE:
            continue
        body = data[place + 2 : place + 2 + 6]
        if marker in _OTHER_FRAMES:
            return None
        if marker in _FRAMES:
            if components or len(body) < 6:
                return None
            components, progressive = body[5], _FRAMES[marker]
        if marker == 0xDA:
            if not components or not body:
                return None
            scans = data.count(_SCAN, place - 2)
            return JpegFrame(not progressive and body[0] == components, scans)
        length = int.from_bytes(data[place : place + 2], "big")
        if length < 2:
            return None
        place += length
    return None


def _marker(data: bytes, place: int) -> tuple[int, int] | None:
    """The next marker and where it ends."""
    while (place := data.find(b"\xff", place)) >= 0:
        while place < len(data) and data[place] == 0xFF:
            place += 1
        if place < len(data) and data[place] != 0:
            return data[place], place + 1
    return None
