// Labels beside the ends of lines.
import { brief } from "./looks.js";

/** @typedef {import("../data.js").ChartCurve} Curve */
/** @typedef {{ text: string, x: number, y: number }} End */

export const LABEL_LETTERS = 8, LABEL_HEIGHT = 15;

/** The curves whose names are short enough for a label, if there is room for all of them. */
/** @param {readonly Curve[]} curves @param {number} height */
export function named(curves, height) {
  const shown = curves.filter((curve) =>
    curve.role !== "faint" && curve.name && brief(curve).length <= LABEL_LETTERS && endOf(curve));
  return shown.length > 1 && shown.length * LABEL_HEIGHT <= height ? shown : [];
}

/** The last finite point of a curve, whichever line it is on. */
/** @param {Curve} curve @returns {[number, number] | null} */
export function endOf({ lines }) {
  let best = null;
  for (const { points } of lines) {
    let i = points.length - 1;
    while (i >= 0 && points[i][1] === null) i -= 1;
    if (i >= 0 && (!best || points[i][0] >= best[0])) best = /** @type {[number, number]} */ (points[i]);
  }
  return best;
}

/** The same labels, moved so that none lies on another or below `bottom`. */
/** @param {readonly End[]} ends @param {number} bottom */
export function placed(ends, bottom) {
  const moved = ends.map((end) => ({ ...end })).sort((a, b) => a.y - b.y);
  for (let i = 1; i < moved.length; i++) moved[i].y = Math.max(moved[i].y, moved[i - 1].y + LABEL_HEIGHT);
  let least = bottom;
  for (const end of [...moved].reverse()) {
    end.y = Math.min(end.y, least);
    least = end.y - LABEL_HEIGHT;
  }
  return moved;
}
