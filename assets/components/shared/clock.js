// The time and timers of the page; tests have others.

/**
 * @typedef {object} Clock
 * @property {() => number} now in milliseconds
 * @property {(act: () => void, wait: number) => number} after calls `act` once
 * @property {(timer: number) => void} cancel
 */

/** @type {Clock} */
export const CLOCK = {
  now: () => performance.now(),
  after: (act, wait) => setTimeout(act, wait),
  cancel: (timer) => clearTimeout(timer),
};
