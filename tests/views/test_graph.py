"""A network alone: what units and edges tell, the arrow keys, and streamed weights."""

from __future__ import annotations

import msgspec
import pytest
import torch
from playwright.sync_api import Locator, Page, expect

from dl101_core.views.field import packed
from dl101_core.views.graph import Graph, GraphEdges
from tests.gallery import graph, plain
from tests.gallery.field import network
from tests.views.alone import Alone, mounted


def opened(page: Page, data: Graph) -> Alone:
    return mounted(page, "views/graph", plain(data))


def unit(page: Page, layer: int, number: int) -> Locator:
    return page.locator(f".unit[data-layer='{layer}'][data-unit='{number}']")


def words(value: float) -> str:
    return f"{value:.3g}".replace("-", "−")


def test_a_unit_tells_the_sum_of_torch_s_weights(page: Page) -> None:
    alone = opened(page, graph.playground())
    layer = graph.linears(network())[0]
    unit(page, 1, 2).hover()
    readout = page.locator(".readout")
    first, second = layer.weight[2].tolist()
    expected = f"a3 takes the sum {words(first)} × x₁ + {words(second)} × x₂ + "
    expected = f"{expected}{words(layer.bias[2].item())} (bias).".replace("+ −", "− ")
    expect(readout).to_have_text(expected)
    expect(page.locator("[role=status]")).to_have_text(expected)
    expect(page.locator(".unit.far")).to_have_count(8)
    page.mouse.move(1, 1)
    expect(page.locator(".unit.far")).to_have_count(0)
    assert alone.sent == []


def test_an_edge_near_the_pointer_tells_its_weight(page: Page) -> None:
    opened(page, graph.dead())
    start, end = (unit(page, layer, 0).bounding_box() for layer in (1, 2))
    assert start
    assert end
    page.mouse.move(start["x"] + start["width"] + 8, start["y"] + start["height"] / 2 + 3)
    expect(page.locator(".readout")).to_have_text("Weight 1.1 from h1 to y.")
    page.mouse.move(start["x"] + start["width"] + 8, start["y"] + start["height"] / 2 - 14)
    expect(page.locator(".readout")).to_contain_text("The third hidden unit is dead")


def test_arrow_keys_go_from_unit_to_unit_and_enter_picks_one(page: Page) -> None:
    alone = opened(page, graph.playground())
    page.keyboard.press("Tab")
    expect(unit(page, 0, 0)).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(unit(page, 0, 1)).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(unit(page, 1, 4)).to_be_focused()
    page.keyboard.press("End")
    expect(unit(page, 1, 7)).to_be_focused()
    expect(page.locator(".readout")).to_contain_text("a8 takes the sum")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    expect(unit(page, 3, 0)).to_be_focused()
    assert page.locator(".unit[tabindex='0']").count() == 1
    assert alone.sent == []
    page.keyboard.press("Enter")
    assert alone.sent == [("pick", {"layer": 3, "unit": 0})]
    unit(page, 1, 1).click()
    assert alone.sent[1:] == [("pick", {"layer": 1, "unit": 1})]


def test_streamed_weights_keep_the_nodes_and_the_focus(page: Page) -> None:
    data = graph.playground()
    alone = opened(page, data)
    unit(page, 1, 0).focus()
    page.evaluate(
        "globalThis.kept = [...document.querySelector('main > div').shadowRoot"
        ".querySelectorAll('.stage *')]"
    )
    for step in (1.0, 2.0):
        weight = torch.full((8, 2), step)
        edges = (GraphEdges(weights=packed(weight.flatten().tolist())), *data.edges[1:])
        alone.show(plain(msgspec.structs.replace(data, edges=edges)))
    expect(page.locator(".readout")).to_contain_text("a1 takes the sum 2 × x₁ + 2 × x₂")
    expect(unit(page, 1, 0)).to_be_focused()
    assert page.evaluate("kept.length > 40 && kept.every((node) => node.isConnected)")


def test_large_layers_are_folded_and_say_how_many_are_left(page: Page, phone: Page) -> None:
    opened(page, graph.digits())
    expect(page.locator(".rest span")).to_have_text(["… 774 more", "… 246 more"])
    assert page.locator(".unit[data-layer='2']").count() == 10
    opened(phone, graph.digits())
    expect(phone.locator(".rest span")).to_have_text(["… 776 more", "… 248 more", "… 2 more"])
    values = phone.locator(".unit[data-layer='2'] .value").all_inner_texts()
    sent = [one.value or 0.0 for one in graph.digits().layers[2].units]
    numbers = [float(one.replace("−", "-")) for one in values]
    assert numbers == pytest.approx(sent[:8], abs=0.00501)


def test_a_dead_unit_says_so_in_words(page: Page) -> None:
    opened(page, graph.dead())
    node = unit(page, 1, 2)
    expect(node).to_have_text("dead")
    expect(node).to_have_attribute("aria-label", "hidden, h3, value 0, dead, look here")
    node.hover()
    expect(page.locator(".readout")).to_contain_text("− 2 (bias). Its value is 0. It is dead.")


def test_weights_that_do_not_fit_are_not_drawn(page: Page) -> None:
    data = graph.dead()
    alone = opened(page, data)
    for edges in ((), (GraphEdges(weights="%"), GraphEdges(weights=packed([1.0])))):
        alone.show(plain(msgspec.structs.replace(data, edges=edges)))
        unit(page, 1, 0).hover()
        expect(page.locator(".readout")).to_have_text("h1. Its value is 0.13.")
    alone.show(plain(msgspec.structs.replace(data, layers=(), edges=())))
    expect(page.locator(".unit")).to_have_count(0)
