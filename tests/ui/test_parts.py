"""A client-side part comes as ES modules, each of which travels once."""

from __future__ import annotations

import asyncio
import gzip
import os

import pytest
from starlette.applications import Starlette

from dl101_core.server.parts_route import parts_route
from dl101_core.ui.parts import ENTRY, digest, imports, loader, modules, needed, part_names
from tests.server.asgi import Answer, ask, request


def get(path: str, prefix: str = "", **headers: str) -> Answer:
    app = Starlette(routes=[parts_route(prefix)])
    return asyncio.run(ask(app, request("GET", path, headers)))


PARTS = pytest.mark.parametrize("name", part_names())


def test_every_import_of_every_module_names_a_module_and_what_it_exports() -> None:
    for path, source in modules().items():
        for to in imports(path):
            assert to.startswith("."), (path, to)
        assert needed(path) <= set(modules()), path
        assert "use: " not in source, path


@PARTS
def test_what_streamlit_sends_is_short_and_its_module_names_all_others(name: str) -> None:
    text, entry = loader(name), f"{name}/{ENTRY}"
    assert len(text) < 250
    assert f"parts/{digest()}/{entry}" in text
    direct = {os.path.normpath(f"{name}/{to}") for to in imports(entry)}
    assert direct == needed(entry) - {entry}


@PARTS
def test_a_module_brings_the_style_and_the_html_of_its_part(name: str) -> None:
    entry = modules()[f"{name}/{ENTRY}"]
    assert f'"name": "{name}"' in entry
    assert "/* use:" not in entry


def test_the_route_gives_modules_for_ever_and_old_addresses_only_for_now() -> None:
    path = "shared/words.js"
    for version, kept in ((digest(), "immutable"), ("0" * 12, "no-store")):
        found = get(f"/parts/{version}/{path}")
        assert found.body.decode() == modules()[path]
        assert found.headers["content-type"].startswith("text/javascript")
        assert kept in found.headers["cache-control"]


def test_the_route_packs_for_those_who_can_unpack() -> None:
    path = f"/base/parts/{digest()}/views/grid/grid.js"
    found = get(path, "/base", **{"Accept-Encoding": "gzip"})
    assert found.headers["content-encoding"] == "gzip"
    assert gzip.decompress(found.body).decode() == modules()["views/grid/grid.js"]


@pytest.mark.parametrize("path", ["nothing.js", "../page/watch.js", "cnn/conv_view/style.css", ""])
def test_nothing_but_modules_is_given(path: str) -> None:
    assert get(f"/parts/{digest()}/{path}").status == 404
