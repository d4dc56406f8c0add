import assert from "node:assert/strict";
import { test } from "node:test";
import { copy, MAX_POINTS, MAX_STROKES, Strokes } from "../../assets/components/draw/draw_pad/strokes.js";

function line(strokes, points, always = false) {
  assert.ok(strokes.begin(points[0]));
  const kept = points.slice(1).map((point) => strokes.extend(point, always));
  strokes.end();
  return kept;
}

test("points are rounded, inside the pad, and not too near", () => {
  const strokes = new Strokes();
  const kept = line(strokes, [[-5, 10.04], [1, 10], [2, 10], [300, 10]]);
  assert.deepEqual(kept, [false, true, true]);
  assert.deepEqual(strokes.all, [[[0, 10], [2, 10], [280, 10]]]);
});

test("the last point is kept however near, but not twice", () => {
  const strokes = new Strokes();
  assert.deepEqual(line(strokes, [[10, 10], [10.5, 10], [10.5, 10]], true), [true, false]);
});

test("there is a limit of strokes, which does not cut the one that is being drawn", () => {
  const strokes = new Strokes();
  for (let i = 1; i < MAX_STROKES; i++) line(strokes, [[i, 1]]);
  assert.ok(!strokes.full);
  strokes.begin([1, 1]);
  assert.ok(!strokes.full);
  assert.ok(strokes.extend([9, 9], false));
  strokes.end();
  assert.ok(strokes.full);
  assert.equal(strokes.begin([2, 2]), false);
  assert.equal(strokes.all.length, MAX_STROKES);
  strokes.undo();
  assert.ok(strokes.begin([2, 2]));
});

test("there is a limit of points, which cuts", () => {
  const strokes = new Strokes();
  strokes.begin([0, 0]);
  for (let i = 1; i < MAX_POINTS; i++) assert.ok(strokes.extend([i % 2 ? 100 : 0, 0], false));
  assert.ok(!strokes.room);
  assert.equal(strokes.extend([50, 50], true), false);
  strokes.end();
  assert.ok(strokes.full);
});

test("a dot is not yet read, a line and a second stroke are", () => {
  const strokes = new Strokes();
  strokes.begin([0, 0]);
  strokes.extend([39, 0], false);
  assert.ok(!strokes.readable);
  strokes.extend([41, 0], false);
  assert.ok(strokes.readable);
  strokes.end();
  strokes.begin([5, 5]);
  assert.ok(strokes.readable);
});

test("undo takes the last stroke back, and then the one before", () => {
  const strokes = new Strokes();
  for (const x of [1, 2]) line(strokes, [[x, 1]]);
  strokes.undo();
  assert.deepEqual(strokes.all, [[[1, 1]]]);
  strokes.undo();
  strokes.undo();
  assert.deepEqual(strokes.all, []);
});

test("undo takes a clear back, also one of an empty pad, but not after a new stroke", () => {
  const strokes = new Strokes();
  line(strokes, [[1, 1]]);
  strokes.clear();
  strokes.clear();
  strokes.undo();
  assert.deepEqual(strokes.all, [[[1, 1]]]);
  strokes.clear();
  line(strokes, [[2, 2]]);
  strokes.undo();
  assert.deepEqual(strokes.all, []);
});

test("a pad is fresh until something is drawn or cleared", () => {
  const strokes = new Strokes();
  strokes.replace([[[1, 1]]], true);
  assert.ok(strokes.fresh);
  strokes.clear();
  assert.ok(!strokes.fresh);
});

test("a copy stays as it is", () => {
  const strokes = new Strokes();
  strokes.begin([1, 1]);
  const copied = copy(strokes.all);
  strokes.extend([9, 9], false);
  assert.deepEqual(copied, [[[1, 1]]]);
});
