"""A script becomes a notebook whose cells together are the script."""

from __future__ import annotations

import json

from dl101_core.export import Script, notebook

SOURCE = '''"""What it does."""

import torch


def double(x):
    y = 2 * x

    return y


print(double(torch.tensor(2)))
'''


def test_a_notebook_has_one_complete_cell_per_top_level_block() -> None:
    cells = json.loads(notebook(Script("double", SOURCE, "4")))["cells"]
    sources = ["".join(cell["source"]) for cell in cells]
    assert len(sources) == 4
    for source in sources:
        compile(source, "cell", "exec")
    assert "return y" in sources[2]


def test_running_all_cells_in_order_does_what_the_script_does() -> None:
    cells = json.loads(notebook(Script("double", SOURCE, "4")))["cells"]
    scope: dict[str, object] = {}
    for cell in cells:
        exec("".join(cell["source"]).replace("print(", "result = ("), scope)
    assert str(scope["result"]) == "tensor(4)"
