"""Client-side parts as files: what a part needs travels once, and a change brings only its data.

Streamlit sends the script and the style of a part with every change of its data. So it gets three
lines that load the real part as a module, whose address names its content: a browser keeps it.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

COMPONENTS_DIR = Path(__file__).resolve().parents[2] / "assets" / "components"
SHARED_DIR = COMPONENTS_DIR / "shared"
FOLDER = "parts"
"""Where the server offers them, below the address of the app."""
USE = re.compile(r"^(?://|/\*) use: ([a-z_/ ]+?)(?: \*/)?$", re.MULTILINE)
LOADER = """\
const at = new URL("{address}", globalThis.dl101Base ?? document.baseURI);
export default async (part) => (await import(at)).mount(part);
"""
MOUNT = """
const mountPart = (part) => {
  const root = part.parentElement;
  if (!root.querySelector(":scope > [data-part]")) {
    const style = Object.assign(document.createElement("style"), { textContent: partStyle });
    const page = document.createRange().createContextualFragment(partHtml);
    const whole = Object.assign(document.createElement("div"), { style: "display: contents" });
    whole.dataset.part = partName;
    whole.append(style, page);
    root.append(whole);
  }
  return showPart(part);
};
export { mountPart as mount };
"""


@dataclass(frozen=True)
class Part:
    """One client-side part as a module. ``address``: below the address of the app."""

    name: str
    source: str

    @property
    def address(self) -> str:
        digest = hashlib.sha256(self.source.encode()).hexdigest()[:12]
        return f"{FOLDER}/{digest}/{self.name}.js"

    @property
    def loader(self) -> str:
        """What Streamlit sends instead of the part."""
        return LOADER.format(address=self.address)


@cache
def part(name: str) -> Part:
    """The part in ``assets/components/<name>``: ``index.html``, ``style.css`` and ``main.js``."""
    folder = COMPONENTS_DIR / name
    html, css, js = (source(folder / file) for file in ("index.html", "style.css", "main.js"))
    texts = {"partName": name, "partHtml": html.strip(), "partStyle": css.strip()}
    head = "".join(f"const {key} = {json.dumps(text)};\n" for key, text in texts.items())
    return Part(name, head + js.replace("export default", "const showPart =", 1) + MOUNT)


def part_names() -> list[str]:
    """Every part of the product."""
    found = (file.parent for file in COMPONENTS_DIR.rglob("main.js"))
    return sorted(folder.relative_to(COMPONENTS_DIR).as_posix() for folder in found)


@cache
def packed(name: str) -> bytes:
    """The module of a part, compressed."""
    return gzip.compress(part(name).source.encode(), mtime=0)


def source(file: Path) -> str:
    """The text of ``file`` with the shared parts that it uses."""

    def parts(match: re.Match[str]) -> str:
        names = match[1].split()
        return "".join(_shared(name, file.suffix).read_text("utf-8") for name in names)

    return USE.sub(parts, file.read_text("utf-8"))


def _shared(name: str, suffix: str) -> Path:
    folder = COMPONENTS_DIR if "/" in name else SHARED_DIR
    return folder / f"{name}{suffix}"
