// Numbers as float32 computes them, and as the page writes them.
import { float } from "../../shared/preview.js";
import { clamp, text } from "../../shared/words.js";

// At most four decimals and the seven digits that float32 holds, as in dl101_core/latex.py.
/** @param {number} value @param {number} [doubt] */
export function number(value, doubt = 0) {
  const held = Math.min(7 - String(Math.trunc(Math.abs(value))).length, Math.floor(-Math.log10(2 * doubt)));
  return text(value, clamp(held, 0, 4));
}

export const ROUNDING = 2 ** -24; // relative error of one float32 number

// The largest error of a sum of products: cnn/filters/maths.py, doubts.
/** @param {number[]} weights @param {number[]} products */
export function doubtOf(weights, products) {
  const sizes = products.reduce((sum, product) => sum + Math.abs(product), 0);
  if (weights.every((weight) => float(weight) === weight) && sizes < 2 ** 21) return 0;
  return (weights.filter(Boolean).length + 1) * ROUNDING * sizes;
}

// Two decimals, half to even: float32 values times 100 are exact, so halves are real.
/** @param {number} value */
export function hundredths(value) {
  const whole = Math.round(value * 100);
  const even = Math.abs((value * 100) % 1) === 0.5 && whole % 2 ? whole - 1 : whole;
  return (even / 100).toFixed(2).replace("-", "−");
}
