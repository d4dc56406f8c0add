"""What the pages give their client-side parts is what the parts' types say."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from dl101_core.curriculum import pages
from dl101_core.lessons import read_lesson
from dl101_core.page_info import PageInfo
from dl101_core.server import ROOT
from dl101_core.ui.component import registered_name
from dl101_core.ui.parts import COMPONENTS_DIR, part_names
from tests.app.test_every_page import opened
from tests.js.test_node import node

TSC = ROOT / "node_modules" / "typescript" / "bin" / "tsc"
PARTS = {registered_name(name): name for name in part_names()}
LONG = 30  # a list of more items is cut to its first ones: all of them have one type
HEAD = f"""\
/// <reference path="{COMPONENTS_DIR.as_posix()}/types.d.ts" />
type Data<G> = G extends {{ data: infer D }} ? D : Record<string, never>;
type DataOf<P> = P extends (given: infer G) => unknown ? Data<G> : never;
"""

Found = tuple[str, dict[str, Any]]


def short(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: short(one) for name, one in value.items()}
    if isinstance(value, list):
        return [short(one) for one in value[: 3 if len(value) > LONG else LONG]]
    return value[:60] if isinstance(value, str) else value


def parts_on(app: AppTest) -> Iterator[Found]:
    for element in app.get("bidi_component"):
        yield PARTS[element.proto.component_name], json.loads(element.proto.json)


def seen_on(page: PageInfo) -> list[Found]:
    """The parts of the page as it opens, and as its last experiment sets it up."""
    links: list[dict[str, str]] = [{}]
    if page.lesson:
        settings = read_lesson(page.lesson).steps[-1].settings
        links.append({name: str(value) for name, value in settings})
    return [found for link in links for found in parts_on(opened(page, **link))]


def checked(found: list[Found], folder: Path) -> str:
    """What the compiler says against these data; empty if it says nothing."""
    lines = [HEAD]
    for number, (name, data) in enumerate(found):
        part = f'typeof import("{(COMPONENTS_DIR / name / "main.js").as_posix()}").default'
        lines.append(f"const a{number}: DataOf<{part}> = {json.dumps(short(data))};\n")
        lines.append(f"export {{ a{number} }};\n")
    (folder / "data.ts").write_text("".join(lines), "utf-8")
    options = {"strictNullChecks": True, "noUnusedLocals": False, "noUnusedParameters": False}
    config = {
        "extends": str(ROOT / "tsconfig.json"),
        "compilerOptions": options,
        "include": ["data.ts"],
    }
    (folder / "tsconfig.json").write_text(json.dumps(config), "utf-8")
    if not TSC.exists():
        pytest.fail("TypeScript is missing; `make types` installs it.")
    ran = subprocess.run(
        [node(), str(TSC), "--project", "."],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert "error TS" in ran.stdout or not ran.returncode, ran.stdout + ran.stderr
    # The parts' own code is checked elsewhere, with looser rules about null.
    return "\n".join(line for line in ran.stdout.splitlines() if line.startswith("data.ts"))


def test_every_part_gets_the_data_of_its_type(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DL101_STATE_DIR", str(tmp_path))
    found = [one for page in pages() for one in seen_on(page)]
    assert len({name for name, _ in found}) >= 18
    assert checked(found, tmp_path) == ""


def test_a_wrong_type_and_a_missing_field_are_found(tmp_path: Path) -> None:
    name = "cnn/filter_pair"
    said = checked([(name, {"shown": 1}), (name, {"no_such": 1})], tmp_path)
    assert [line.partition("(")[2][:1] for line in said.splitlines()] == ["4", "6"]
