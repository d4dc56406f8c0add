// Scales, points and labels of charts.
import assert from "node:assert/strict";
import { test } from "node:test";
import { LABEL_HEIGHT, endOf, named, placed } from "../../assets/components/views/chart/frame.js";
import { mark } from "../../assets/components/views/chart/looks.js";
import { bandPath, linePath, nearest, neighbour, spaced } from "../../assets/components/views/chart/points.js";
import { count, nice, reachOf, scaleOf, short, valueWords, xWords } from "../../assets/components/views/chart/scale.js";
import { sound } from "../../assets/components/views/chart/sound.js";

const one = (points, more = {}) => ({ name: "run", place: 0, lines: [{ name: "training", points }], ...more });
const values = (...all) => one(all.map((value, i) => [i, value]));
const scaleFor = (chart) => { const whole = sound(chart); return scaleOf(whole, reachOf(whole)); };
const same = (value) => value;

test("even steps hold every value, from zero or below", () => {
  const up = scaleFor({ curves: [values(2.3, 1.1, 0.4)] });
  assert.ok(!up.powers && up.share(2.3) <= 1);
  assert.deepEqual(up.ticks[0], [0, "0"]);
  const both = scaleFor({ curves: [values(-3, 4)] });
  assert.deepEqual(both.ticks.map(([, words]) => words), ["−4", "−2", "0", "2", "4"]);
  assert.deepEqual([both.share(-4), both.share(4)], [0, 1]);
});

test("an empty chart has an axis, and so has one of a constant", () => {
  for (const curves of [[], [values()], [values(0, 0)], [values(5)]]) {
    const { ticks, share } = scaleFor({ curves });
    assert.ok(ticks.length >= 3 && ticks.every(([value]) => Number.isFinite(value)));
    assert.ok(Number.isFinite(share(1)));
  }
});

test("a fixed range stays, and percents are written as such", () => {
  const { ticks, share } = scaleFor({ low: 0, high: 1, scale: "linear", values: "percent", curves: [values(0.3, 7)] });
  assert.deepEqual(ticks.map(([, words]) => words), ["0 %", "20 %", "40 %", "60 %", "80 %", "100 %"]);
  assert.equal(share(0.5), 0.5);
});

test("levels and bands are held, too", () => {
  const band = { name: "spread", points: [[0, -1, 6]] };
  const { share } = scaleFor({ curves: [{ ...values(1), band }], levels: [{ y: 9, words: "" }] });
  assert.ok(share(-1) >= 0 && share(9) <= 1);
});

test("an explosion gets powers of ten", () => {
  for (const curves of [[values(2, 5000)], [values(2, null)], [{ ...values(2), broke: 3 }]]) {
    const { powers, share } = scaleFor({ curves });
    assert.ok(powers);
    const shares = [0.01, 1, 10, 100].map(share);
    assert.deepEqual([...shares].sort((a, b) => a - b), shares);
    assert.equal(share(0), 0);
  }
  assert.ok(!scaleFor({ curves: [values(2, 5000)], scale: "linear" }).powers);
  assert.ok(!scaleFor({ curves: [values(2, 50)], wild: 100 }).powers);
});

test("a chart may ask for powers of ten", () => {
  const { powers, ticks } = scaleFor({ curves: [values(0.002, 3)], scale: "log" });
  assert.ok(powers);
  assert.deepEqual(ticks.map(([, words]) => words), ["0.001", "0.01", "0.1", "1", "10"]);
  const wide = scaleFor({ curves: [values(1e-20, 3)], scale: "log" });
  assert.match(wide.ticks[0][1], /^≤ /);
  for (const curves of [[], [values(-1, 0)], [values(1)]]) {
    const { ticks: few, share } = scaleFor({ curves, scale: "log" });
    assert.ok(few.length >= 2 && Number.isFinite(share(1)));
  }
});

test("nice numbers are 1, 2 or 5 times a power of ten", () => {
  assert.deepEqual([0.9, 1, 1.3, 3, 7, 30].map(nice), [1, 1, 2, 5, 10, 50]);
});

test("numbers are short", () => {
  assert.equal(short(0.30000000000000004), "0.3");
  assert.deepEqual([0.12345, 1234.5, 12345678].map(count), ["0.123", "1,235", "1.2e+7"]);
  assert.deepEqual([1234, 0.25, -2].map(xWords), ["1,234", "0.25", "−2"]);
  assert.equal(valueWords(0.98765, "number", 4), "0.9877");
  assert.equal(valueWords(0.98765, "percent", 3), "98.8 %");
  assert.equal(valueWords(null, "percent", 3), "beyond all numbers");
});

test("five runs have five marks, then they begin again", () => {
  const marks = [0, 1, 2, 3, 4].map((place) => mark(place, 10, 10));
  assert.equal(new Set(marks).size, 5);
  assert.equal(mark(5, 10, 10), marks[0]);
});

test("of a pixel column its first, lowest, highest and last point are drawn, in order", () => {
  const points = [5, 9, 1, 4, 6, 3].map((value, i) => [i / 10, value]);
  assert.equal(linePath(points, same, same), "M0 5L0.1 9L0.2 1L0.5 3");
  const many = Array.from({ length: 5000 }, (_, i) => [i, Math.sin(i)]);
  const drawn = linePath(many, (at) => at / 50, same).match(/[ML]/g).length;
  assert.ok(drawn <= 4 * 100, drawn);
  assert.ok(drawn > 2 * 100, drawn);
});

test("a value that is not finite leaves a gap", () => {
  assert.equal(linePath([[0, 1], [1, null], [2, 3], [3, 4]], same, same), "M0 1M2 3L3 4");
  assert.equal(linePath([], same, same), "");
  assert.equal(linePath([[0, null]], same, same), "");
});

test("a band goes along its upper edge and back along the lower one", () => {
  assert.equal(bandPath([[0, 1, 2], [1, 3, 4]], same, same), "M0 2L1 4L1 3L0 1z");
  assert.equal(bandPath([[0, 1, 2], [0.5, 0, 4]], same, same), "M0 4L0 0z");
  assert.equal(bandPath([], same, same), "");
});

test("marks keep a distance, and the last point has one", () => {
  const points = Array.from({ length: 11 }, (_, i) => [i, i === 3 ? null : i]);
  assert.deepEqual(spaced(points, same, 4).map(([at]) => at), [0, 4, 8, 10]);
});

test("the nearest point is found, and the next one of any line", () => {
  const points = [[1, 0], [4, 0], [10, 0]];
  assert.deepEqual([-9, 2, 2.5, 2.6, 7, 99].map((at) => nearest(points, at)[0]), [1, 1, 1, 4, 4, 10]);
  assert.equal(nearest([], 3), null);
  const lines = [points, [[2, 0], [4, 0]], []];
  assert.deepEqual([1, 2, 4, 10].map((at) => neighbour(lines, at, 1)), [2, 4, 10, 10]);
  assert.deepEqual([10, 4, 2, 1].map((at) => neighbour(lines, at, -1)), [4, 2, 1, 1]);
  const all = Array.from({ length: 99 }, (_, i) => [i * i, 0]);
  for (const at of [0, 17, 400, 5000.5]) {
    const slow = all.reduce((best, point) => (Math.abs(point[0] - at) < Math.abs(best[0] - at) ? point : best));
    assert.equal(nearest(all, at), slow);
  }
});

test("labels do not overlap and stay above the bottom", () => {
  const ends = [50, 51, 52, 99].map((y, i) => ({ text: `${i}`, x: 0, y }));
  const heights = placed(ends, 100).map(({ y }) => y);
  heights.slice(1).forEach((y, i) => assert.ok(y - heights[i] >= LABEL_HEIGHT));
  assert.ok(heights.at(-1) <= 100);
});

test("only short names, and as many as there is room for, are labels", () => {
  const of = (...names) => sound({ curves: names.map((name) => one([[0, 1]], { name })) }).curves;
  assert.equal(named(of("1: a net", "2: another"), 200).length, 2);
  assert.equal(named(of("1: a net"), 200).length, 0, "one line needs none");
  assert.equal(named(of("1: a net", "a long name"), 200).length, 0);
  assert.equal(named(of(..."abcdefghijklmnop"), 200).length, 0);
  assert.deepEqual(endOf(of("a")[0]), [0, 1]);
  assert.equal(endOf(sound({ curves: [one([[0, null]])] }).curves[0]), null);
});

test("old and unsound data become a chart", () => {
  for (const data of [null, undefined, {}, { curves: 3 }, { curves: [null, 4, {}] }, { curves: [], levels: [{ y: "high" }] }]) {
    const { curves, levels, x_label: label } = sound(data);
    assert.deepEqual([curves, levels, label], [[], [], "step"]);
  }
  const { curves: [curve] } = sound({
    curves: [{ lines: [{ points: [[0, 1], [1, NaN], ["2", 3], 4, [5, null]] }, null], place: -4, band: { points: [[1, 2]] } }],
  });
  assert.deepEqual(curve.lines.map(({ points }) => points), [[[0, 1], [5, null]]]);
  assert.deepEqual([curve.place, curve.band, curve.broke], [0, null, null]);
});
