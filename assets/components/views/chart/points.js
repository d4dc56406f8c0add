// Points of lines: which of them a picture of so many pixels shows, and which is the next one.

/** @typedef {[x: number, y: number | null]} Point in order of x; null: not finite */
/** @typedef {(value: number) => number} Pixels */

/** Much quicker than toFixed. @param {number} pixels */
export const tenth = (pixels) => Math.round(10 * pixels) / 10;

/**
 * A path through the points: at most four of a pixel column, its first, lowest, highest and last.
 *
 * @param {readonly Point[]} points @param {Pixels} x @param {Pixels} y
 */
export function linePath(points, x, y) {
  let d = "", pen = "M", pixel = NaN, first = 0, low = 0, high = 0, last = -1;
  const flush = () => {
    if (last < 0) return;
    let before = -1;
    for (const i of [first, Math.min(low, high), Math.max(low, high), last]) {
      if (i === before) continue;
      d += `${pen}${tenth(x(points[i][0]))} ${tenth(y(points[i][1]))}`;
      pen = "L";
      before = i;
    }
    last = -1;
  };
  points.forEach(([at, value], i) => {
    if (value === null) { flush(); pen = "M"; return; }
    const column = Math.floor(x(at));
    if (last < 0 || column !== pixel) { flush(); pixel = column; first = low = high = i; }
    last = i;
    if (value < points[low][1]) low = i;
    if (value > points[high][1]) high = i;
  });
  flush();
  return d;
}

/**
 * The area between the lower and the upper values: of a pixel column its whole height.
 *
 * @param {readonly [x: number, lower: number, upper: number][]} points @param {Pixels} x @param {Pixels} y
 */
export function bandPath(points, x, y) {
  /** @type {[at: number, lower: number, upper: number][]} */
  const kept = [];
  let pixel = NaN;
  for (const [at, lower, upper] of points) {
    const column = Math.floor(x(at)), now = kept.at(-1);
    if (column !== pixel) kept.push([at, lower, upper]);
    else [now[1], now[2]] = [Math.min(now[1], lower), Math.max(now[2], upper)];
    pixel = column;
  }
  if (!kept.length) return "";
  const above = kept.map(([at, , upper]) => `${tenth(x(at))} ${tenth(y(upper))}`);
  const below = kept.map(([at, lower]) => `${tenth(x(at))} ${tenth(y(lower))}`).reverse();
  return `M${[...above, ...below].join("L")}z`;
}

/** Finite points that are at least `apart` pixels from the one before, and the last of all. */
/** @param {readonly Point[]} points @param {Pixels} x @param {number} apart */
export function spaced(points, x, apart) {
  /** @type {[number, number][]} */
  const kept = [];
  let last = null;
  for (const [at, value] of points) {
    if (value === null) continue;
    last = /** @type {[number, number]} */ ([at, value]);
    if (!kept.length || x(at) - x(kept.at(-1)[0]) >= apart) kept.push(last);
  }
  if (last && kept.at(-1) !== last) kept.push(last);
  return kept;
}

/** The place of the first point that is not left of `at`. */
/** @param {readonly (readonly [number, ...unknown[]])[]} points @param {number} at */
export function firstFrom(points, at) {
  let low = 0, high = points.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (points[middle][0] < at) low = middle + 1; else high = middle;
  }
  return low;
}

/**
 * The point with the closest x; of two equally close ones the left.
 *
 * @template {readonly [number, ...unknown[]]} P
 * @param {readonly P[]} points @param {number} at @returns {P | null}
 */
export function nearest(points, at) {
  const right = firstFrom(points, at);
  if (right === 0) return points[0] ?? null;
  if (right === points.length) return points[right - 1];
  return at - points[right - 1][0] <= points[right][0] - at ? points[right - 1] : points[right];
}

/** The next x to the right (`way` 1) or left (−1) of `at` in any of the lines, or `at` itself at the end. */
/** @param {readonly (readonly Point[])[]} lines @param {number} at @param {1 | -1} way */
export function neighbour(lines, at, way) {
  let best = null;
  for (const points of lines) {
    let i = firstFrom(points, at);
    if (way < 0) i -= 1; else while (points[i]?.[0] === at) i += 1;
    const found = points[i]?.[0];
    if (found !== undefined && (best === null || way * (found - best) < 0)) best = found;
  }
  return best ?? at;
}
