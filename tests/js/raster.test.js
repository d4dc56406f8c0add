import assert from "node:assert/strict";
import { test } from "node:test";
import { bytes, cellAt, decimal, wholes } from "../../assets/components/shared/raster.js";
import { vectors } from "./vectors.js";

const sent = vectors("wholes");

test("16-bit integers arrive as they were sent", () => {
  assert.deepEqual([...wholes(sent.encoded)], sent.values);
  assert.equal(bytes(sent.encoded).length, 2 * sent.values.length);
});

test("the digits of the server's number are kept", () => {
  for (const [digits, words] of Object.entries(sent.words)) {
    const written = sent.values.map((value) => decimal(value, Number(digits)));
    assert.deepEqual(written, words.map((one) => one.replace("-", "−")));
  }
});

test("very small and very large numbers are written with a power", () => {
  assert.equal(decimal(1234, 9), "1.234e−6");
  assert.equal(decimal(12, -5), "1.2e+6");
});

test("the cell under the pointer is one of the picture", () => {
  const node = { getBoundingClientRect: () => ({ left: 10, top: 20, width: 100, height: 50 }) };
  const at = (clientX, clientY) => cellAt({ clientX, clientY }, node, 5, 10);
  assert.deepEqual(at(10, 20), [0, 0]);
  assert.deepEqual(at(59, 44), [2, 4]);
  assert.deepEqual(at(500, 500), [4, 9]);
  assert.deepEqual(at(0, 0), [0, 0]);
});
