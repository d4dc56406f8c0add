// The path on Home: rows without holes, ticks that nobody can break, and where to go from here.
import assert from "node:assert/strict";
import { test } from "node:test";
import { isDone, next, read } from "../../assets/components/home/course/progress.js";
import { spans } from "../../assets/components/home/course/spans.js";
import { written } from "../../assets/components/draw/draw_pad/rehearsal.js";

const URLS = ["one", "two", "three"];
const entry = (done, steps, at) => ({ done, steps, at });

test("every row of lessons is four columns wide, and the wide ones come first", () => {
  for (let count = 2; count <= 30; count++) {
    const rooms = spans(count);
    assert.equal(rooms.length, count);
    let wide = 0;
    rooms.forEach(({ span, first, last }, i) => {
      if (first) wide = 0;
      wide += span;
      if (last) assert.equal(wide, 4, `${count} lessons, row to ${i}`);
      if (!first) assert.ok(span <= rooms[i - 1].span);
    });
  }
  assert.deepEqual(spans(5).map(({ span }) => span), [2, 1, 1, 2, 2]);
  assert.deepEqual(spans(7).map(({ span }) => span), [1, 1, 1, 1, 2, 1, 1]);
  assert.deepEqual(spans(1), [{ span: 2, first: true, last: true }]);
  assert.deepEqual(spans(0), []);
});

test("sound entries are read, and only those of known lessons", () => {
  const text = JSON.stringify({ one: entry(2, 5, "2026-11-28T06:00:00Z"), two: entry(9, 3, "never"), other: entry(1, 1, "") });
  const found = read(text, URLS);
  assert.deepEqual([...found.keys()], ["one", "two"]);
  assert.deepEqual(found.get("one"), { done: 2, steps: 5, at: Date.UTC(2026, 10, 28, 6) });
  assert.deepEqual(found.get("two"), { done: 3, steps: 3, at: 0 });
  assert.ok(isDone(found.get("two")) && !isDone(found.get("one")) && !isDone(undefined));
});

test("anything else does no harm", () => {
  const bad = [null, "", "{", "[]", "null", "7", '"one"', '{"one":null}', '{"one":7}', '{"one":{}}', '{"one":[1,1]}',
    '{"one":{"done":-1,"steps":1}}', '{"one":{"done":1,"steps":0}}', '{"one":{"done":1.5,"steps":2}}',
    '{"one":{"done":"1","steps":"1"}}', '{"one":{"done":1e9,"steps":1e9}}', '{"__proto__":{"one":{"done":1,"steps":1}}}',
    `{"one":{"done":1,"steps":1},"x":"${"y".repeat(100_000)}"}`];
  for (const text of bad) assert.equal(read(text, URLS).size, 0, String(text).slice(0, 60));
  assert.equal(read('{"constructor":{"done":1,"steps":1}}', ["constructor", "toString"]).size, 1);
});

test("the way leads to the first lesson, to the one begun last, to the next, and round again", () => {
  const at = (entries) => next(URLS, read(JSON.stringify(entries), URLS));
  assert.deepEqual(at({}), { url: "one", words: "Start here" });
  const begun = { one: entry(1, 4, "2026-01-01"), two: entry(0, 4, "2026-01-03"), three: entry(4, 4, "2026-01-04") };
  assert.deepEqual(at(begun), { url: "two", words: "Continue" });
  assert.deepEqual(at({ two: entry(4, 4, "2026-01-03") }), { url: "three", words: "Next" });
  assert.deepEqual(at({ three: entry(4, 4, "2026-01-03") }), { url: "one", words: "Next" });
  const all = Object.fromEntries(URLS.map((url) => [url, entry(1, 1, "2026-01-01")]));
  assert.deepEqual(at(all), { url: "one", words: "All done. Look again" });
});

test("a share of the example's points is written in order, as Python counts it", () => {
  const strokes = [3, 7].map((count) => Array.from({ length: count }, (_, i) => [i, 0]));
  const lengths = (share) => written(strokes, share).map((stroke) => stroke.length);
  assert.deepEqual([0, 0.1, 0.5, 0.6, 1].map(lengths), [[], [1], [3, 2], [3, 3], [3, 7]]);
});
