import assert from "node:assert/strict";
import { test } from "node:test";
import { thickness } from "../../assets/components/views/graph/edges.js";
import { fold, layout, nearestEdge, when } from "../../assets/components/views/graph/layout.js";
import { edgeWords, tipWords, unitWords } from "../../assets/components/views/graph/tell.js";

const units = (count) => Array.from({ length: count }, () => ({}));

test("a layer that is too high is folded, and the count is right", () => {
  assert.deepEqual(fold(units(3), 3, 8), { units: [0, 1, 2], more: 0 });
  assert.deepEqual(fold(units(12), 784, 8), { units: [0, 1, 2, 3, 4, 5, 6, 7], more: 776 });
  assert.equal(fold(units(9), 9, 8).more, 0, "… 1 more would be as high as the unit");
  assert.equal(fold(units(8), 9, 8).more, 1, "but this unit was not sent");
  assert.equal(fold(units(4), 0, 8).more, 0);
});

test("dead units and those to look at are never folded away", () => {
  const some = units(20);
  some[15] = { dead: "dead" };
  some[19] = { look: true };
  assert.deepEqual(fold(some, 20, 4).units, [0, 1, 15, 19]);
});

test("units fit the width, without touching each other", () => {
  for (const width of [280, 358, 727]) {
    for (const counts of [[2, 8, 8, 1], [8, 8], [3], [2, 8, 8, 8, 8, 1]]) {
      const folds = counts.map((count) => fold(units(count), count, 8));
      const { spots, size, height } = layout(width, folds, 30, 30);
      for (const spot of spots.flat()) {
        assert.ok(spot.x - size / 2 >= 30 - 1e-9 && spot.x + size / 2 <= width - 30 + 1e-9);
        assert.ok(spot.y - size / 2 >= 0 && spot.y + size / 2 <= height);
      }
      for (const column of spots) column.slice(1).forEach((one, i) => assert.ok(one.y - column[i].y >= size));
      assert.ok(size >= 24);
    }
  }
});

// The curve of the drawing: a Bézier with its two handles half way.
const curve = (a, b, size, t) => {
  const [x0, x1] = [a.x + size / 2, b.x - size / 2];
  const middle = (x0 + x1) / 2;
  const mix = (p0, p1, p2, p3) => p0 * (1 - t) ** 3 + 3 * p1 * t * (1 - t) ** 2 + 3 * p2 * t * t * (1 - t) + p3 * t ** 3;
  return { x: mix(x0, middle, middle, x1), y: mix(a.y, a.y, b.y, b.y) };
};

test("the nearest edge is found along the very curve that is drawn", () => {
  const folds = [2, 5, 1].map((count) => fold(units(count), count, 8));
  const { spots, size } = layout(700, folds, 10, 10);
  for (const [gap, from, to] of [[0, 0, 4], [0, 1, 0], [1, 3, 0]]) {
    for (const t of [0.31, 0.44, 0.62]) {
      const on = curve(spots[gap][from], spots[gap + 1][to], size, t);
      assert.ok(Math.abs(when(spots[gap][from].x + size / 2, spots[gap + 1][to].x - size / 2, on.x) - t) < 1e-4);
      assert.deepEqual(nearestEdge(spots, size, on, 0.01), { gap, from, to });
    }
  }
  const start = curve(spots[1][0], spots[2][0], size, 0.1);
  assert.deepEqual(nearestEdge(spots, size, { x: start.x, y: start.y - 5 }), { gap: 1, from: 0, to: 0 });
  assert.equal(nearestEdge(spots, size, { x: start.x, y: start.y - 7 }), null);
  assert.equal(nearestEdge(spots, size, { x: spots[1][0].x, y: 1 }), null, "a unit is no edge");
});

test("thickness follows |weight|, and no weight is invisible", () => {
  assert.equal(thickness(-2, 2), thickness(2, 2));
  assert.ok(thickness(1, 2) < thickness(2, 2));
  assert.equal(thickness(9, 2), thickness(2, 2));
  assert.ok(thickness(0, 0) > 0);
});

const data = {
  layers: [
    { name: "inputs", count: 6, units: [..."abcdef"].map((label) => ({ label })) },
    { name: "hidden", count: 1, units: [{ label: "", bias: -0.5, value: 0.25, dead: "", tip: "" }] },
  ],
};

test("a unit tells its largest terms in their order, and how many are left", () => {
  const weights = Float32Array.from([0.5, -2, 0.01, 1, -0.75, 0.02]);
  assert.equal(
    tipWords(data, 1, 0, weights),
    "hidden, unit 1 takes the sum 0.5 × a − 2 × b + 1 × d − 0.75 × e + … (2 more terms) − 0.5 (bias). Its value is 0.25.",
  );
  assert.equal(tipWords(data, 0, 0, null), "a.");
  assert.equal(unitWords(data, 1, 0), "hidden, unit 1, value 0.25");
  assert.equal(edgeWords(data, 0, 1, 0, -2), "Weight −2 from b to hidden, unit 1.");
});
