import assert from "node:assert/strict";
import { test } from "node:test";
import { fit, lengthOf, room } from "../../assets/components/views/product/fit.js";
import { chosen } from "../../assets/components/views/product/lens.js";
import { largest, shown, sumOf } from "../../assets/components/views/product/sum.js";
import { vectors } from "./vectors.js";

const DIGITS = { x: 1, w: 1, b: 1, z: 2 };
const f = (...values) => Float32Array.from(values);

test("a short sum is written in full, with brackets around numbers below 0", () => {
  const terms = { xs: f(0.5, -0.3), ws: f(1.2, 0.8), b: Math.fround(-0.1), z: Math.fround(0.26) };
  assert.deepEqual(sumOf(terms, DIGITS, 8), {
    factors: "0.5 × 1.2 + (−0.3) × 0.8 − 0.1", products: "0.60 − 0.24 − 0.1", z: "0.26", first: "=", second: "=",
  });
});

test("what does not fit in the last digit is ≈", () => {
  const terms = { xs: f(0.33, 0.33), ws: f(0.5, 0.5), b: null, z: Math.fround(0.33) };
  const sum = sumOf(terms, { x: 2, w: 1, b: 0, z: 2 }, 8);
  assert.equal(sum.products, "0.17 + 0.17");
  assert.deepEqual([sum.first, sum.second], ["≈", "≈"]);
});

test("a long sum keeps its largest products, in their order, and says what the others give", () => {
  const terms = { xs: f(1, 2, 3, 4, 5), ws: f(1, -9, 1, 1, 2), b: null, z: 0 };
  const sum = sumOf(terms, { x: 0, w: 0, b: 0, z: 0 }, 2);
  assert.equal(sum.factors, "2 × (−9) + 5 × 2 + … (3 more)");
  assert.equal(sum.products, "−18 + 10 + … (3 more: 8)");
  assert.deepEqual([sum.first, sum.second], ["=", "="]);
});

const number = (words) => Number(words.replaceAll("−", "-").replaceAll(" ", ""));
const numbersOf = (products) =>
  products.replace(/… \(\d+ more: (\S+)\)/, "$1").replaceAll("− ", "+ −").split(" + ").map(number);

test("the sums of PyTorch: z is shown as it is, and = stands only where the shown numbers add up", () => {
  let exact = 0;
  for (const { x, w, b, z, columns } of vectors("products")) {
    for (let j = 0; j < columns; j++) {
      const ws = x.map((_, k) => w[k * columns + j]);
      const sum = sumOf({ xs: f(...x), ws: f(...ws), b: b[j], z: z[j] }, { x: 2, w: 2, b: 2, z: 2 }, 6);
      assert.equal(sum.z, shown(z[j], 2));
      const total = numbersOf(sum.products).reduce((all, one) => all + one, 0);
      assert.ok(Math.abs(total - z[j]) < 0.005 * 9);
      assert.equal(sum.second === "=", Math.abs(total - number(sum.z)) < 1e-9);
      exact += sum.second === "=" ? 1 : 0;
    }
  }
  assert.ok(exact > 0);
});

test("numbers are shown with exactly their decimals, and 0 without a sign", () => {
  assert.deepEqual([shown(-0.004, 2), shown(-1.5, 1), shown(2, 0), shown(NaN, 1)], ["0.00", "−1.5", "2", "not a number"]);
  assert.equal(lengthOf("−1.5"), 3.5);
  assert.equal(room(0), 0);
});

test("the largest products in their order", () => {
  assert.deepEqual(largest([1, -5, NaN, 3, 0], 2), [1, 3]);
  assert.deepEqual(largest([1], 4), [0]);
  assert.deepEqual(chosen([0, 2, 0, 1], 3), { keys: [1, 3], words: "2 of 4 products; all others are 0" });
  assert.deepEqual(chosen([0, 0, 0], 1).words, "All 3 products are 0");
  assert.deepEqual(chosen([3, 2, 1], 2), { keys: [0, 1], words: "The 2 largest of 3 products" });
});

test("the form fits the width: side by side, in a corner, or as colours", () => {
  const small = { n: 2, d: 3, m: 1, bias: false, letters: [2, 2], names: [0, 0, 0] };
  assert.equal(fit(small, 727, false).form, "row");
  assert.deepEqual([fit(small, 340, true).form, fit(small, 340, true).numbers], ["corner", true]);
  const large = { n: 64, d: 32, m: 10, bias: true, letters: [4, 5], names: [10, 0, 10] };
  for (const [width, phone] of [[727, false], [358, true], [288, true]]) {
    const { numbers, form, x, z } = fit(large, width, phone);
    assert.equal(numbers, false);
    const wide = form === "corner" ? 32 * x + 10 * z + 16 : 32 * x + 30 * z + 90;
    assert.ok(wide <= width, `${wide} in ${width}`);
  }
});
