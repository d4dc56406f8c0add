// What the two charts of the lab are fed with.
import { short } from "../../views/chart/scale.js";

/** @typedef {import("../../views/data.js").Chart} Chart */
/** @typedef {import("../../views/data.js").ChartCurve} ChartCurve */
/** @typedef {import("./runs.js").Curve} Curve */
/** @typedef {"Loss" | "Accuracy"} What */

const PAST = 0.8;  // weight of the past in a smoothed line
const ROUGH = 20;  // points from which a line is worth smoothing
/** Place of the value in a point: [step, loss, accuracy]. */
const VALUE = /** @type {const} */ ({ Loss: 1, Accuracy: 2 });

/**
 * @param {What} what @param {Curve[]} curves @param {readonly (string | null)[]} runs on show
 * @param {number} diverged the loss from which a run explodes
 * @param {{ log?: boolean, cursor?: number | null }} [more] `cursor`: the step of the scrubber
 * @returns {Partial<Chart>}
 */
export function picture(what, curves, runs, diverged, { log = false, cursor = null } = {}) {
  const loss = what === "Loss";
  return {
    title: what,
    total: lastStep(curves),
    cursor,
    curves: curves.map((curve) => ({ ...drawn(what, curve), role: runs.includes(curve.id) ? "main" : "beside" })),
    wild: diverged,
    scale: !loss ? "linear" : log ? "log" : "auto",
    low: loss ? null : 0,
    high: loss ? null : 1,
  };
}

/** @param {What} what @param {Curve} curve @returns {ChartCurve} */
function drawn(what, { name, place, train, val, rates, broke, gap }) {
  const at = VALUE[what];
  /** @param {import("./runs.js").Point[]} points @returns {[number, number | null][]} */
  const values = (points) => points.map((point) => [point[0], point[at]]);
  const ends = gap?.[what], raw = values(train);
  return {
    name, place, broke, band: null, role: "main",
    lines: [
      { name: "training", kind: "thin", marks: false, points: raw },
      ...(raw.length < ROUGH ? [] : [smooth(raw)]),
      { name: "validation", kind: "thick", marks: true, points: values(val) },
    ],
    bracket: ends ? { low: ends[0], high: ends[1], words: apart(what, ends) } : null,
    marks: rates.map(([step, lr]) => ({ x: step, words: `lr ${short(lr)}` })),
  };
}

/** The running mean of a line, corrected for its beginning, as dl101_core/views/chart.py has it. */
/** @param {[number, number | null][]} points @returns {import("../../views/data.js").ChartLine} */
export function smooth(points) {
  let [mean, weight] = [0, 0];
  const means = points.map(([step, value]) => {
    if (value === null) return /** @type {[number, null]} */ ([step, null]);
    mean = PAST * mean + (1 - PAST) * value;
    weight = PAST * weight + (1 - PAST);
    return /** @type {[number, number]} */ ([step, mean / weight]);
  });
  return { name: "smoothed", kind: "smooth", marks: false, points: means };
}

/** The gap of training and validation at the end, both measured without dropout. */
/** @param {What} what @param {[number, number]} ends */
function apart(what, [training, validation]) {
  const gap = Math.abs(training - validation);
  return what === "Accuracy" ? (100 * gap).toFixed(1) : short(+gap.toFixed(2));
}

/** A run that broke after two steps of three hundred would be a line at the very edge. */
/** @param {Curve[]} curves */
function lastStep(curves) {
  const ends = curves.map(({ total, broke }) => (broke === null ? total : Math.max(8, 2 * broke)));
  return Math.max(0, ...ends) || 100;
}
