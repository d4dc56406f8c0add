// Where a bubble stands: above its term, below if there is more room, and always inside the window.
import { clamp } from "../../shared/words.js";

/** @typedef {{ left: number, top: number, right: number, bottom: number }} Box */
/** @typedef {{ width: number, height: number }} Size */

const GAP = 8; // pixels from the term
const EDGE = 8; // pixels to the edge of the window

/** @param {Box} term @param {Size} bubble @param {Size} room */
export function placed(term, bubble, room) {
  const above = term.top - GAP - bubble.height;
  const below = term.bottom + GAP;
  const fits = below + bubble.height <= room.height - EDGE;
  const up = above >= EDGE || (!fits && term.top > room.height - term.bottom);
  /** @param {number} at @param {number} length @param {number} whole */
  const inside = (at, length, whole) => clamp(at, EDGE, Math.max(EDGE, whole - EDGE - length));
  return {
    left: inside((term.left + term.right - bubble.width) / 2, bubble.width, room.width),
    top: inside(up ? above : below, bubble.height, room.height),
  };
}

/** Whether none of it can be seen. */
/** @param {Box} term @param {Size} room */
export const outside = (term, room) =>
  term.bottom < 0 || term.right < 0 || term.top > room.height || term.left > room.width;
