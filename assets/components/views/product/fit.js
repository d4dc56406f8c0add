// Which form of the picture fits a width: numbers side by side, numbers in a corner, or colours.
import { clamp } from "../../shared/words.js";

/**
 * @typedef {object} Sizes
 * @property {number} n @property {number} d @property {number} m
 * @property {boolean} bias
 * @property {[x: number, z: number]} letters of the longest number in X, and in W, b and Z
 * @property {[x: number, w: number, z: number]} names letters of the longest row names
 */
/** @typedef {{ form: "row" | "corner", numbers: boolean, x: number, z: number, high: number }} Fit widths of cells, and their height */

const LETTER = 8; // pixels, of 14 px
const SIGN = 30; // × + =, with their gaps
const GAP = 16; // to the next matrix
const ROWS = 16; // more rows of numbers are too many to read
const TALL = 400; // pixels, of coloured matrices

/** @param {number} letters */
export const room = (letters) => (letters > 0 ? Math.ceil(letters * LETTER) + 9 : 0);

// Letters of a number; the point is a narrow one.
/** @param {string} words */
export const lengthOf = (words) => words.length - (words.includes(".") ? 0.5 : 0);

/** @param {Sizes} sizes @param {number} width @param {boolean} phone @returns {Fit} */
export function fit({ n, d, m, bias, letters, names }, width, phone) {
  const [x, z] = letters.map((one) => Math.max(30, room(one)) + 1);
  const [left, middle, right] = names.map(room);
  const row = left + middle + right + d * x + m * z * (bias ? 3 : 2) + SIGN * (bias ? 3 : 2);
  const corner = left + middle + d * x + m * z + GAP;
  const readable = Math.max(n, d) <= ROWS;
  if (readable && !phone && row <= width) return { form: "row", numbers: true, x, z, high: 32 };
  if (readable && corner <= width && n + d <= 1.5 * ROWS) return { form: "corner", numbers: true, x, z, high: 32 };
  const [columns, rows] = phone ? [d + m, n + d + (bias ? 1 : 0)] : [d + m * (bias ? 3 : 2), Math.max(n, d)];
  const high = clamp(Math.floor(TALL / rows), 3, 26);
  const wide = clamp(Math.floor((width - (phone ? GAP : 4 * SIGN)) / columns), 2, 2 * high);
  return { form: phone ? "corner" : "row", numbers: false, x: wide, z: wide, high };
}
