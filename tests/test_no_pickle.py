"""Nothing in the product unpickles, so data from a disk or a network cannot become code."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PRODUCT = sorted(
    path
    for place in ("app.py", "dl101_core", "pages", "benchmarks")
    for path in ([ROOT / place] if place.endswith(".py") else (ROOT / place).rglob("*.py"))
)
MODULES = {"pickle", "cPickle", "_pickle", "dill", "cloudpickle", "joblib", "marshal", "shelve"}
# Names that unpickle, or may: numpy.load never without allow_pickle, but we have no use for it.
CALLS = {
    ("torch", "load"),
    ("torch", "save"),
    ("np", "load"),
    ("numpy", "load"),
    ("torch.jit", "load"),
    ("torch.hub", "load"),
    ("pandas", "read_pickle"),
    ("pd", "read_pickle"),
}
PLAIN = {"eval", "exec", "compile"}


def findings(source: str) -> list[str]:
    found = []
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Import(names=names):
                found += [a.name for a in names if a.name.split(".")[0] in MODULES]
            case ast.ImportFrom(module=str(module), names=names):
                found += [module] if module.split(".")[0] in MODULES else []
                found += [f"{module}.{a.name}" for a in names if (module, a.name) in CALLS]
            case ast.Attribute(value=value, attr=attr) if (ast.unparse(value), attr) in CALLS:
                found.append(ast.unparse(node))
            case ast.keyword(arg="allow_pickle"):
                found.append("allow_pickle")
            case ast.Call(func=ast.Name(id=name)) if name in PLAIN:
                found.append(name)
            case ast.Call(func=ast.Attribute(value=ast.Name(id="importlib" | "builtins"))):
                found += [
                    str(a.value)
                    for a in node.args
                    if isinstance(a, ast.Constant) and a.value in MODULES
                ]
    return found


@pytest.mark.parametrize("path", PRODUCT, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_file_of_the_product_can_unpickle(path: Path) -> None:
    assert findings(path.read_text("utf-8")) == []


@pytest.mark.parametrize(
    "source",
    [
        "import pickle",
        "import pickle as p",
        "from cloudpickle import loads",
        "from torch import load",
        "torch.load(f, weights_only=True)",
        "reader = np.load",
        "numpy.lib.format.read_array(f, allow_pickle=True)",
        "importlib.import_module('pickle')",
        "eval(text)",
    ],
)
def test_the_search_finds(source: str) -> None:
    assert findings(source)
