"""A word or a number that explains itself: lines of words and of formulas.

A formula is a tree of pieces. The functions below make them: ``equation(name("z"), num(0.5))``.
"""

from __future__ import annotations

import math
from typing import Literal

from msgspec import Struct, structs

Kind = Literal["num", "name", "op", "words", "row", "frac", "sub", "sup", "sum", "fence"]
Role = Literal["", "input", "weight", "bias", "result"]
OPERATORS = frozenset("=≈≠<>≤≥+−·×/→∈∂∇,")
FENCES = ("()", "[]", "{}", "||", "⌊⌋", "⌈⌉")
TOKENS = ("num", "name", "op", "words")
PARTS = {
    "frac": (2, 2),
    "sub": (2, 2),
    "sup": (2, 2),
    "sum": (1, 3),
    "fence": (1, 1),
    "row": (1, 99),
}


class MathPiece(Struct, frozen=True, kw_only=True):
    """``text``: of a token, or the two signs of a fence; ``role``: what it is in the computation.

    ``parts``: of a fraction the top and the bottom; of ``sub`` and ``sup`` the base and what is
    below or above; of a sum its body, what is below the sign, and what is above it.
    """

    kind: Kind
    text: str = ""
    role: Role = ""
    parts: tuple[MathPiece, ...] = ()

    def __post_init__(self) -> None:
        if self.kind in TOKENS:
            if not self.text or self.parts:
                raise ValueError(f"A piece of kind {self.kind} is a text.")
            if self.kind == "op" and self.text not in OPERATORS:
                raise ValueError(f"{self.text!r} is not one of {''.join(sorted(OPERATORS))}.")
            return
        least, most = PARTS[self.kind]
        if not least <= len(self.parts) <= most:
            raise ValueError(f"A piece of kind {self.kind} has not {len(self.parts)} parts.")
        if (self.kind == "fence") != (self.text in FENCES):
            raise ValueError(f"{self.text!r} is no pair of fences: {' '.join(FENCES)}.")


class TipLine(Struct, frozen=True, kw_only=True):
    """Words, a formula after them, or both; ``spoken``: how it is read, if not word by word."""

    words: str = ""
    formula: MathPiece | None = None
    spoken: str = ""

    def __post_init__(self) -> None:
        if not self.words and not self.formula:
            raise ValueError("A line needs words or a formula.")


class Tip(Struct, frozen=True, kw_only=True):
    """``term``: the words that are explained; ``open``: whether it is open at first."""

    term: str
    lines: tuple[TipLine, ...]
    open: bool = False

    def __post_init__(self) -> None:
        if not self.term or not self.lines:
            raise ValueError("A tip needs a term and a line.")


def num(value: float, role: Role = "", digits: int = 3) -> MathPiece:
    """A number with at most ``digits`` decimals; a very small or large one as 1.2·10⁻⁷."""
    if not math.isfinite(value):
        return MathPiece(
            kind="num", text=str(value).replace("inf", "∞").replace("-", "−"), role=role
        )
    if value and not 0.5 * 10**-digits <= abs(value) < 1e7:
        mantissa, exponent = f"{value:.{max(digits - 1, 0)}e}".split("e")
        power = _with(_number("10"), _number(str(int(exponent))), "sup")
        return MathPiece(kind="row", parts=(_number(_short(mantissa)), op("·"), power), role=role)
    return _number(_short(f"{value:.{digits}f}"), role)


def name(text: str, *, sub: int | str = "", sup: int | str = "", role: Role = "") -> MathPiece:
    """A variable or a function; ``sub`` and ``sup`` are short texts: ``name("w", sub="ij")``."""
    plain = MathPiece(kind="name", text=text)
    if sub != "":
        plain = _with(plain, _small(sub), "sub")
    if sup != "":
        plain = _with(plain, _small(sup), "sup")
    return structs.replace(plain, role=role)


def op(text: str) -> MathPiece:
    return MathPiece(kind="op", text=text)


def words(text: str) -> MathPiece:
    return MathPiece(kind="words", text=text)


def row(*parts: MathPiece, role: Role = "") -> MathPiece:
    return MathPiece(kind="row", parts=parts, role=role)


def frac(top: MathPiece, bottom: MathPiece, role: Role = "") -> MathPiece:
    return MathPiece(kind="frac", parts=(top, bottom), role=role)


def power(base: MathPiece, exponent: MathPiece, role: Role = "") -> MathPiece:
    return MathPiece(kind="sup", parts=(base, exponent), role=role)


def fence(inner: MathPiece, signs: str = "()", role: Role = "") -> MathPiece:
    return MathPiece(kind="fence", text=signs, parts=(inner,), role=role)


def call(function: str, inner: MathPiece) -> MathPiece:
    """``exp(inner)``."""
    return row(name(function), fence(inner))


def total(body: MathPiece, *range_: MathPiece) -> MathPiece:
    """Σ of ``body``; ``range_``: what is below the sign, and what is above it."""
    return MathPiece(kind="sum", parts=(body, *range_))


def joined(sign: str, *parts: MathPiece) -> MathPiece:
    """``a + b + (−c)``: a number below zero after the first gets brackets."""
    found = [parts[0]]
    for part in parts[1:]:
        found += [op(sign), _guarded(part)]
    return row(*found)


def equation(*sides: MathPiece) -> MathPiece:
    """``a = b = c``."""
    found = [sides[0]]
    for side in sides[1:]:
        found += [op("="), side]
    return row(*found)


def line(words: str = "", formula: MathPiece | None = None, spoken: str = "") -> TipLine:
    return TipLine(words=words, formula=formula, spoken=spoken)


def _guarded(part: MathPiece) -> MathPiece:
    """In brackets if it begins with a minus: two signs must not meet."""
    if part.kind == "row":
        return structs.replace(part, parts=(_guarded(part.parts[0]), *part.parts[1:]))
    return fence(part) if part.kind == "num" and part.text.startswith("−") else part


def _number(text: str, role: Role = "") -> MathPiece:
    return MathPiece(kind="num", text=text.replace("-", "−"), role=role)


def _short(text: str) -> str:
    short = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if short == "-0" else short


def _small(text: int | str) -> MathPiece:
    if isinstance(text, int):
        return _number(str(text))
    return MathPiece(kind="name" if text.isalpha() else "words", text=text)


def _with(base: MathPiece, small: MathPiece, kind: Literal["sub", "sup"]) -> MathPiece:
    return MathPiece(kind=kind, parts=(base, small))
