import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { controlsRule } from "../../assets/components/ui/rail/inline.js";
import { note, read } from "../../assets/components/ui/rail/progress.js";

const store = new Map();
globalThis.localStorage = {
  getItem: (name) => store.get(name) ?? null,
  setItem: (name, value) => store.set(name, value),
};

beforeEach(() => store.clear());

test("done steps are kept, added up and counted", () => {
  assert.deepEqual(note("pooling", [2], 4), [2]);
  assert.deepEqual(note("pooling", [0], 4), [0, 2]);
  assert.deepEqual(read("pooling"), [0, 2]);
  const { done, steps } = JSON.parse(store.get("dl101_done")).pooling;
  assert.deepEqual([done, steps], [2, 4]);
});

test("a page counts as visited before its first step is done", () => {
  note("colour", [], 3);
  assert.equal(JSON.parse(store.get("dl101_done")).colour.done, 0);
});

test("a story that became shorter forgets the steps it has no more", () => {
  note("pooling", [1, 6], 7);
  assert.deepEqual(note("pooling", [], 3), [1]);
});

for (const [what, kept] of Object.entries({
  nothing: "", "no JSON": "{", "a list": "[1]", "a number": "7", null: "null",
  "a page that is a number": '{"pooling": 3}', "a list of words": '{"pooling": {"list": ["<b>", -1, 1e9, 1.5]}}',
})) {
  test(`${what} in the storage does no harm`, () => {
    store.set("dl101_done", kept);
    assert.deepEqual(read("pooling"), []);
    assert.deepEqual(note("pooling", [1], 4), [1]);
  });
}

test("a storage that is full or forbidden only loses the ticks", () => {
  const { setItem } = globalThis.localStorage;
  globalThis.localStorage.setItem = () => { throw new Error("full"); };
  assert.deepEqual(note("pooling", [1], 4), [1]);
  globalThis.localStorage.setItem = setItem;
});

test("the rule names the controls of the step, by page and alone", () => {
  const rule = controlsRule("pooling", ["kind", "start"]);
  for (const name of [".st-key-pooling-kind", ".st-key-start"]) assert.ok(rule.includes(name));
});

test("without controls all are hidden but alerts, and odd names are left out", () => {
  const rule = controlsRule("pooling", ["} body { display: none", "A B"]);
  assert.equal(rule, controlsRule("pooling", []));
  assert.ok(rule.includes("stAlert"));
  assert.equal(rule.match(/\{/g).length, 1);
});
