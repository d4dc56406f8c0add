import assert from "node:assert/strict";
import { test } from "node:test";
import { Messages } from "../../assets/components/draw/draw_pad/messages.js";
import { Strokes } from "../../assets/components/draw/draw_pad/strokes.js";
import { FakeClock } from "./fake_clock.js";

const CARD = { digit: 1, sure: "", widths: Array(10).fill(0), texts: Array(10).fill("") };
const answerTo = ({ seq }) => ({ seq, cards: [CARD], message: "", unsure: "", meaning: "", stamp: "" });
const settled = () => new Promise((done) => setImmediate(done));

// A pad whose route answers when the test says so; `told` is what the page's script got.
function pad({ networks = [], live = 0 } = {}) {
  const clock = new FakeClock();
  const made = { clock, told: [], asked: [], overdue: [], read: [], remembered: [], strokes: new Strokes() };
  const asks = (message) => new Promise((answer) => made.asked.push({ ...message, answer }));
  const messages = new Messages(
    {
      strokes: made.strokes,
      remember: (seq) => made.remembered.push(seq),
      read: ({ seq }) => made.read.push(seq),
      overdue: (late) => made.overdue.push(late),
    },
    { clock, asks },
  );
  Object.assign(messages, { token: "own", networks, live });
  messages.send = (_, { seq }) => made.told.push(seq);
  clock.run(100_000);
  return Object.assign(made, { messages });
}

function draw({ strokes, messages, clock }, steps, ms) {
  for (let i = 0; i < steps; i++) {
    clock.run(ms);
    strokes.extend([(i % 2) * 100, 50], false);
    messages.grew();
  }
}

function begin({ strokes, messages }) {
  strokes.begin([50, 50]);
  messages.began();
}

test("each end of a stroke is one message with all strokes", () => {
  const one = pad();
  begin(one);
  one.strokes.end();
  one.messages.push();
  one.messages.push();
  assert.deepEqual(one.told, [1, 2]);
  assert.deepEqual(one.remembered, [1, 2]);
});

test("without live messages nothing is sent while drawing", () => {
  const one = pad();
  begin(one);
  draw(one, 50, 20);
  assert.deepEqual(one.told, []);
});

test("while drawing one message is in flight, and the next waits for its answer", () => {
  const one = pad({ live: 300 });
  begin(one);
  draw(one, 50, 20);
  assert.deepEqual(one.told, [1], "one second, one message: nobody answered");
  one.messages.acknowledge(1);
  draw(one, 10, 20);
  assert.deepEqual(one.told, [1, 2]);
});

test("a message counts as lost after a while", () => {
  const one = pad({ live: 300 });
  begin(one);
  draw(one, 110, 20);
  assert.deepEqual(one.told, [1, 2]);
});

test("live messages keep their distance, however fast the answers are", () => {
  const one = pad({ live: 300 });
  begin(one);
  for (let i = 0; i < 100; i++) {
    draw(one, 1, 20);
    one.messages.acknowledge(one.messages.seq);
  }
  assert.ok(one.told.length <= 6 && one.told.length >= 5, String(one.told));
});

test("a stroke that ends is sent at once, and its live message no more", () => {
  const one = pad({ live: 300 });
  begin(one);
  draw(one, 5, 20);
  one.strokes.end();
  one.messages.push();
  one.clock.run(1000);
  assert.deepEqual(one.told, [1]);
});

test("the route is asked first, and the script gets the end of each stroke after it", async () => {
  const one = pad({ networks: ["cnn"] });
  one.messages.push();
  assert.deepEqual([one.told, one.asked.length], [[], 1]);
  one.asked[0].answer(answerTo(one.asked[0]));
  await settled();
  assert.deepEqual([one.read, one.told], [[1], [1]]);
});

test("the script gets no live message that the route has answered", async () => {
  const one = pad({ networks: ["cnn"], live: 300 });
  begin(one);
  draw(one, 20, 20);
  one.asked[0].answer(answerTo(one.asked[0]));
  await settled();
  assert.deepEqual([one.read, one.told], [[1], []]);
});

test("an older answer is not painted over a newer one, nor is an older message told", async () => {
  const one = pad({ networks: ["cnn"] });
  one.messages.push();
  one.messages.push();
  for (const at of [1, 0]) {
    one.asked[at].answer(answerTo(one.asked[at]));
    await settled();
  }
  assert.deepEqual([one.read, one.told], [[2], [2]]);
});

test("a route that does not answer is left alone for half a minute", async () => {
  const one = pad({ networks: ["cnn"] });
  one.messages.push();
  one.asked[0].answer(null);
  await settled();
  one.messages.push();
  assert.deepEqual([one.told, one.asked.length], [[1, 2], 1]);
  one.clock.run(30_001);
  one.messages.push();
  assert.equal(one.asked.length, 2);
});

test("an answer to another drawing is dropped", async () => {
  const one = pad({ networks: ["cnn"] });
  one.messages.push();
  one.messages.token = "other";
  one.asked[0].answer(answerTo(one.asked[0]));
  await settled();
  assert.deepEqual([one.read, one.told], [[], []]);
});

test("answers are overdue after a second, until all is read", () => {
  const one = pad();
  one.messages.push();
  one.clock.run(900);
  one.messages.push();
  one.messages.acknowledge(1);
  one.clock.run(999);
  assert.deepEqual(one.overdue, []);
  one.clock.run(1);
  assert.deepEqual(one.overdue, [true]);
  one.messages.acknowledge(2);
  assert.deepEqual(one.overdue, [true, false]);
});

test("a new session has forgotten what it had read", () => {
  const one = pad();
  assert.equal(one.messages.acknowledge(7), false);
  assert.equal(one.messages.acknowledge(0), true);
  one.messages.push();
  assert.deepEqual(one.told, [8]);
});

test("after its end nothing comes", async () => {
  const one = pad({ networks: ["cnn"], live: 300 });
  begin(one);
  draw(one, 20, 20);
  one.messages.destroy();
  one.asked[0].answer(answerTo(one.asked[0]));
  await settled();
  one.clock.run(10_000);
  assert.deepEqual([one.read, one.told, one.clock.timers.size], [[], [], 0]);
});
