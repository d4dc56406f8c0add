import assert from "node:assert/strict";
import { test } from "node:test";
import { clamp, exact, many, round, text } from "../../assets/components/shared/words.js";

test("a number is written with at most three decimals and a true minus", () => {
  assert.equal(text(0.12345), "0.123");
  assert.equal(text(-1.5), "−1.5");
  assert.equal(text(2), "2");
  assert.equal(text(-0.0001), "0");
  assert.equal(text(1 / 3, 5), "0.33333");
});

test("no rounding gives minus zero", () => {
  assert.ok(Object.is(round(-0.0001, 3), 0));
});

test("exact is what three decimals hold", () => {
  assert.ok(exact(0.125));
  assert.ok(!exact(1 / 3));
});

test("clamp keeps both ends", () => {
  assert.deepEqual([-1, 0, 5, 9, 10].map((value) => clamp(value, 0, 9)), [0, 0, 5, 9, 9]);
});

test("one thing has no s", () => {
  assert.deepEqual([0, 1, 2].map((count) => many(count, "cell")), ["0 cells", "1 cell", "2 cells"]);
});
