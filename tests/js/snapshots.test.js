import assert from "node:assert/strict";
import { test } from "node:test";
import { snapshot } from "../../assets/components/shared/snapshots.js";
import { vectors } from "./vectors.js";

const shots = vectors("snapshots");

test("a snapshot has the numbers that PyTorch had", () => {
  for (const { told, arrays } of shots) {
    const read = snapshot(told);
    assert.equal(read.step, told[0]);
    assert.deepEqual(Object.keys(read.arrays), arrays.map(([name]) => name));
    for (const [name, shape, values] of arrays) {
      assert.deepEqual(read.arrays[name].shape, shape);
      assert.deepEqual([...read.arrays[name].values], values);
    }
  }
});

test("what is no snapshot of this version is none", () => {
  const [step, arrays] = shots[0].told;
  const [name, shape, data] = arrays[0];
  const wrong = [
    null, 7, [], [step], ["1", arrays], [step, {}], [step, [null]], [step, [[name, shape]]],
    [step, [[name, [...shape, 2], data]]], [step, [[name, [-1], data]]], [step, [[name, shape, "%"]]],
    [step, [[3, shape, data]]],
  ];
  for (const one of wrong) assert.equal(snapshot(one), null);
});
