"""A matrix product alone: every number of Z, its row, its column and its sum."""

from __future__ import annotations

import re

import msgspec
import pytest
import torch
from playwright.sync_api import Page, expect

from dl101_core.views.product import Product
from tests.gallery import plain, product
from tests.views.alone import Alone, mounted


def opened(page: Page, data: Product) -> Alone:
    return mounted(page, "views/product", plain(data))


def number(words: str) -> float:
    return float(words.replace("−", "-").strip("=≈ "))


def shown(value: float, digits: int = 2) -> str:
    words = f"{value:.{digits}f}"
    return (words.replace("-", "") if float(words) == 0 else words).replace("-", "−")


def sum_lines(page: Page) -> list[str]:
    return page.locator(".sum p").all_inner_texts()


def test_all_numbers_are_those_of_torch(page: Page) -> None:
    opened(page, product.houses())
    expected = torch.addmm(product.B, product.X, product.W)
    for kind, values in (("x", product.X), ("w", product.W), ("b", product.B), ("z", expected)):
        cells = page.locator(f".{kind} tbody td").all_inner_texts()
        seen = torch.tensor([number(one) for one in cells]).view_as(values)
        torch.testing.assert_close(seen, values, rtol=0, atol=0.00501)


def test_a_pointed_number_lights_its_row_and_column_and_is_written_out(page: Page) -> None:
    alone = opened(page, product.houses())
    page.locator(".z tbody tr").nth(1).locator("td").nth(2).hover()
    expect(page.locator(".result")).to_have_text("= 0.51")
    assert sum_lines(page)[:3] == [
        "Z, example 2, column 3",
        "1.2 × 0.8 + 0.3 × (−1.5) + 0.0",
        "= 0.96 − 0.45 + 0.0",
    ]
    for kind, lit in (
        ("x", ["1.2", "0.3"]),
        ("w", ["0.8", "−1.5"]),
        ("b", ["0.0"]),
        ("z", ["0.51"]),
    ):
        assert page.locator(f".{kind} .lit").all_inner_texts() == lit
    expect(page.locator("[role=status]")).to_have_text(
        "Z, example 2, column 3: 1.2 × 0.8 + 0.3 × (−1.5) + 0.0 = 0.96 − 0.45 + 0.0 = 0.51"
    )
    assert alone.sent == []


def test_every_written_sum_agrees_with_what_is_shown(page: Page) -> None:
    opened(page, product.softmax())
    net = product.layer(10, 3, 0)
    x = torch.randn(1, 10, generator=torch.Generator().manual_seed(1))
    z = net(x)[0].tolist()
    for column, value in enumerate(z):
        page.locator(".z tbody td").nth(column).hover()
        expect(page.locator(".result")).to_contain_text(shown(value))
        _, factors, products, result = sum_lines(page)
        assert factors.count("×") == 8
        plain_sum = re.sub(r"… \(2 more: (\S+)\)", r"\1", products[2:]).replace("− ", "+ −")
        total = sum(number(one) for one in plain_sum.split(" + "))
        assert result.startswith("=") == (abs(total - number(result)) < 1e-9)
        assert total == pytest.approx(value, abs=0.05)


def test_arrow_keys_walk_over_z(page: Page) -> None:
    opened(page, product.houses())
    page.keyboard.press("Tab")
    cells = page.locator(".z tbody td")
    expect(cells.nth(0)).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("End")
    expect(cells.nth(7)).to_be_focused()
    expect(page.locator(".where")).to_have_text("Z, example 2, column 4")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Control+Home")
    expect(cells.nth(0)).to_be_focused()
    expect(page.locator(".z td[tabindex='0']")).to_have_count(1)


def test_a_large_product_is_coloured_and_has_a_lens(page: Page) -> None:
    opened(page, product.large())
    net = product.layer(32, 10, 2)
    x = torch.randn(64, 32, generator=torch.Generator().manual_seed(3)).relu()
    page.locator(".z .raster").focus()
    for key in ("ArrowDown", "ArrowDown", "ArrowRight"):
        page.keyboard.press(key)
    expect(page.locator(".where")).to_have_text("Z, example 3, digit 1")
    expect(page.locator(".result")).to_contain_text(shown(net(x)[2, 1].item()))
    products = x[2] * net.weight[1]
    keys = [k for k in sorted(products.abs().topk(12).indices.tolist()) if products[k] != 0]
    expect(page.locator(".lens caption")).to_have_text(
        f"{len(keys)} of 32 products; all others are 0"
    )
    rows = page.locator(".lens tr")
    assert rows.nth(0).locator("th").all_inner_texts()[1:] == [str(k + 1) for k in keys]
    for row, values in ((1, x[2]), (2, net.weight[1]), (3, products)):
        seen = [number(one) for one in rows.nth(row).locator("td").all_inner_texts()[1:]]
        assert seen == pytest.approx([values[k].item() for k in keys], abs=0.00501)


def test_a_phone_puts_w_above_z_and_x_on_its_left(phone: Page) -> None:
    opened(phone, product.houses())
    x, w, z = (phone.locator(f".{kind} tbody").bounding_box() for kind in "xwz")
    assert x
    assert w
    assert z
    assert w["y"] + w["height"] <= z["y"]
    assert x["x"] + x["width"] <= z["x"]
    assert abs(w["x"] - z["x"]) < 1
    assert abs(x["y"] - z["y"]) < 1


def test_new_numbers_keep_the_cells_and_the_place(page: Page) -> None:
    data = product.houses()
    alone = opened(page, data)
    cell = page.locator(".z tbody td").nth(6)
    cell.focus()
    page.evaluate(
        "globalThis.kept = [...document.querySelector('main > div').shadowRoot"
        ".querySelectorAll('td, th')]"
    )
    doubled = torch.addmm(product.B, product.X * 2, product.W)
    names = data.matrices[0].row_names
    x = product.matrix("X", product.X * 2, 1, names)
    z = product.matrix("Z", doubled)
    matrices = (x, data.matrices[1], z, data.matrices[3])
    alone.show(plain(msgspec.structs.replace(data, matrices=matrices)))
    expect(page.locator(".result")).to_contain_text(shown(doubled[1, 2].item()))
    expect(cell).to_be_focused()
    assert page.evaluate("kept.length > 20 && kept.every((node) => node.isConnected)")


def test_matrices_that_do_not_fit_say_so(page: Page) -> None:
    data = product.houses()
    alone = opened(page, data)
    x, w, z, b = data.matrices
    for wrong in (
        (),
        (x,),
        (w, x, z, b),
        (x, w, z, z),
        (x, msgspec.structs.replace(w, values="%"), z),
    ):
        alone.show(plain(msgspec.structs.replace(data, matrices=wrong)))
        expect(page.locator(".problem")).to_have_text("These matrices do not fit each other.")
        expect(page.locator(".sum")).to_be_hidden()
    alone.show(plain(data))
    expect(page.locator(".sum")).to_be_visible()
