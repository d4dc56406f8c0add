import assert from "node:assert/strict";
import { test } from "node:test";
import { ink, scale } from "../../assets/components/shared/colours.js";
import { colourTable } from "../../assets/components/shared/raster.js";
import { vectors } from "./vectors.js";

const STOPS = [[0, "#000000"], [0.5, "#ff0000"], [1, "#ffffff"]];

test("between two colours the scale goes straight", () => {
  const colour = scale(STOPS);
  assert.deepEqual(colour(0), [0, 0, 0]);
  assert.deepEqual(colour(0.25), [128, 0, 0]);
  assert.deepEqual(colour(0.5), [255, 0, 0]);
  assert.deepEqual(colour(0.75), [255, 128, 128]);
});

test("beyond its ends the scale keeps their colours", () => {
  const colour = scale(STOPS);
  assert.deepEqual(colour(-3), [0, 0, 0]);
  assert.deepEqual(colour(7), [255, 255, 255]);
});

test("the server and the browser have the same 256 colours", () => {
  for (const { stops, table } of vectors("colours")) {
    colourTable(stops).forEach((rgb, level) => assert.deepEqual(rgb, table[level], `level ${level}`));
  }
});

test("text is readable on every colour of a scale", () => {
  const light = (rgb) => rgb.map((channel) => {
    const c = channel / 255;
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  }).reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
  for (const { table } of vectors("colours")) {
    for (const rgb of table) {
      const [low, high] = [light(rgb), ink(rgb) === "#000" ? 0 : 1].sort((a, b) => a - b);
      assert.ok((high + 0.05) / (low + 0.05) >= 4.5, `${rgb}`);
    }
  }
});
