import assert from "node:assert/strict";
import { test } from "node:test";
import { LABEL_HEIGHT, labels, mark } from "../../assets/components/lab/lab_curves/lines.js";
import {
  accuracyScale,
  count,
  lossScale,
  nice,
  short,
} from "../../assets/components/lab/lab_curves/scale.js";

const curve = (...losses) => ({ train: losses.map((loss, step) => [step, loss]), val: [] });

test("an accuracy goes from nothing to one in fifths", () => {
  const { ticks, share } = accuracyScale();
  assert.deepEqual(ticks.map(([, words]) => words), ["0", "0.2", "0.4", "0.6", "0.8", "1"]);
  assert.equal(share(0.5), 0.5);
});

test("a tame loss has even steps that hold its highest point", () => {
  const { powers, ticks, share } = lossScale([curve(2.3, 1.1, 0.4)], 10);
  assert.ok(!powers && share(2.3) <= 1);
  assert.equal(ticks[0][0], 0);
});

test("a loss that explodes, or breaks, gets powers of ten", () => {
  for (const curves of [[curve(2, 5000)], [curve(2, null)], [{ ...curve(2), broke: 3 }]]) {
    const { powers, share } = lossScale(curves, 10);
    assert.ok(powers);
    const shares = [0.01, 1, 10, 100].map(share);
    assert.deepEqual([...shares].sort((a, b) => a - b), shares);
    assert.equal(share(0), 0);
  }
});

test("nice numbers are 1, 2 or 5 times a power of ten", () => {
  assert.deepEqual([0.9, 1, 1.3, 3, 7, 30].map(nice), [1, 1, 2, 5, 10, 50]);
});

test("numbers are short", () => {
  assert.equal(short(0.30000000000000004), "0.3");
  assert.deepEqual([0.12345, 1234.5, 12345678].map(count), ["0.123", "1,235", "1.2e+7"]);
});

test("five runs have five marks, then they begin again", () => {
  const marks = [0, 1, 2, 3, 4].map((place) => mark(place, 10, 10));
  assert.equal(new Set(marks).size, 5);
  assert.equal(mark(5, 10, 10), marks[0]);
});

test("labels do not overlap and stay above the bottom", () => {
  globalThis.document = {
    createElementNS: () => ({ at: {}, setAttribute(name, value) { this.at[name] = value; } }),
  };
  const ends = [50, 51, 52, 99].map((y, i) => ({ text: `${i}`, x: 0, y }));
  const heights = labels(ends, 100).map((node) => node.at.y - 4).sort((a, b) => a - b);
  heights.slice(1).forEach((y, i) => assert.ok(y - heights[i] >= LABEL_HEIGHT));
  assert.ok(heights.at(-1) <= 100);
});
