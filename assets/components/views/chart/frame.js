// Where things are in a chart of so many pixels.
import { clamp } from "../../shared/words.js";
import { brief } from "./looks.js";
import { reachOf, scaleOf } from "./scale.js";

/** @typedef {import("../data.js").Chart} Data */
/** @typedef {import("../data.js").ChartCurve} Curve */
/** @typedef {{ text: string, x: number, y: number }} End of a line, with its label */
/**
 * @typedef {object} Frame
 * @property {number} left of the plot, in pixels of the picture
 * @property {number} top
 * @property {number} width of the plot
 * @property {number} height
 * @property {number} start the x at the plot's left edge
 * @property {number} total the x at its right edge
 * @property {boolean} powers whether the scale is logarithmic
 * @property {import("./scale.js").Scale["ticks"]} ticks
 * @property {readonly Curve[]} named the curves with a label at their end
 * @property {number} room for these labels, in pixels
 * @property {string} key the same for frames that put every point at the same place
 * @property {(step: number) => number} x from the plot's left edge, in pixels
 * @property {(value: number) => number} y from the plot's top edge, in pixels
 */

export const TOP = 12, BOTTOM = 38, EDGE = 7, BRACKET = 46;
const LEFT = 42, RIGHT = 12, LETTER = 7, BOLD = 7.6;
export const LABEL_LETTERS = 8, LABEL_HEIGHT = 15;
const FAR = 10_000; // pixels; a value farther out is drawn here, outside the picture

/** @param {Data} chart @param {number} width @param {number} height @returns {Frame} */
export function frameOf(chart, width, height) {
  const { ticks, powers, share } = scaleOf(chart, reachOf(chart));
  const inner = Math.max(1, height - TOP - BOTTOM);
  const brackets = chart.curves.filter((curve) => curve.bracket).length;
  const left = Math.max(LEFT, 12 + LETTER * Math.max(...ticks.map(([, words]) => words.length)));
  const free = width - left - RIGHT - BRACKET * brackets;
  const { labels, room } = labelled(chart.curves, inner, free - width / 2);
  const plot = Math.max(1, free - room);
  const { start } = chart, total = lastOf(chart);
  return {
    key: [plot, inner, start, total, share(0), share(1), share(10)].join(" "),
    left, top: TOP, width: plot, height: inner, start, total, powers, ticks, named: labels, room,
    x: (step) => ((step - start) / (total - start)) * plot,
    y: (value) => clamp(inner * (1 - share(value)), -FAR, FAR),
  };
}

/** The curves with labels, if these leave half of the width to the plot. */
/** @param {readonly Curve[]} curves @param {number} height @param {number} most pixels */
function labelled(curves, height, most) {
  const labels = named(curves, height);
  const room = labels.length ? 16 + BOLD * Math.max(...labels.map((curve) => brief(curve).length)) : 0;
  return room <= most ? { labels, room } : { labels: [], room: 0 };
}

/** @param {Data} chart */
function lastOf({ curves, start, total }) {
  let last = total ?? -Infinity;
  if (total === null) {
    for (const { lines, band } of curves) {
      for (const { points } of lines) last = Math.max(last, points.at(-1)?.[0] ?? last);
      last = Math.max(last, band?.points.at(-1)?.[0] ?? last);
    }
  }
  return last > start ? last : start + (Number.isFinite(last) ? 1 : 100);
}

// ---- labels beside the ends of lines

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
