// Values as colours: which share of the scale, and the picture of a whole grid.
import { colourTable } from "./raster.js";
import { SIGNED, UNSIGNED } from "./palette.js";

/** @typedef {import("../views/data.js").Field["scale"]} Kind */
/** @typedef {{ kind: Kind, low: number, high: number }} Range */

const TABLES = { signed: words(SIGNED), unsigned: words(UNSIGNED), log: words(UNSIGNED) };
const NONE = 0xff808080; // grey: not a number

// The ends of the colours. Those of a signed scale are as far from 0.
/** @param {Kind} kind @param {ArrayLike<number>} values @param {number | null} low @param {number | null} high @returns {Range} */
export function range(kind, values, low, high) {
  let [least, most] = [Infinity, -Infinity];
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (!Number.isFinite(value) || (kind === "log" && value <= 0)) continue;
    if (value < least) least = value;
    if (value > most) most = value;
  }
  if (most < least) [least, most] = kind === "log" ? [1, 10] : [0, 1];
  least = low ?? least;
  most = high ?? most;
  if (kind === "signed") [least, most] = [-1, 1].map((sign) => sign * (Math.max(Math.abs(least), Math.abs(most)) || 1));
  if (kind === "log" && least <= 0) least = most > 0 ? most / 1000 : 1;
  if (!(most > least)) most = kind === "log" ? least * 10 : least + 1;
  return { kind, low: least, high: most };
}

// From 0 at `low` to 1 at `high`, and beyond.
/** @param {Range} range @returns {(value: number) => number} */
export function share({ kind, low, high }) {
  if (kind !== "log") return (value) => (value - low) / (high - low);
  const [from, all] = [Math.log(low), Math.log(high / low)];
  return (value) => (value <= 0 ? 0 : (Math.log(value) - from) / all);
}

// Row 0 of the values is the lowest row of the picture.
/**
 * @param {Uint32Array} pixels red, green, blue and opacity, one pixel in each number
 * @param {ArrayLike<number>} values @param {number} width @param {number} height @param {Range} range
 */
export function fill(pixels, values, width, height, range) {
  const [table, at] = [TABLES[range.kind], share(range)];
  for (let row = 0; row < height; row++) {
    const to = (height - 1 - row) * width;
    for (let column = 0; column < width; column++) {
      const level = 255 * at(values[row * width + column]);
      pixels[to + column] = level >= 255 ? table[255] : level >= 0 ? table[(level + 0.5) | 0]
        : level < 0 ? table[0] : NONE;
    }
  }
}

/** @param {HTMLCanvasElement} canvas @param {ArrayLike<number>} values @param {number} width @param {number} height @param {Range} range */
export function paint(canvas, values, width, height, range) {
  if (canvas.width !== width) canvas.width = width;
  if (canvas.height !== height) canvas.height = height;
  const pen = canvas.getContext("2d");
  const image = pen.createImageData(width, height);
  fill(new Uint32Array(image.data.buffer), values, width, height, range);
  pen.putImageData(image, 0, 0);
}

// The scale itself, as a style; as pale as the field, which has 0.62 of its colour on white.
/** @param {Kind} kind */
export const band = (kind) =>
  `linear-gradient(rgb(255 255 255 / 38%) 0 0), linear-gradient(90deg, ${(kind === "signed" ? SIGNED : UNSIGNED).map(([at, hex]) => `${hex} ${100 * at}%`).join(", ")})`;

// Every machine with a browser of today keeps the lowest byte first.
/** @param {Stops} stops */
function words(stops) {
  return Uint32Array.from(colourTable(stops), ([r, g, b]) => 0xff000000 + (b << 16) + (g << 8) + r);
}
