import assert from "node:assert/strict";
import { test } from "node:test";
import { Pooled } from "../../assets/components/shared/pooled.js";
import { vectors } from "./vectors.js";

const near = (one, other) => Math.abs(one - other) <= 1e-4 * Math.max(1, Math.abs(other));

for (const data of vectors("poolings")) {
  const { n, k, s, p, m, kind, counted } = data;
  const name = `${kind}, window ${k}, stride ${s}, padding ${p}`;
  const cells = Array.from({ length: m * m }, (_, i) => [Math.floor(i / m), i % m]);

  test(`the moved picture is PyTorch's: ${name}`, () => {
    data.moves.forEach(([right, down], at) => {
      const pooled = new Pooled(data, right, down);
      assert.equal(pooled.at, at);
      data.pictures[at].forEach((pixel, i) =>
        assert.equal(pooled.pixel(Math.floor(i / n), i % n), pixel));
    });
  });

  test(`the numbers of a window give PyTorch's output: ${name}`, () => {
    for (const [right, down] of data.moves) {
      const pooled = new Pooled(data, right, down);
      for (const [r, c] of cells) {
        const all = pooled.window(r, c).flat();
        const inside = all.filter((value) => value !== null);
        const sum = inside.reduce((a, b) => a + b, 0);
        const squares = inside.reduce((a, b) => a + b * b, 0);
        const value = {
          max: Math.max(...inside),
          average: sum / (counted ? all.length : inside.length),
          l2: Math.sqrt(squares),
        }[kind];
        assert.ok(near(value, pooled.output(r, c)), `${value} is not ${pooled.output(r, c)}`);
      }
    }
  });

  test(`the winner lies in its window and has its number: ${name}`, () => {
    for (const [right, down] of data.moves) {
      const pooled = new Pooled(data, right, down);
      for (const [r, c] of cells) {
        const place = pooled.winner(r, c);
        if (kind !== "max") {
          assert.equal(place, -1);
          continue;
        }
        const [y, x] = [Math.floor(place / n), place % n];
        assert.equal(pooled.pixel(y, x), pooled.output(r, c));
        assert.ok(pooled.reached(y).includes(r) && pooled.reached(x).includes(c));
      }
    }
  });

  test(`the formula in words comes to the number: ${name}`, () => {
    const pooled = new Pooled(data, 1, -2);
    for (const [r, c] of cells) {
      const { words, value } = pooled.written(r, c);
      assert.ok(/[=≈]$/.test(words));
      assert.ok(near(Number(value.replace("−", "-")), Number(pooled.output(r, c).toFixed(3))));
    }
  });
}
