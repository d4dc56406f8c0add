import assert from "node:assert/strict";
import { test } from "node:test";
import { contours } from "../../assets/components/views/field/contours.js";
import { decimals, floats, short, ticks } from "../../assets/components/shared/numbers.js";
import { fill, range, share } from "../../assets/components/shared/values.js";
import { Plane } from "../../assets/components/views/field/plane.js";
import { vectors } from "./vectors.js";

const grid = (width, height, value) =>
  Float32Array.from({ length: width * height }, (_, i) => value(i % width, Math.floor(i / width)));

test("a slope has one straight line, from rim to rim", () => {
  const lines = contours(grid(5, 4, (x) => x), 5, 4, 1.25);
  assert.equal(lines.length, 1);
  for (const [x] of lines[0]) assert.ok(Math.abs(x - 1.25) < 1e-6);
  const ys = lines[0].map(([, y]) => y).sort((a, b) => a - b);
  assert.deepEqual([ys[0], ys.at(-1)], [-0.5, 3.5]);
});

test("a hill has a closed line around it, of the right radius", () => {
  const [line, ...more] = contours(grid(41, 41, (x, y) => Math.hypot(x - 20, y - 20)), 41, 41, 12);
  assert.equal(more.length, 0);
  assert.deepEqual(line[0], line.at(-1));
  for (const [x, y] of line) assert.ok(Math.abs(Math.hypot(x - 20, y - 20) - 12) < 0.03);
});

test("all points of a line have the level, by linear interpolation, in any grid", () => {
  for (const { values, width, height, levels } of vectors("levels")) {
    const at = (x, y) => values[Math.max(0, Math.min(height - 1, y)) * width + Math.max(0, Math.min(width - 1, x))];
    for (const level of levels) {
      let count = 0;
      for (const line of contours(values, width, height, level)) {
        for (const [x, y] of line) {
          const [left, low] = [Math.floor(x), Math.floor(y)];
          const [right, up] = [x - left, y - low];
          const row = (v) => at(left, v) * (1 - right) + at(left + 1, v) * right;
          const value = row(low) * (1 - up) + row(low + 1) * up;
          assert.ok(Math.abs(value - level) < 1e-4, `${value} is not ${level}`);
          count += 1;
        }
        const closed = line[0] === line.at(-1);
        for (const [x, y] of closed ? [] : [line[0], line.at(-1)])
          assert.ok([-0.5, width - 0.5].includes(x) || [-0.5, height - 0.5].includes(y), "a line ends inside");
      }
      assert.ok(count > 0);
    }
  }
});

test("a saddle is cut by its mean, and no value leaves a gap", () => {
  const saddle = Float32Array.from([1, -1, -1, 1]);
  assert.equal(contours(saddle, 2, 2, 0).length, 2);
  const hole = grid(6, 6, (x, y) => (x === 3 && y === 3 ? NaN : x));
  assert.ok(contours(hole, 6, 6, 3.5).length >= 2);
  assert.deepEqual(contours(hole, 6, 6, 99), []);
  assert.deepEqual(contours(new Float32Array(9), 3, 3, 0), []);
});

test("the ends of a scale", () => {
  assert.deepEqual(range("signed", [-1, 3], null, null), { kind: "signed", low: -3, high: 3 });
  assert.deepEqual(range("unsigned", [2, NaN, 5, Infinity], null, null), { kind: "unsigned", low: 2, high: 5 });
  assert.deepEqual(range("log", [0, 0.1, 10], null, null), { kind: "log", low: 0.1, high: 10 });
  for (const kind of ["signed", "unsigned", "log"]) {
    const empty = range(kind, [], null, null);
    assert.ok(empty.high > empty.low);
    const flat = range(kind, [0, 0], null, null);
    assert.ok(flat.high > flat.low);
  }
  const log = share({ kind: "log", low: 0.1, high: 10 });
  assert.deepEqual([log(0.1), log(1).toFixed(6), log(10), log(-1)], [0, "0.500000", 1, 0]);
});

test("row 0 is painted at the bottom, and what is no number is grey", () => {
  const pixels = new Uint32Array(4);
  fill(pixels, [-1, 1, 0, NaN], 2, 2, { kind: "signed", low: -1, high: 1 });
  assert.deepEqual([...pixels], [0xfff6f7f7, 0xff808080, 0xffac6621, 0xff0658b3]);
  fill(pixels, [-9, 9, -Infinity, Infinity], 2, 2, { kind: "signed", low: -1, high: 1 });
  assert.deepEqual([...pixels], [0xffac6621, 0xff0658b3, 0xffac6621, 0xff0658b3]);
});

test("numbers arrive as they were packed, or not at all", () => {
  const sent = vectors("packed_numbers");
  const found = floats(sent.text, sent.words.length);
  assert.deepEqual([...found].map(short), sent.words);
  assert.equal(floats(sent.text, sent.words.length + 1), null);
  assert.equal(floats("%", 3), null);
  assert.equal(floats("", 0), null);
});

test("ticks are round and lie inside", () => {
  assert.deepEqual(ticks(-6, 6), [-6, -4, -2, 0, 2, 4, 6]);
  assert.deepEqual(ticks(0, 1, 5).map((one) => one.toFixed(1)), ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"]);
  assert.deepEqual(ticks(3, 3), []);
  assert.deepEqual(ticks(0, Infinity), []);
  assert.deepEqual([decimals(0.2), decimals(2), decimals(0.05)], [1, 0, 2]);
});

test("a plane leads there and back, and knows the nearest point", () => {
  const plane = new Plane([{ label: "x", low: -2, high: 6 }, { label: "y", low: 0, high: 1 }], 8, 4, 2);
  assert.deepEqual(plane.at(plane.across(1), plane.down(0.25)), [1, 0.25]);
  assert.deepEqual(plane.middle(0, 0), [-1.5, 0.125]);
  const points = [{ x: 0, y: 1 }, { x: 2, y: 0.1 }];
  assert.equal(plane.nearest(points, 0, 0.3), points[1]);
  assert.equal(plane.nearest([], 0, 0), undefined);
});
