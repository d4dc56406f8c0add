// The height of a value in its chart: `share` gives its place from 0 (bottom) to 1 (top). And values in words.

/** @typedef {import("../data.js").Chart} Data */
/** @typedef {{ low: number, positive: number, high: number, beyond: boolean }} Reach */
/** @typedef {{ powers: boolean, ticks: [value: number, words: string][], share: (value: number) => number }} Scale */

const DECADES = 6, LEAST = -1; // powers of ten on the axis, from 0.1 up; smaller values lie on the bottom line
const USUAL = 2.5;             // top of an empty chart: a little more than the loss of guessing among ten

/**
 * The lowest, the lowest positive and the highest value of a chart; `beyond`: one is not finite.
 *
 * @param {Pick<Data, "curves" | "levels">} chart @returns {Reach}
 */
export function reachOf({ curves, levels }) {
  const reach = { low: Infinity, positive: Infinity, high: -Infinity, beyond: false };
  /** @param {number} value */
  const hold = (value) => {
    if (value < reach.low) reach.low = value;
    if (value > reach.high) reach.high = value;
    if (value > 0 && value < reach.positive) reach.positive = value;
  };
  for (const { lines, band, broke } of curves) {
    reach.beyond ||= broke !== null;
    for (const { points } of lines) {
      for (const [, value] of points) if (value === null) reach.beyond = true; else hold(value);
    }
    for (const [, lower, upper] of band?.points ?? []) { hold(lower); hold(upper); }
  }
  for (const { y } of levels) hold(y);
  return reach;
}

/**
 * Even steps, or powers of ten: when the chart asks for them, or, with "auto", once a value is above
 * `wild` or not finite, so that an explosion is visible.
 *
 * @param {Pick<Data, "scale" | "wild" | "low" | "high" | "values">} chart @param {Reach} reach
 * @returns {Scale}
 */
export function scaleOf({ scale, wild, low, high, values }, reach) {
  const some = reach.high >= reach.low;
  if (scale === "log") {
    const top = high ?? (reach.high > 0 ? reach.high : 1);
    return powerScale(low && low > 0 ? low : Math.min(reach.positive, top), top);
  }
  if (scale === "auto" && (reach.beyond || reach.high > wild)) {
    return powerScale(Math.min(reach.positive, 1), Math.max(reach.high, 10 * wild));
  }
  const from = low ?? (some ? Math.min(0, reach.low) : 0);
  const to = high ?? (some ? Math.max(reach.high, from) : USUAL);
  return evenScale(from, to, values, low !== null, high !== null);
}

/** @param {number} low @param {number} high @param {Data["values"]} values @param {boolean} fixedLow @param {boolean} fixedHigh @returns {Scale} */
function evenScale(low, high, values, fixedLow, fixedHigh) {
  const highest = high > low ? high : low + (low === 0 && !fixedHigh ? USUAL : 1);
  const every = nice((highest - low) / 5);
  const bottom = fixedLow ? low : Math.floor(low / every + 1e-9) * every;
  const top = fixedHigh && high > low ? high : Math.ceil(highest / every - 1e-9) * every;
  /** @type {Scale["ticks"]} */
  const ticks = [];
  for (let i = Math.ceil(bottom / every - 1e-9) || 0; i * every <= top + 1e-9 * every; i++) {
    ticks.push([i * every, values === "percent" ? valueWords(i * every, values, 0) : short(i * every)]);
  }
  return { powers: false, ticks, share: (value) => (value - bottom) / (top - bottom) };
}

/** @param {number} lowest @param {number} highest @returns {Scale} */
function powerScale(lowest, highest) {
  const top = Math.ceil(Math.log10(highest) - 1e-9);
  const asked = Math.min(top - 1, Math.floor(Math.log10(lowest) + 1e-9));
  const bottom = Math.max(asked, Math.min(LEAST, top - DECADES));
  const every = Math.ceil((top - bottom) / 8);
  /** @type {Scale["ticks"]} */
  const ticks = [];
  for (let power = bottom; power <= top; power += every) {
    ticks.push([10 ** power, (power === bottom && asked < bottom ? "≤ " : "") + powerWords(power)]);
  }
  /** @param {number} value */
  const share = (value) => Math.max(0, ((value > 0 ? Math.log10(value) : bottom) - bottom) / (top - bottom));
  return { powers: true, ticks, share };
}

/** @param {number} power */
const powerWords = (power) =>
  power < -3 || power > 4 ? `1e${power}` : (10 ** power).toLocaleString("en", { maximumFractionDigits: 3 });

/** The next number that is 1, 2 or 5 times a power of ten. @param {number} raw */
export function nice(raw) {
  const power = 10 ** Math.floor(Math.log10(raw));
  return power * [1, 2, 5, 10].find((each) => each * power >= raw * (1 - 1e-9));
}

// ---- numbers as a chart writes them

/** @param {number} value */
export const short = (value) => String(+value.toPrecision(6)).replace("-", "−");
/** @param {number} value */
export const count = (value) =>
  value >= 1e7 ? value.toExponential(1) : value >= 100 ? Math.round(value).toLocaleString("en") : short(+value.toPrecision(3));

/** A place on the x axis. @param {number} x */
export const xWords = (x) => (Number.isInteger(x) ? x.toLocaleString("en") : short(x)).replace("-", "−");

/** @param {number | null} value @param {Data["values"]} values @param {number} digits */
export function valueWords(value, values, digits) {
  if (value === null) return "beyond all numbers";
  if (values === "percent") return `${(100 * value).toFixed(Math.max(0, digits - 2))} %`.replace("-", "−");
  const words = Math.abs(value) >= 1e6 ? value.toExponential(2) : value.toFixed(digits);
  return words.replace("-", "−");
}
