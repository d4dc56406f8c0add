import assert from "node:assert/strict";
import { test } from "node:test";
import {
  bytes,
  cloned,
  details,
  newLayer,
  parseText,
  toText,
} from "../../assets/components/cnn/builder/model.js";
import { vectors } from "./vectors.js";

const { kinds: list, texts } = vectors("networks");
const kinds = new Map(list.map((kind) => [kind.word, kind]));

for (const text of texts) {
  test(`a network comes back as its text: ${text.slice(0, 40)}`, () => {
    assert.equal(toText(parseText(text, kinds), kinds), text);
  });
}

test("no layers have a word of their own", () => {
  assert.deepEqual(parseText("none", kinds), []);
  assert.equal(toText([], kinds), "none");
});

for (const kind of list) {
  test(`a new layer, and one with the largest values, keep their values: ${kind.word}`, () => {
    const usual = newLayer(kind);
    assert.deepEqual(parseText(toText([usual], kinds), kinds)[0].values, usual.values);
    const most = newLayer(kind);
    for (const one of kind.options) most.values[one.letter] = one.high;
    assert.deepEqual(parseText(toText([most], kinds), kinds)[0].values, most.values);
    assert.equal(typeof details(most, kind), "string");
  });
}

test("a copy does not share its values", () => {
  const layer = newLayer(kinds.get("conv"));
  const copy = cloned(layer);
  copy.values[""] = 99;
  assert.notEqual(layer.values[""], 99);
});

test("sizes are written in their unit", () => {
  assert.deepEqual([999, 1500, 2_500_000].map(bytes), ["999 B", "1.5 kB", "2.5 MB"]);
});
