import assert from "node:assert/strict";
import { test } from "node:test";
import { scale } from "../../assets/components/shared/colours.js";
import {
  Preview,
  signedTable,
  source,
  sumOf,
  weightOf,
} from "../../assets/components/shared/preview.js";
import { vectors } from "./vectors.js";

globalThis.ImageData = class {
  constructor(width, height) {
    Object.assign(this, { width, height, data: new Uint8ClampedArray(4 * width * height) });
  }
};

const [{ stops }] = vectors("colours");
const table = signedTable(stops);

function previewOf({ picture, width, height, channels }) {
  const data = new Uint8ClampedArray(4 * width * height);
  for (let i = 0; i < width * height; i++)
    for (let c = 0; c < 3; c++) data[4 * i + c] = picture[channels === 1 ? 0 : c][i];
  return new Preview({ width, height, data }, channels);
}

// The colours without the opacity, which is always full.
function coloursOf({ data }) {
  return [...data].filter((value, i) => i % 4 < 3 || assert.equal(value, 255));
}

// Of one channel PyTorch adds the products in an order of its own, which fractions show.
const ordered = ({ channels, filter }) => channels > 1 || filter.rows.flat().every(Number.isInteger);
const all = vectors("filters");

for (const one of all) {
  test(`PyTorch's numbers: ${one.name}`, () => {
    const preview = previewOf(one);
    assert.ok(preview.fits(one.filter));
    preview.run(one.filter);
    assert.deepEqual([preview.width, preview.height], one.size);
    const largest = 255 * one.filter.rows.flat().reduce((sum, value) => sum + Math.abs(value), 0);
    const doubt = ordered(one) ? 0 : 10 * 2 ** -24 * largest;
    one.values.forEach((value, i) =>
      assert.ok(Math.abs(preview.values[i] - value) <= doubt, `${preview.values[i]} for ${value}`));
    assert.equal(preview.low, Math.min(...preview.values));
    assert.equal(preview.high, Math.max(...preview.values));
    assert.equal(preview.outside, one.outside);
  });
}

test("most of them are the same to the last bit", () => {
  assert.ok(all.filter(ordered).length >= 24);
});

for (const one of all.filter(ordered)) {
  test(`the server's pictures, pixel for pixel: ${one.name}`, () => {
    const preview = previewOf(one);
    preview.run(one.filter);
    for (const [view, pixels] of Object.entries(one.shown))
      assert.deepEqual(coloursOf(preview.picture(view, table)), pixels, view);
    const change = preview.difference(table);
    assert.deepEqual(change && [change.low, change.high], one.change);
  });
}

test("a second filter leaves nothing of the first", () => {
  const [first, ...rest] = all;
  const preview = previewOf(first);
  for (const { filter } of rest) if (preview.fits(filter)) preview.run(filter);
  preview.run(first.filter);
  assert.deepEqual([...preview.values], first.values);
});

for (const { mode, from, size, places } of vectors("padding")) {
  test(`outside is read as PyTorch does: ${mode}`, () => {
    assert.deepEqual(places.map((_, i) => source(from + i, size, mode)), places);
  });
}

test("padding that PyTorch refuses does not fit", () => {
  const preview = previewOf(all[0]);
  const shorter = Math.min(preview.imageWidth, preview.imageHeight);
  const fits = (pad, mode) => preview.fits({ rows: [[1]], dilation: 1, pad, mode });
  assert.ok(fits(shorter - 1, "reflect") && !fits(shorter, "reflect"));
  assert.ok(fits(shorter, "circular") && !fits(shorter + 1, "circular"));
  assert.ok(fits(100, "zeros") && fits(100, "replicate"));
});

test("the divisor is the sum, or the sum of the positive numbers, or one", () => {
  assert.equal(sumOf([[1, 2], [3, -0.5]]), 5.5);
  assert.equal(weightOf([[1, 2], [3, -0.5]]), 5.5);
  assert.equal(weightOf([[-1, -2], [0, 0]]), 3);
  assert.equal(weightOf([[-1, 1], [2, -2]]), 3);
  assert.equal(weightOf([[0, 0], [0, 0]]), 1);
});

test("pixels of the table are the colours of the scale", () => {
  const colour = scale(stops);
  const seen = new Uint8Array(table.buffer);
  for (const level of [0, 100, 255])
    assert.deepEqual([...seen.subarray(4 * level, 4 * level + 4)], [...colour(level / 255), 255]);
});
