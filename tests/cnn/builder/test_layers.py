"""The sums on the builder's page, each computed again from its text."""

from __future__ import annotations

import math
import re
import subprocess
import sys
from pathlib import Path

from dl101_core.cnn.builder.layers import how, network_latex, rows_data, table_rows, view_data
from dl101_core.cnn.builder.script import builder_script
from dl101_core.cnn.builder.view import lab_settings, read_message, refusal
from dl101_core.models.layers import KINDS, LENET, PRESETS, parse
from dl101_core.models.network import Network, describe
from dl101_core.models.totals import bytes_text, totals_text

ROOT = Path(__file__).parents[3]
ODD = (
    "conv_3_k5_s2_p2_d2-batchnorm-maxpool_3_s2_p1_c1-conv_4_k2_p1-avgpool_2_s1-sigmoid-"
    "dropout_30-flatten-batchnorm-linear_10"
)


def of(text: str) -> Network:
    return describe(parse(text))


def value(words: str) -> int:
    """The result of the arithmetic in ``words``."""
    python = words.replace("·", "*").replace("−", "-").replace(",", "")
    for low, high, name in (("⌊", "⌋", "floor"), ("⌈", "⌉", "ceil")):
        python = python.replace(low, f"math.{name}(").replace(high, ")")
    assert re.fullmatch(r"[0-9+*/() a-z.-]+", python)
    return int(eval(python, {"math": math}))


def test_every_sum_on_the_page_comes_to_the_number_beside_it() -> None:
    seen = set()
    for text in (ODD, *(preset.text for preset in PRESETS.values())):
        network = of(text)
        for row, before in zip(network.rows, network.shapes, strict=False):
            for name, words in how(row, before):
                sum_, _, result = words.rpartition(" = ")
                assert value(sum_) == int(result.replace(",", "")), (text, words)
                seen.add((type(row.layer).__name__, name))
    assert {
        ("Conv", "Side"),
        ("Conv", "Parameters"),
        ("Conv", "Multiply-adds"),
        ("Pool", "Side"),
        ("BatchNorm", "Parameters"),
        ("Linear", "Parameters"),
        ("Linear", "Multiply-adds"),
    } <= seen


def test_a_pooling_whose_last_window_pytorch_drops_shows_no_wrong_sum() -> None:
    # ⌈(3 + 2·1 − 2) / 2⌉ + 1 = 3, but the third window would lie in the padding: PyTorch gives 2.
    network = of("maxpool_9-maxpool_2_p1_c1-flatten-linear_10")
    assert network.rows[1].shape == (1, 2, 2)
    assert how(network.rows[1], (1, 3, 3)) == ()


def test_the_latex_adds_up_what_has_parameters() -> None:
    latex = network_latex(of(LENET))
    assert r"156 + 2\,416 + 48\,120" in latex
    assert r"&\quad + 10\,164 + 850 \\ &= 61\,706" in latex
    assert r"&= 416\,520" in latex
    assert r"4\,\text{bytes} \cdot 15\,002 = 60\,008\,\text{bytes}" in latex
    assert "28 \\times 28\\text{ of } 28" in latex
    assert r"\text{parameters} &= 0" in network_latex(of("none"))


def test_the_table_stops_where_a_layer_does_not_fit() -> None:
    assert [row["Output"] for row in table_rows(of(LENET))][:2] == ["6 × 28 × 28", "6 × 28 × 28"]
    assert len(table_rows(of("relu-linear_10-relu"))) == 1
    assert table_rows(of("linear_10")) == []


def test_the_page_gets_each_row_once_and_the_reason_where_there_is_none() -> None:
    data = view_data(of("relu-linear_10-relu"), 3, "", "train_this")
    assert [row["shape"] for row in data["rows"]] == [(1, 28, 28), (), ()]
    assert data["rows"][1]["problem"] == data["problem"] != ""
    assert data["rows"][2]["problem"] == ""
    assert data["fixes"] == (("Put Flatten before it", "relu-flatten-linear_10-relu"),)
    assert [kind["word"] for kind in data["kinds"]] == list(KINDS)
    lenet = rows_data(of(LENET))
    assert (lenet[3]["field"], lenet[3]["step"], lenet[3]["span"]) == (14, 2, (8, 21))
    assert sum(row["parameters"] for row in lenet) == 61_706
    assert totals_text(of(LENET)).startswith("61,706 parameters, 416,520 multiply-adds, 60.0 kB")
    broken = totals_text(of("conv_16_k3-linear_10-relu"))
    assert broken.startswith("Up to the layer that does not fit: 160 parameters, 97,344 multiply-")
    assert totals_text(of("flatten-linear_9")).startswith("7,065 parameters"), "all of it is there"
    assert [bytes_text(size) for size in (999, 1000, 2_500_000)] == ["999 B", "1.0 kB", "2.5 MB"]


def test_the_script_of_odd_and_of_broken_networks_prints_what_the_page_shows() -> None:
    joined, printed = [], []
    for text in (ODD, "conv_9_psame_d3-softplus-linear_10", "none", PRESETS["fashion"].text):
        script = builder_script(of(text))
        joined.append(script.source)
        printed.append(script.prints)
    assert "# Linear is left out" in joined[1]
    done = subprocess.run(
        [sys.executable, "-c", "\n".join(joined)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "\n".join(printed)


def test_what_a_browser_sends_is_read_or_dropped() -> None:
    assert read_message("7 conv_16_k3-relu") == (7, "conv_16-relu")
    assert read_message("0 none") == (0, "none")
    for wrong in (None, 7, "", "conv_3", "-1 relu", "1 relu\n", "1 <b>", "1 conv_0", ["1 relu"]):
        assert read_message(wrong) is None
    assert read_message("1 " + "relu-" * 100 + "relu") is None


def test_a_network_beyond_this_server_is_refused_with_its_numbers_before_the_lab() -> None:
    assert refusal(of(LENET)) == ""
    assert "12,883,248 parameters" in refusal(of("flatten-linear_4096-linear_2354-linear_10"))
    assert refusal(of("flatten-linear_9")) == "", "it has a problem of its own"
    assert lab_settings(parse("flatten-linear_10")) == {
        "model": "Your own network",
        "built": "flatten-linear_10",
    }
