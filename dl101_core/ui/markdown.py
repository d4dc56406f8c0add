"""Text that we did not write, made safe for Streamlit's Markdown: it shows as it is written.

Streamlit never renders HTML unless it is asked to (we never do), but Markdown can still pose as a
part of the page: links, pictures, headings, formulas, coloured text.
"""

from __future__ import annotations

import re
import unicodedata

LONGEST = 400
# Between two characters: shows nothing, but what stands apart is no link and no icon any more.
JOINER = "\u2060"

_ACTIVE = re.compile(r"[\\`*\[\]<>|~$&]|(?<![^\W_])_|_(?![^\W_])")
_AT_START = re.compile(r"^(\s*)([-+=#]|\d+(?=[.)]))")
# Links, mail addresses and icons are made of text even if a backslash stands in them.
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
    """Without control characters, halves of characters, and marks that turn the line around."""
    return "".join(
        " " if char in "\t\r\n" else "" if unicodedata.category(char) in _HIDDEN else char
        for char in text[: 4 * LONGEST]
    )


_HIDDEN = {"Cc", "Cf", "Cs", "Co", "Cn"}
