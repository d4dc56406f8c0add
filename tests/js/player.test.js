import assert from "node:assert/strict";
import { test } from "node:test";
import { moved, nearest, Ticker } from "../../assets/components/views/player/timing.js";
import { FakeClock } from "./fake_clock.js";

function started(perSecond, tick = () => true) {
  const clock = new FakeClock();
  const times = [];
  const ticker = new Ticker(() => {
    times.push(clock.time);
    return tick(times.length);
  }, clock);
  ticker.start(perSecond);
  return { clock, times, ticker };
}

test("a way ends at both ends, and a loop does not", () => {
  assert.deepEqual([moved(0, -1, 5, false), moved(4, 1, 5, false), moved(2, 1, 5, false)], [0, 4, 3]);
  assert.deepEqual([moved(0, -1, 5, true), moved(4, 1, 5, true), moved(2, 1, 5, true)], [4, 0, 3]);
  assert.deepEqual([moved(2, -Infinity, 5, true), moved(2, Infinity, 5, true)], [0, 4]);
  assert.deepEqual([moved(0, 1, 1, true), moved(0, 1, 1, false)], [0, 0]);
});

test("the nearest speed is that of the smallest ratio", () => {
  assert.equal(nearest([1, 2, 4, 10, 30], 16), 10);
  assert.equal(nearest([1, 2, 4, 10, 30], 0.01), 1);
});

test("the first call comes after one period", () => {
  const { clock, times } = started(4);
  clock.run(1000);
  assert.deepEqual(times, [250, 500, 750, 1000]);
});

test("late timers do not add up", () => {
  const { clock, times } = started(10);
  clock.late = 7;
  clock.run(10_000);
  assert.ok(times.length >= 98, String(times.length));
  assert.ok(times.at(-1) % 100 <= 7);
});

test("a machine that is too slow gets one call a timer, and none is made up for", () => {
  const { clock, times } = started(30);
  clock.late = 400;
  clock.run(2_000);
  const gaps = times.slice(1).map((time, i) => time - times[i]);
  assert.ok(gaps.every((gap) => gap >= 400), String(gaps));
  clock.late = 0;
  clock.run(1_000);
  assert.ok(times.length <= 5 + 31, String(times.length));
});

test("a hidden page gets no call, and goes on with one period after it is seen again", () => {
  const { clock, times, ticker } = started(2);
  clock.run(600);
  ticker.hold(true);
  clock.run(60_000);
  assert.deepEqual(times, [500]);
  ticker.hold(false);
  clock.run(1000);
  assert.deepEqual(times, [500, 61_100, 61_600]);
});

test("what stops while it is held does not go on", () => {
  const { clock, times, ticker } = started(2);
  ticker.hold(true);
  ticker.stop();
  ticker.hold(false);
  clock.run(5000);
  assert.deepEqual(times, []);
});

test("another speed begins now, with one timer", () => {
  const { clock, times, ticker } = started(1);
  clock.run(900);
  ticker.start(10);
  assert.equal(clock.timers.size, 1);
  clock.run(200);
  assert.deepEqual(times, [1000, 1100]);
});

test("it ends with false, or with stop in the middle of a call", () => {
  const ended = started(10, (count) => count < 3);
  ended.clock.run(5000);
  assert.equal(ended.times.length, 3);
  assert.equal(ended.ticker.running, false);

  const stopped = started(10, () => {
    stopped.ticker.stop();
    return true;
  });
  stopped.clock.run(5000);
  assert.equal(stopped.times.length, 1);
  assert.equal(stopped.clock.timers.size, 0);
});
