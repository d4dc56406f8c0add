// Where units and edges lie: pure geometry.
import { clamp } from "../../shared/words.js";

/** @typedef {{ x: number, y: number }} Spot */
/** @typedef {{ units: number[], more: number }} Fold which units are shown, and how many are not */
/** @typedef {{ size: number, column: number, height: number, spots: Spot[][], more: (Spot | null)[] }} Layout */

const GAP = 10;

// At most `most` units: dead ones and those to look at first, the others from the front. The line
// "… 1 more" would take as much room as the unit itself.
/**
 * @param {readonly { dead?: string, look?: boolean }[]} units
 * @param {number} count how many the layer has @param {number} most @returns {Fold}
 */
export function fold(units, count, most) {
  const all = units.map((_, i) => i);
  const room = count <= units.length && units.length === most + 1 ? most + 1 : most;
  const noted = (/** @type {number} */ i) => (units[i].dead || units[i].look ? 0 : 1);
  const first = [...all].sort((a, b) => noted(a) - noted(b) || a - b).slice(0, room);
  return { units: first.sort((a, b) => a - b), more: Math.max(count, units.length) - first.length };
}

// Layers are columns from left to right; each is in the middle of the height.
/** @param {number} width @param {Fold[]} folds @param {number} left @param {number} right @returns {Layout} */
export function layout(width, folds, left, right) {
  const room = Math.max(60, width - left - right);
  const columns = Math.max(1, folds.length - 1);
  const size = clamp(Math.floor((0.5 * room) / (columns + 0.5)), 26, 48);
  const column = (room - size) / columns;
  const pitch = size + GAP;
  const slots = folds.map((one) => one.units.length + (one.more > 0 ? 1 : 0));
  const height = Math.max(1, ...slots) * pitch;
  const x = (/** @type {number} */ i) => left + size / 2 + (folds.length > 1 ? i * column : (room - size) / 2);
  const y = (/** @type {number} */ i, /** @type {number} */ slot) => (height - slots[i] * pitch) / 2 + (slot + 0.5) * pitch;
  return {
    size, column, height,
    spots: folds.map((one, i) => one.units.map((_, slot) => ({ x: x(i), y: y(i, slot) }))),
    more: folds.map((one, i) => (one.more > 0 ? { x: x(i), y: y(i, one.units.length) } : null)),
  };
}

// An edge is a Bézier curve with its two handles half way: x(t) and y(t) at 0 ≤ t ≤ 1.
/** @type {(from: number, to: number, t: number) => number} */
const across = (from, to, t) => from + (to - from) * (1.5 * t * (1 - t) + t ** 3);
/** @type {(from: number, to: number, t: number) => number} */
const along = (from, to, t) => from + (to - from) * (3 - 2 * t) * t * t;

// The t at which a curve is at `x`. All curves between two layers share it.
/** @param {number} from @param {number} to @param {number} x */
export function when(from, to, x) {
  let [low, high] = [0, 1];
  for (let i = 0; i < 20; i++) {
    const middle = (low + high) / 2;
    if (across(from, to, middle) < x) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

// The edge that passes nearest to a place, if one passes within `reach` pixels.
/**
 * @param {Spot[][]} spots @param {number} size of a unit @param {Spot} place @param {number} [reach]
 * @returns {{ gap: number, from: number, to: number } | null}
 */
export function nearestEdge(spots, size, { x, y }, reach = 6) {
  for (let gap = 0; gap + 1 < spots.length; gap++) {
    const [start, end] = [spots[gap][0]?.x + size / 2, spots[gap + 1][0]?.x - size / 2];
    if (!(x >= start && x <= end)) continue;
    const t = when(start, end, x);
    const run = (end - start) * (1.5 - 3 * t + 3 * t * t);
    /** @type {{ gap: number, from: number, to: number } | null} */
    let found = null;
    let least = reach;
    spots[gap].forEach((a, from) => spots[gap + 1].forEach((b, to) => {
      const slope = ((b.y - a.y) * 6 * t * (1 - t)) / run;
      const far = Math.abs(y - along(a.y, b.y, t)) / Math.hypot(1, slope);
      if (far <= least) [found, least] = [{ gap, from, to }, far];
    }));
    return found;
  }
  return null;
}
