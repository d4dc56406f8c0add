// Where things are in a chart of so many pixels.
import { clamp } from "../../shared/words.js";
import { named } from "./labels.js";
import { brief } from "./looks.js";
import { reachOf, scaleOf } from "./scale.js";

/** @typedef {import("../data.js").Chart} Data */
/** @typedef {import("../data.js").ChartCurve} Curve */
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
