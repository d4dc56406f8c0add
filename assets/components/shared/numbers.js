// Numbers as they are sent, as they are written, and along an axis.
import { clamp, text } from "./words.js";
import { bytes } from "./raster.js";

// Text that is not what `packed` wrote, or another count, gives no numbers at all.
/** @param {string} encoded @param {number} count @returns {Float32Array | null} */
export function floats(encoded, count) {
  try {
    const raw = bytes(encoded);
    return count > 0 && raw.length === 4 * count ? new Float32Array(raw.buffer) : null;
  } catch {
    return null;
  }
}

// Three digits that count: 0.0123, 1.23, 123, 1.2e+6.
/** @param {number | null | undefined} value */
export function short(value) {
  if (typeof value !== "number" || Number.isNaN(value)) return "not a number";
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "−∞";
  const size = Math.abs(value);
  if (size > 0 && (size < 1e-3 || size >= 1e5)) return value.toExponential(1).replaceAll("-", "−");
  return text(Number(value.toPrecision(3)), 6);
}

// How many decimals tell places apart that lie `step` away from each other.
/** @param {number} step */
export const decimals = (step) => (step > 0 ? clamp(Math.ceil(-Math.log10(step)), 0, 6) : 0);

// Round places from low to high, about `most` of them: steps of 1, 2 or 5 times a power of ten.
/** @param {number} low @param {number} high @param {number} [most] @returns {number[]} */
export function ticks(low, high, most = 6) {
  if (!(high > low) || !Number.isFinite(high - low)) return [];
  const rough = (high - low) / most;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5].find((one) => one * power >= rough * 0.999) ?? 10);
  const found = [];
  for (let i = Math.ceil(low / step - 1e-9); i * step <= high + step * 1e-9; i++) found.push(i * step + 0);
  return found;
}
