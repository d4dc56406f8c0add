// Which step comes next, and at which time.
import { CLOCK } from "../../shared/clock.js";
import { clamp } from "../../shared/words.js";

/** @typedef {import("../../shared/clock.js").Clock} Clock */

/** The step that is `by` after `at`; a loop goes on at the other end. */
/** @param {number} at @param {number} by @param {number} steps @param {boolean} loops */
export function moved(at, by, steps, loops) {
  const to = at + by;
  return loops && Number.isFinite(to) ? ((to % steps) + steps) % steps : clamp(to, 0, steps - 1);
}

/** Of `speeds`, the one that is the same number of times faster or slower at most. */
/** @param {number[]} speeds @param {number} wanted */
export function nearest(speeds, wanted) {
  /** @param {number} speed */
  const far = (speed) => Math.abs(Math.log(speed / wanted));
  return speeds.reduce((best, speed) => (far(speed) < far(best) ? speed : best));
}

/** Calls `tick` at a speed until it gives false. */
export class Ticker {
  running = false;
  held = false; // whether it waits until somebody looks
  period = 0; // in milliseconds
  due = 0; // time of the next call
  timer = 0;

  /** @param {() => boolean} tick @param {Clock} [clock] */
  constructor(tick, clock = CLOCK) {
    this.tick = tick;
    this.clock = clock;
  }

  // Starts, or goes on at another speed.
  /** @param {number} perSecond */
  start(perSecond) {
    this.running = true;
    this.period = 1000 / perSecond;
    this.wait();
  }

  stop() {
    this.running = false;
    this.clock.cancel(this.timer);
  }

  // A hidden page would get its timers late or all at once, and nobody would see the steps.
  /** @param {boolean} held */
  hold(held) {
    this.held = held;
    if (held) this.clock.cancel(this.timer);
    else if (this.running) this.wait();
  }

  wait() {
    this.due = this.clock.now() + this.period;
    this.arm();
  }

  arm() {
    this.clock.cancel(this.timer);
    if (!this.held) this.timer = this.clock.after(() => this.beat(), Math.max(0, this.due - this.clock.now()));
  }

  beat() {
    const now = this.clock.now();
    // Counted from when this call was due, so that small delays do not add up. Missed calls are not
    // made up for: a slow machine plays slower.
    this.due += this.period;
    if (this.due <= now) this.due = now + this.period;
    if (!this.tick()) this.stop();
    else if (this.running) this.arm();
  }
}
