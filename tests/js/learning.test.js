// The pictures of a run as the browser reads them, against what PyTorch told.
import assert from "node:assert/strict";
import { test } from "node:test";
import { finding } from "../../assets/components/lab/learning/matrix.js";
import { Shots } from "../../assets/components/lab/learning/shots.js";
import { vectors } from "./vectors.js";

const run = vectors("pictures");

/** @param {number} at @param {string} name */
const last = (at, name) => run.slice(0, at + 1).reverse().map(({ arrays }) => arrays[name]).find(Boolean);

test("each picture shows its own reading, and the latest table and weights up to it", () => {
  const shots = new Shots();
  shots.take(run.map(({ told }) => told));
  assert.equal(shots.count, run.length);
  run.forEach(({ told, arrays }, at) => {
    const seen = shots.at(at);
    assert.equal(seen.step, told[0]);
    assert.deepEqual([...seen.guess], arrays.guess);
    assert.deepEqual([...seen.sure], arrays.sure);
    assert.deepEqual([...seen.table.counts], last(at, "confusion"));
    assert.deepEqual([...seen.filters.weights.values], last(at, "filters"));
    assert.equal(shots.upTo(told[0]), at);
    assert.equal(shots.upTo(told[0] + 0.5), at);
  });
  assert.equal(shots.upTo(-5), 0);
});

test("a picture of another version shows nothing, and does no harm", () => {
  const shots = new Shots();
  shots.take([[0, []], "?", [1, [["guess", [2], "AAA="]]], run[0].told]);
  assert.deepEqual([0, 1, 2].map((at) => shots.at(at)), [null, null, null]);
  assert.equal(shots.at(3).step, 0);
  assert.deepEqual(shots.labels.slice(0, 2), ["step 0", ""]);
});

test("a new list of pictures is read anew", () => {
  const shots = new Shots(), told = run.map((one) => one.told);
  shots.take(told.slice(0, 2));
  assert.equal(shots.at(1).step, told[1][0]);
  shots.take(told.slice(1));
  assert.equal(shots.at(0).step, told[1][0]);
});

test("the finding names the commonest mistake", () => {
  const table = (counts) => ({ step: 1234, counts, size: 2 });
  assert.equal(finding(table([3, 0, 0, 2]), ["a", "b"]), "After 1,234 steps, 5 of 5 unseen images are right.");
  assert.match(finding(table([3, 1, 2, 2]), ["a", "b"]), /5 of 8 .* Most often it reads b as a: 2 times\.$/);
  assert.match(finding(table([3, 1, 0, 2]), ["a", "b"]), /For example, it reads a as b once\.$/);
});
