"""Escapes text of others for Streamlit's Markdown, so that it shows as it is written.

Streamlit renders no HTML unless asked (we never ask), but Markdown can still imitate a part of the
page: links, pictures, headings, formulas, coloured text.
"""

from __future__ import annotations

import re
import unicodedata

LONGEST = 400
# An invisible character; between two characters it breaks up links and names of icons.
JOINER = "\u2060"

_ACTIVE = re.compile(r"[\\`*\[\]<>|~$&]|(?<![^\W_])_|_(?![^\W_])")
_AT_START = re.compile(r"^(\s*)([-+=#]|\d+(?=[.)]))")
# A backslash inside a link, a mail address or an icon's name does not break it up.
_LINKS = re.compile(r"(?i)(www)(?=\.)|(https?|ftp|xmpp|mailto)(?=:)|(:)(?=[\w+-])|(?<=\S)(?=@)")


def escape_markdown(text: object) -> str:
    """``text`` in one line, at most ``LONGEST`` characters, for any place that takes Markdown."""
    line = " ".join(_visible(str(text)).split())
    if len(line) > LONGEST:
        line = line[: LONGEST - 1].rstrip() + "…"
    line = _LINKS.sub(lambda found: found[0] + JOINER, line)
    line = _ACTIVE.sub(r"\\\g<0>", line)
    return _AT_START.sub(_quoted, line)


def _quoted(found: re.Match[str]) -> str:
    return found[1] + (found[2] + "\u2060" if found[2].isdigit() else "\\" + found[2])


def _visible(text: str) -> str:
    """``text`` without control characters, lone surrogates and marks of writing direction."""
    return "".join(
        " " if char in "\t\r\n" else "" if unicodedata.category(char) in _HIDDEN else char
        for char in text[: 4 * LONGEST]
    )


_HIDDEN = {"Cc", "Cf", "Cs", "Co", "Cn"}
