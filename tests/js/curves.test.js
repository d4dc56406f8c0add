// What the lab feeds its two charts with.
import assert from "node:assert/strict";
import { test } from "node:test";
import { picture, smooth } from "../../assets/components/lab/lab_curves/picture.js";
import { appendShots, liveIn, merge, onShow, seenOf, showShots } from "../../assets/components/lab/lab_curves/runs.js";
import { frameOf } from "../../assets/components/views/chart/frame.js";
import { reachOf, scaleOf } from "../../assets/components/views/chart/scale.js";
import { sound } from "../../assets/components/views/chart/sound.js";

const curve = (losses, more = {}) => ({
  id: "a", name: "1: a net", place: 0, total: 300, broke: null, gap: null, val: [], rates: [],
  train: losses.map((loss, step) => [step, loss, 0.1 * step]), ...more,
});
const chart = (what, curves, runs = ["a"]) => sound(picture(what, curves, runs, 10));
const scale = (one) => scaleOf(one, reachOf(one));

test("an accuracy goes from nothing to one in fifths, whatever the losses do", () => {
  for (const losses of [[2], [2, 5000], [2, null]]) {
    const { powers, ticks, share } = scale(chart("Accuracy", [curve(losses)]));
    assert.ok(!powers);
    assert.deepEqual(ticks.map(([, words]) => words), ["0", "0.2", "0.4", "0.6", "0.8", "1"]);
    assert.equal(share(0.5), 0.5);
  }
});

test("a tame loss has even steps, one that explodes or breaks has powers of ten", () => {
  assert.ok(!scale(chart("Loss", [curve([2.3, 1.1, 9.9])])).powers);
  for (const one of [curve([2, 10.1]), curve([2, null]), curve([2], { broke: 3 })]) {
    assert.ok(scale(chart("Loss", [one])).powers);
  }
});

test("a run that broke early still fills its chart", () => {
  const total = (...curves) => frameOf(chart("Loss", curves), 400, 232).total;
  assert.equal(total(curve([2], { broke: 2 })), 8);
  assert.equal(total(curve([2], { broke: 30 })), 60);
  assert.equal(total(curve([2], { broke: 30 }), curve([2])), 300);
  assert.equal(total(), 100);
});

test("each chart takes its value of a point, and its gap", () => {
  const gap = { Loss: [0.31, 0.92], Accuracy: [0.981, 0.874] };
  const one = curve([2.3, 1.1], { gap, val: [[1, 1.2, 0.4]], rates: [[1, 0.00030000001]] });
  const [loss, accuracy] = ["Loss", "Accuracy"].map((what) => chart(what, [one]).curves[0]);
  assert.deepEqual(loss.lines.map(({ points }) => points), [[[0, 2.3], [1, 1.1]], [[1, 1.2]]]);
  assert.deepEqual(accuracy.lines.map(({ points }) => points), [[[0, 0], [1, 0.1]], [[1, 0.4]]]);
  assert.deepEqual([loss.bracket.words, accuracy.bracket.words], ["0.61", "10.7"]);
  assert.deepEqual(loss.marks, [{ x: 1, words: "lr 0.0003" }]);
});

test("a run beside the ones on show is drawn, and not told", () => {
  const roles = chart("Loss", [curve([1], { id: "b" }), curve([1])]).curves.map(({ role }) => role);
  assert.deepEqual(roles, ["beside", "main"]);
});

test("answers are merged; a run keeps its points", () => {
  const news = { id: "m", name: "1", place: 2, total: 9, val: [], rates: [] };
  const first = merge({ ...news, from: [0, 0, 0], train: [[1, 2, 0.1], [2, 1, 0.2]] }, [0, 0, 0]);
  assert.deepEqual(seenOf("m"), [2, 0, 0]);
  const second = merge({ ...news, broke: 3, from: [2, 0, 0], train: [[3, null, 0.1]] }, [2, 0, 0]);
  assert.equal(first, second);
  assert.deepEqual([second.train.length, second.broke, second.gap], [3, 3, null]);
  assert.deepEqual(seenOf("never seen"), [0, 0, 0]);
});

test("the main run's stream is asked for first", () => {
  const feed = { n: 1, again: 0, curves: [], run: "b", beside: ["a"], live: [["a", "running"], ["b", "queued"]] };
  assert.deepEqual(liveIn(feed), ["b", "a"]);
  assert.deepEqual(onShow(feed), ["a", "b"]);
  assert.deepEqual(liveIn({ n: 1, again: 0, curves: [] }), []);
});

test("pictures are asked for of one run only, and come once", () => {
  const news = { name: "1", place: 0, total: 9, val: [], rates: [], train: [] };
  const curve = merge({ ...news, id: "p", from: [0, 0, 0, 0], snapshots: [[0, []], [4, []]] }, [0, 0, 0]);
  merge({ ...news, id: "q", from: [0, 0, 0] }, [0, 0, 0]);
  showShots("p");
  assert.deepEqual(seenOf("p"), [0, 0, 0, 2]);
  assert.deepEqual(seenOf("q"), [0, 0, 0]);
  appendShots(curve, { from: [0, 0, 0, 1], snapshots: [[4, []], [8, []]] });
  assert.deepEqual(curve.shots.map(([step]) => step), [0, 4, 8]);
  appendShots(curve, { from: [0, 0, 0, 5], snapshots: [[99, []]] }); // a gap
  appendShots(curve, { from: [0, 0, 0] });
  assert.equal(curve.shots.length, 3);
  showShots(null);
  assert.deepEqual(seenOf("p"), [0, 0, 0]);
});

test("a long line is drawn smoothed over the raw one; the log scale is the learner's choice", () => {
  const losses = Array.from({ length: 30 }, (_, i) => 2 + (i % 2));
  const kinds = chart("Loss", [curve(losses)]).curves[0].lines.map(({ kind }) => kind);
  assert.deepEqual(kinds, ["thin", "smooth", "thick"]);
  assert.equal(chart("Loss", [curve([1, 2])]).curves[0].lines.length, 2);
  const { points } = smooth([[1, 4], [2, null], [3, 2]]);
  assert.deepEqual(points.slice(0, 2), [[1, 4], [2, null]]);
  assert.ok(Math.abs(points[2][1] - (0.2 * 2 + 0.16 * 4) / 0.36) < 1e-12);
  assert.equal(picture("Loss", [], [], 10, { log: true, cursor: 7 }).scale, "log");
  assert.equal(picture("Accuracy", [], [], 10, { log: true, cursor: 7 }).cursor, 7);
});
