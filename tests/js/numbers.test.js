import assert from "node:assert/strict";
import { test } from "node:test";
import { doubtOf, hundredths, number } from "../../assets/components/cnn/filter_view/numbers.js";

test("two decimals are rounded half to even, as Python rounds them", () => {
  const written = { 0.125: "0.12", 0.375: "0.38", 0.625: "0.62", "-0.125": "−0.12", "-1.375": "−1.38", 2: "2.00", 127.5: "127.50" };
  for (const [value, words] of Object.entries(written)) assert.equal(hundredths(Number(value)), words);
});

test("a number shows at most four decimals, and no digit that float32 does not hold", () => {
  assert.equal(number(1 / 3), "0.3333");
  assert.equal(number(-1234.5678), "−1234.568");
  assert.equal(number(16777216), "16777216");
  assert.equal(number(0.123456, 0.004), "0.12"); // doubtful from the third decimal on
});

test("a sum of whole numbers within float32 is exact, any other has a doubt", () => {
  assert.equal(doubtOf([1, -2, 1], [255, -510, 255]), 0);
  assert.equal(doubtOf([0.1, 0.2], [10, 20]), 3 * 2 ** -24 * 30);
  assert.ok(doubtOf([1, 1], [2 ** 20, 2 ** 20]) > 0);
});
