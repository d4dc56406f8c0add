"""Client-side parts as files: a part travels once, and a change brings only its data.

Streamlit sends the script and the style of a part with every change of its data. So Streamlit gets
two lines that import the part, as an ES module, from an address that names its content. The
browser keeps it.
"""

from __future__ import annotations

import hashlib
import json
import re
from functools import cache
from pathlib import Path

COMPONENTS_DIR = Path(__file__).resolve().parents[2] / "assets" / "components"
FOLDER = "parts"
"""Where the server offers them, below the address of the app."""
ENTRY = "part.js"
USE = re.compile(r"^/\* use: ([a-z_/ ]+?) \*/$", re.MULTILINE)
IMPORT = re.compile(r'^(?:import|export) [^"]*?from "([^"]+)";$|^import "([^"]+)";$', re.MULTILINE)
LOADER = """\
const at = new URL("{folder}/{entry}", globalThis.dl101Base ?? document.baseURI);
export default async (part) => (await import(at)).default(part);
"""
PART = """\
{needs}
import show from "./main.js";
import {{ place }} from "{up}shared/place.js";
const page = {page};
export default (part) => {{
  place(part.parentElement, page);
  return show(part);
}};
"""


def part_names() -> list[str]:
    """Every part of the product."""
    found = (file.parent for file in COMPONENTS_DIR.rglob("main.js"))
    return sorted(folder.relative_to(COMPONENTS_DIR).as_posix() for folder in found)


@cache
def modules() -> dict[str, str]:
    """The source of every module, by its path below ``FOLDER``."""
    return _files() | {f"{name}/{ENTRY}": _entry(name) for name in part_names()}


@cache
def _files() -> dict[str, str]:
    files = COMPONENTS_DIR.rglob("*.js")
    return {file.relative_to(COMPONENTS_DIR).as_posix(): file.read_text("utf-8") for file in files}


@cache
def digest() -> str:
    """Names the content of all modules."""
    text = json.dumps(sorted(modules().items()))
    return hashlib.sha256(text.encode()).hexdigest()[:12]


@cache
def loader(name: str) -> str:
    """What Streamlit sends instead of the part ``name``."""
    return LOADER.format(folder=f"{FOLDER}/{digest()}", entry=f"{name}/{ENTRY}")


def needed(path: str) -> set[str]:
    """The modules that ``path`` imports, whether itself or by another, and itself."""
    found, waiting = set[str](), [path]
    while waiting:
        one = waiting.pop()
        if one not in found:
            found.add(one)
            waiting += [_resolved(one, to) for to in imports(one)]
    return found


def imports(path: str) -> list[str]:
    """What the module ``path`` imports, as it is written there."""
    return [found[0] or found[1] for found in IMPORT.findall(_files().get(path) or modules()[path])]


def _resolved(path: str, to: str) -> str:
    whole = (COMPONENTS_DIR / path).parent / to
    return whole.resolve().relative_to(COMPONENTS_DIR).as_posix()


def _entry(name: str) -> str:
    """The first module of a part: its page, and all modules, which come side by side.

    The browser would find those that only another module imports step by step.
    """
    folder = COMPONENTS_DIR / name
    html, css = ((folder / file).read_text("utf-8") for file in ("index.html", "style.css"))
    page = {"name": name, "html": html.strip(), "css": _whole_style(css).strip()}
    up = "../" * (name.count("/") + 1)
    needs = "\n".join(f'import "{up}{one}";' for one in sorted(needed(f"{name}/main.js")))
    return PART.format(needs=needs, up=up, page=json.dumps(page))


def _whole_style(css: str) -> str:
    """A comment ``/* use: views/grid/grid */`` stands for that ``.css`` file."""

    def shared(found: re.Match[str]) -> str:
        files = (COMPONENTS_DIR / f"{name}.css" for name in found[1].split())
        return "".join(file.read_text("utf-8") for file in files)

    return USE.sub(shared, css)
