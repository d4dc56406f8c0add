"""The client side's colours are the product's."""

from __future__ import annotations

import json
import subprocess

from dl101_core.ui import palette
from dl101_core.ui.parts import COMPONENTS_DIR
from tests.js.test_node import node


def test_the_client_side_has_the_same_palette() -> None:
    file = (COMPONENTS_DIR / "shared" / "palette.js").as_uri()
    code = f"import * as p from '{file}'; console.log(JSON.stringify(p));"
    ran = subprocess.run(
        [node(), "--input-type=module", "--eval", code],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    told = json.loads(ran.stdout)
    assert told == {
        "SIGNED": [list(stop) for stop in palette.SIGNED],
        "UNSIGNED": [list(stop) for stop in palette.UNSIGNED],
        "CLASSES": list(palette.CLASSES),
    }
