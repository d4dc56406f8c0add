// A run that explodes, on a scale of powers of ten: its highest point with the number, arrows for
// values that are not finite, and its last step.
import { endOf } from "./frame.js";
import { colourOf, mark } from "./looks.js";
import { path, words } from "./nodes.js";
import { tenth } from "./points.js";
import { count, xWords } from "./scale.js";

/** @typedef {import("../data.js").Chart} Data */
/** @typedef {import("../data.js").ChartCurve} Curve */
/** @typedef {import("./frame.js").Frame} Frame */
/** @typedef {import("./nodes.js").Spec} Spec */

const LETTER = 7.6;

/** @param {Data} chart @param {Frame} frame @returns {Spec[]} */
export function storms(chart, frame) {
  if (!frame.powers) return [];
  return chart.curves.filter(({ role }) => role !== "faint").flatMap((curve) => storm(curve, chart, frame));
}

/** @param {Curve} curve @param {Data} chart @param {Frame} frame */
function storm(curve, chart, frame) {
  const { height, x } = frame, stroke = colourOf(curve), { broke } = curve;
  const points = curve.lines[0]?.points ?? [];
  const parts = [];
  if (broke !== null) {
    const text = `broke at ${chart.x_label} ${xWords(broke)}`;
    parts.push(path({ class: "broke", stroke, d: `M${tenth(x(broke))} 0V${height}` }));
    parts.push(beside(frame, broke, height - 8, text, "end"));
  }
  const lost = points.filter((point) => point[1] === null).map((point) => point[0]);
  if (broke !== null && !(points.at(-1)?.[0] >= broke)) lost.push(broke);
  parts.push(path({ class: "lost", fill: stroke, d: lost.map((step) => `M${tenth(x(step))} 0l5 9h-10z`).join("") }));
  return [...parts, ...peak(curve, chart.wild, frame)];
}

/** @param {Curve} curve @param {number} wild @param {Frame} frame */
function peak(curve, wild, frame) {
  const points = curve.lines[0]?.points ?? [];
  let best = null;
  for (const point of points) if ((point[1] ?? -1) > (best?.[1] ?? wild)) best = point;
  if (!best) return [];
  const height = frame.y(best[1]);
  const below = frame.named.includes(curve) && best === endOf(curve); // the name is beside it
  return [
    path({ class: "peak", stroke: colourOf(curve), d: mark(0, frame.x(best[0]), height) }),
    beside(frame, best[0], below ? height + 18 : Math.max(11, height - 3), count(best[1]), "peak"),
  ];
}

/** @param {Frame} frame @param {number} step @param {number} y @param {string} text @param {string} name */
function beside({ x, width }, step, y, text, name) {
  const flip = x(step) > width - 10 - LETTER * text.length;
  return words(text, {
    class: `label ${name}`, x: tenth(x(step) + (flip ? -7 : 7)), y: tenth(y), "text-anchor": flip ? "end" : "start",
  });
}
