// Charts in words: the tip, the sentence, the legend.
import assert from "node:assert/strict";
import { test } from "node:test";
import { entries } from "../../assets/components/views/chart/legend.js";
import { readings, sentence, spoken } from "../../assets/components/views/chart/readings.js";
import { sound } from "../../assets/components/views/chart/sound.js";

const run = (name, place, more = {}) => ({
  name, place, lines: [
    { name: "training", kind: "thin", points: [[1, 2], [2, 1.5], [3, 1]] },
    { name: "validation", kind: "thick", marks: true, points: [[3, 1.25]] },
  ], ...more,
});
const chart = (...curves) => sound({ title: "Loss", curves });

test("one run needs no name beside its values", () => {
  const { x, head, rows } = readings(chart(run("1: a net", 0)), 2.2);
  assert.deepEqual([x, head], [2, "step 2"]);
  assert.deepEqual(rows.map(({ words }) => words), ["training 1.5000", "validation 1.2500 (step 3)"]);
});

test("of several runs each value has its run's name", () => {
  const read = readings(chart(run("1: a net", 0), run("2: another", 1)), 99);
  assert.equal(spoken(read), "step 3: 1, training 1.0000, 1, validation 1.2500, 2, training 1.0000, 2, validation 1.2500.");
});

test("a name that all lines share is left out", () => {
  const lines = [{ name: "training", points: [[1, 2]] }];
  const read = readings(chart({ name: "quick", place: 0, lines }, { name: "slow: a tenth", place: 1, lines }), 1);
  assert.deepEqual(read.rows.map(({ words }) => words), ["quick 2.0000", "slow 2.0000"]);
});

test("of many values the closest are told, or the first", () => {
  const many = chart(...Array.from({ length: 30 }, (_, i) => ({ name: `run ${i}`, place: i, lines: [{ name: "", points: [[1, i]] }] })));
  const first = readings(many, 1);
  assert.deepEqual([first.rows.length, first.more, first.rows[0].y], [8, 22, 0]);
  const close = readings(many, 1, (value) => Math.abs(value - 20.1));
  assert.deepEqual(close.rows.map(({ y }) => y), [17, 18, 19, 20, 21, 22, 23, 24].filter((y) => close.rows.some((row) => row.y === y)));
  assert.ok(close.rows.every(({ y }) => Math.abs(y - 20) <= 4));
});

test("faint curves are not told", () => {
  assert.equal(readings(chart(run("seed", 0, { role: "faint" })), 1), null);
  assert.equal(readings(chart(), 1), null);
});

test("a band tells its edges, where it has a point", () => {
  const band = { name: "spread", points: [[2, 1, 1.75]] };
  const words = (at) => readings(chart(run("a", 0, { band })), at).rows.map((row) => row.words);
  assert.ok(words(2).includes("spread 1.0000 to 1.7500"));
  assert.ok(!words(1).some((one) => one.startsWith("spread")));
});

test("the sentence tells the last values of main runs", () => {
  const words = sentence(chart(run("1: a net", 0, { broke: 4 }), run("2", 1, { role: "beside" })));
  assert.equal(words, "Loss of 1: a net: training 1.000 at step 3, validation 1.250 at step 3. It broke at step 4.");
  assert.equal(sentence(chart()), "Loss against the step: no points yet.");
  const many = sentence(chart(...Array.from({ length: 30 }, (_, i) => run(`${i}`, i))));
  assert.match(many, /And 22 more curves\.$/);
});

test("the legend of one run shows its lines in its colour", () => {
  const [training, validation] = entries(chart(run("1: a net", 3)));
  assert.deepEqual([training.text, training.mark, validation.text, validation.mark], ["training", null, "validation", 3]);
  assert.equal(training.colour, "#D55E00");
});

test("the legend of several runs shows kinds of lines, then runs with their marks", () => {
  const all = entries(chart(run("1: a net", 0), run("2: another", 1)));
  assert.deepEqual(all.map(({ text, mark }) => [text, mark]), [["training", null], ["validation", null], ["1", 0], ["2", 1]]);
});

test("faint curves share one entry", () => {
  const seed = (i) => ({ name: `seed ${i}`, place: 0, role: "faint", lines: [{ name: "one seed", points: [[1, i]] }] });
  const mean = { name: "mean", place: 0, lines: [{ name: "mean", kind: "smooth", points: [[1, 1]] }] };
  assert.deepEqual(entries(chart(seed(1), seed(2), mean)).map(({ text }) => text), ["mean", "one seed"]);
});
