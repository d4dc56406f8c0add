import assert from "node:assert/strict";
import { test } from "node:test";
import { outside, placed } from "../../assets/components/views/tip/place.js";
import { sentence } from "../../assets/components/views/tip/sentence.js";

const ROOM = { width: 400, height: 300 };
const box = (left, top, width = 40, height = 20) => ({ left, top, right: left + width, bottom: top + height });

test("a bubble stands above the middle of its term", () => {
  assert.deepEqual(placed(box(180, 200), { width: 100, height: 60 }, ROOM), { left: 150, top: 132 });
});

test("without room above it stands below", () => {
  assert.equal(placed(box(180, 30), { width: 100, height: 60 }, ROOM).top, 58);
});

test("it is shifted into the window from every place, on the smallest phone too", () => {
  const small = { width: 320, height: 480 };
  for (const room of [ROOM, small])
    for (let left = -20; left < room.width; left += 7)
      for (let top = -10; top < room.height; top += 7)
        for (const size of [{ width: 90, height: 40 }, { width: 304, height: 200 }]) {
          const at = placed(box(left, top), size, room);
          assert.ok(at.left >= 8 && at.left + size.width <= room.width - 8, JSON.stringify([left, top, at]));
          assert.ok(at.top >= 8 && at.top + size.height <= room.height - 8, JSON.stringify([left, top, at]));
        }
});

test("a bubble that is larger than the window begins at its edge", () => {
  assert.deepEqual(placed(box(10, 10), { width: 500, height: 500 }, ROOM), { left: 8, top: 8 });
});

test("a term that was scrolled away is outside", () => {
  assert.ok(outside(box(10, -30), ROOM));
  assert.ok(!outside(box(10, -10), ROOM));
});

const piece = (kind, text = "", ...parts) => ({ kind, text, role: "", parts });
const num = (text) => piece("num", text);
const name = (text) => piece("name", text);
const op = (text) => piece("op", text);
const row = (...parts) => piece("row", "", ...parts);

test("a formula is read from left to right", () => {
  const sub = piece("sub", "", name("w"), num("1"));
  assert.equal(sentence(row(name("z"), op("="), sub, op("·"), num("−0.5"))), "z equals w 1 times minus 0.5");
  assert.equal(sentence(piece("sup", "", name("x"), num("2"))), "x squared");
  assert.equal(sentence(piece("sup", "", num("10"), num("−5"))), "10 to the power of minus 5");
});

test("long tops, bottoms and brackets have ends that can be heard", () => {
  const sum = row(name("a"), op("+"), name("b"));
  assert.equal(sentence(piece("frac", "", num("1"), num("2"))), "1 over 2");
  assert.equal(sentence(piece("frac", "", num("1"), sum)), "1 over, all of a plus b");
  assert.equal(
    sentence(row(num("2"), op("·"), piece("fence", "()", sum))),
    "2 times open bracket, a plus b, close bracket",
  );
  assert.equal(sentence(row(name("exp"), piece("fence", "()", name("z")))), "exp of z");
});

test("a sum says its range", () => {
  assert.equal(sentence(piece("sum", "", name("x"))), "the sum, of x");
  assert.equal(sentence(piece("sum", "", name("x"), name("j"))), "the sum, over j, of x");
  const from = row(name("j"), op("="), num("1"));
  assert.equal(sentence(piece("sum", "", name("x"), from, num("3"))), "the sum, from j equals 1 to 3, of x");
});

test("what is unknown or incomplete does no harm", () => {
  assert.equal(sentence({ kind: "later", text: "word" }), "word");
  assert.equal(sentence({ kind: "frac", text: "", parts: [] }), "over");
});
