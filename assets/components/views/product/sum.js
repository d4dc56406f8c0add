// One number of Z written out as its sum, with the numbers that are shown: no words claim more
// than these numbers do.
import { short } from "../../shared/numbers.js";

/** @typedef {{ x: number, w: number, b: number, z: number }} Digits decimals of each matrix */
/** @typedef {{ xs: ArrayLike<number>, ws: ArrayLike<number>, b: number | null, z: number }} Terms */
/** @typedef {{ factors: string, products: string, z: string, first: "=" | "≈", second: "=" | "≈" }} Sum */

// A number with exactly so many decimals; 0 has no sign.
/** @param {number} value @param {number} digits */
export function shown(value, digits) {
  if (!Number.isFinite(value)) return short(value);
  const words = value.toFixed(digits);
  return (Number(words) === 0 ? words.replace("-", "") : words).replace("-", "−");
}

// The number that is shown, in units of its last decimal: whole numbers add up without error.
/** @param {number} value @param {number} digits */
const whole = (value, digits) => Math.round(Number(value.toFixed(digits)) * 10 ** digits);

/** @param {string} words */
const inBrackets = (words) => (words.startsWith("−") ? `(${words})` : words);

/** @param {string[]} words */
const added = (words) => words.join(" + ").replaceAll("+ −", "− ");

// The places of the largest products, in their order.
/** @param {ArrayLike<number>} products @param {number} most @returns {number[]} */
export function largest(products, most) {
  const size = (/** @type {number} */ k) => Math.abs(products[k]) || 0;
  const all = Array.from(products, (_, k) => k);
  return [...all].sort((a, b) => size(b) - size(a) || a - b).slice(0, most).sort((a, b) => a - b);
}

// The largest products are written, and the sum of the others. first: between the factors and the
// products; second: between the products and z. "=" stands only where the numbers as shown fit exactly.
/** @param {Terms} terms @param {Digits} digits @param {number} most terms to write @returns {Sum} */
export function sumOf({ xs, ws, b, z }, digits, most) {
  const all = Array.from({ length: Math.min(xs.length, ws.length) }, (_, k) => xs[k] * ws[k]);
  const keys = largest(all, most);
  const left = all.filter((_, k) => !keys.includes(k));
  const rest = left.reduce((total, one) => total + one, 0);
  const factors = keys.map((k) => `${inBrackets(shown(xs[k], digits.x))} × ${inBrackets(shown(ws[k], digits.w))}`);
  const products = keys.map((k) => shown(all[k], digits.z));
  if (left.length) {
    factors.push(`… (${left.length} more)`);
    products.push(`… (${left.length} more: ${shown(rest, digits.z)})`);
  }
  if (b !== null) for (const list of [factors, products]) list.push(shown(b, digits.b));
  const fit = keys.every((k) => productFits(xs[k], ws[k], digits)) && Number(rest.toFixed(digits.z)) === rest;
  return {
    factors: added(factors),
    products: added(products),
    z: shown(z, digits.z),
    first: fit ? "=" : "≈",
    second: sumFits([...keys.map((k) => all[k]), rest], b, z, digits) ? "=" : "≈",
  };
}

/** @param {number} x @param {number} w @param {Digits} digits */
function productFits(x, w, digits) {
  const exact = whole(x, digits.x) * whole(w, digits.w);
  const product = whole(x * w, digits.z);
  const power = digits.x + digits.w - digits.z;
  return power >= 0 ? exact === product * 10 ** power : exact * 10 ** -power === product;
}

/** @param {number[]} parts @param {number | null} b @param {number} z @param {Digits} digits */
function sumFits(parts, b, z, digits) {
  const fine = Math.max(digits.z, digits.b);
  const total = parts.reduce((sum, one) => sum + whole(one, digits.z) * 10 ** (fine - digits.z), 0);
  const shift = b === null ? 0 : whole(b, digits.b) * 10 ** (fine - digits.b);
  return total + shift === whole(z, digits.z) * 10 ** (fine - digits.z);
}
