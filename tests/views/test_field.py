"""A field alone: what it tells, its handles, and what stays when its data change."""

from __future__ import annotations

import re
from dataclasses import dataclass

import msgspec
import torch
from playwright.sync_api import Locator, Page, expect

from dl101_core.ui.parts import FOLDER, digest
from dl101_core.views.field import Field, packed
from tests.gallery import field, plain
from tests.views import alone as bare
from tests.views.alone import Alone, mounted


@dataclass
class Scene:
    alone: Alone
    page: Page
    data: Field

    @property
    def plot(self) -> dict[str, float]:
        box = self.page.locator(".plot").bounding_box()
        assert box
        return dict(box)

    def spot(self, across: float, down: float) -> tuple[float, float]:
        box = self.plot
        return box["x"] + across * box["width"], box["y"] + down * box["height"]


def opened(page: Page, data: Field) -> Scene:
    return Scene(mounted(page, "views/field", plain(data)), page, data)


def number(words: str) -> float:
    return float(words.replace("−", "-"))


def told(tip: Locator) -> tuple[float, float, float]:
    """x, y and the value that the tip tells."""
    words = tip.locator("b").inner_text()
    found = re.fullmatch(r".+ (\S+), .+ (\S+): \w+ (\S+)", words)
    assert found, words
    x, y, value = (number(one) for one in found.groups())
    return x, y, value


def test_every_place_tells_the_value_that_torch_computed(page: Page) -> None:
    scene = opened(page, field.boundary())
    tip = page.locator(".tip")
    for across, down in ((0.5, 0.5), (0.1, 0.2), (0.9, 0.03)):
        page.mouse.move(*scene.spot(across, down))
        expect(tip).to_be_visible()
        column, row = int(across * 60), 59 - int(down * 60)
        place = field.plane()[row * 60 + column]
        with torch.no_grad():
            value = float(field.network()(place))
        expect(tip.locator("b")).to_contain_text(f"{value:.3g}".replace("-", "−"))
        x, y, seen = told(tip)
        torch.testing.assert_close(torch.tensor([x, y]), place, rtol=0, atol=0.006)
        assert abs(seen - value) < 0.0051
    page.mouse.move(2, 2)
    expect(tip).to_be_hidden()
    assert scene.alone.sent == []


def test_the_nearest_point_is_told_with_its_class_and_target(page: Page) -> None:
    scene = opened(page, field.boundary())
    held_out = scene.data.points[81]
    across, down = (held_out.x + 6) / 12, (6 - held_out.y) / 12
    page.mouse.move(*scene.spot(across, down))
    expect(page.locator(".tip span")).to_contain_text("Nearest: orange")
    expect(page.locator(".tip span")).to_contain_text("held out, target 1")
    expect(page.locator("[role=status]")).to_contain_text("held out, target 1")


def test_arrow_keys_walk_over_the_cells(page: Page) -> None:
    opened(page, field.boundary())
    surface, tip = page.locator(".surface"), page.locator(".tip")
    surface.focus()
    page.keyboard.press("ArrowRight")
    expect(tip).to_be_visible()
    first = told(tip)
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowUp")
    expect(tip.locator("b")).to_contain_text(f"x₁ {first[0] + 0.2:.2f}".rstrip("0"))
    second = told(tip)
    assert (round(second[0] - first[0], 3), round(second[1] - first[1], 3)) == (0.2, 0.2)
    page.keyboard.press("Home")
    expect(tip.locator("b")).to_contain_text("x₁ −5.9")
    page.keyboard.press("Escape")
    expect(tip).to_be_hidden()


def test_a_drag_sends_only_where_it_ends(page: Page) -> None:
    scene = opened(page, field.surface())
    handle = page.locator(".handle")
    box = handle.bounding_box()
    assert box
    page.mouse.move(box["x"] + 18, box["y"] + 18)
    page.mouse.down()
    for share in (0.3, 0.4, 0.5):
        page.mouse.move(*scene.spot(share, share))
    expect(handle).to_contain_text("slope w 1, bias b 0")
    assert scene.alone.sent == []
    page.mouse.up()
    [(name, value)] = scene.alone.sent
    assert name == "drop"
    assert value["name"] == "start"
    assert abs(value["x"] - 1) < 0.02
    assert abs(value["y"]) < 0.02
    page.mouse.down()
    page.mouse.up()
    assert len(scene.alone.sent) == 1, "a press without a move is no drop"


def test_arrow_keys_move_a_handle_and_shift_moves_it_finely(page: Page) -> None:
    scene = opened(page, field.surface())
    page.locator(".handle").focus()
    page.keyboard.down("ArrowRight")
    page.keyboard.down("ArrowRight")
    assert scene.alone.sent == [], "the key is still down"
    page.keyboard.up("ArrowRight")
    page.keyboard.press("Shift+ArrowDown")
    (_, coarse), (_, fine) = scene.alone.sent
    assert [round(coarse[axis], 5) for axis in "xy"] == [-0.7, 2.5]
    assert [round(fine[axis], 5) for axis in "xy"] == [-0.7, 2.485]


def test_new_data_keep_the_nodes_and_a_held_handle(page: Page) -> None:
    data = field.surface()
    scene = opened(page, data)
    page.evaluate(
        "globalThis.kept = [...document.querySelector('main > div').shadowRoot"
        ".querySelectorAll('.plot *')].filter((node) => node.isConnected)"
    )
    box = page.locator(".handle").bounding_box()
    assert box
    page.mouse.move(box["x"] + 18, box["y"] + 18)
    page.mouse.down()
    page.mouse.move(*scene.spot(0.5, 0.5))
    expect(page.locator(".handle")).to_contain_text("slope w 1,")
    ways = tuple(msgspec.structs.replace(way, current=3) for way in data.ways)
    scene.alone.show(plain(msgspec.structs.replace(data, ways=ways)))
    expect(page.locator(".legend")).to_contain_text("SGD, step 3 of 18")
    expect(page.locator(".handle")).to_contain_text("slope w 1,")
    page.mouse.up()
    assert page.evaluate("kept.length > 20 && kept.every((node) => node.isConnected)")
    assert len(scene.alone.sent) == 1


def test_points_differ_by_shape_and_held_out_ones_are_hollow(page: Page) -> None:
    scene = opened(page, field.boundary())
    points = page.locator(".marks .point")
    assert points.count() == 120
    shapes = points.evaluate_all("nodes => nodes.map((node) => node.getAttribute('d'))")
    hollow = points.evaluate_all("nodes => nodes.map((node) => node.matches('.hollow'))")
    assert hollow == [point.held_out for point in scene.data.points]
    pairs = {(point.kind, shape) for point, shape in zip(scene.data.points, shapes, strict=True)}
    assert len(pairs) == len({shape for _, shape in pairs}) == 2
    expect(page.locator(".summary")).to_contain_text("blue: 60 points. orange: 60 points.")


def test_data_that_do_not_fit_leave_a_field_without_values(page: Page) -> None:
    scene = opened(page, field.boundary())
    for values in ("", "%", packed([1.0, 2.0])):
        scene.alone.show(plain(msgspec.structs.replace(scene.data, values=values)))
        expect(page.locator(".plot canvas")).to_be_hidden()
        expect(page.locator(".contours path")).to_have_count(0)
    page.locator(".surface").focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator(".tip b")).to_have_text("x₁ 0.9, x₂ 0.3")


OWNER = """async ([url, text]) => {
  const { Field } = await import(url);
  const host = document.querySelector("main").appendChild(document.createElement("div"));
  host.className = "view";
  const view = new Field(host);
  view.show(JSON.parse(text));
  view.values(new Float32Array(3), 2, 2); // does not fit: nothing happens
  view.values(Float32Array.from([1, 1, 1, -2]), 2, 2);
}"""


def test_an_owner_may_bring_other_values_in_the_browser(page: Page) -> None:
    bare.opened(page)
    data = msgspec.json.encode(field.boundary()).decode()
    page.evaluate(OWNER, [f"/{FOLDER}/{digest()}/views/field/view.js", data])
    expect(page.locator(".plot canvas")).to_have_attribute("width", "2")
    page.locator(".surface").focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator(".tip b")).to_have_text("x₁ 3, x₂ 3: answer −2")
    expect(page.locator(".marks .point")).to_have_count(120)
