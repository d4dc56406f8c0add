// The values of a chart at one place, and the chart in words.
import { brief, colourOf, ownNames } from "./looks.js";
import { nearest } from "./points.js";
import { valueWords, xWords } from "./scale.js";

/** @typedef {import("../data.js").Chart} Data */
/** @typedef {import("../data.js").ChartCurve} Curve */
/** @typedef {{ x: number, y: number | null, words: string, colour: string }} Row */
/** @typedef {{ x: number, head: string, rows: Row[], more: number }} Readings */

const MOST = 8; // more values at once are not read by anybody

/** The curves that a reader can tell from each other. @param {Data} chart */
export const told = ({ curves }) => curves.filter(({ role }) => role !== "faint");

/**
 * What the lines say at the point closest to `wanted`. Of many values only those closest to the value
 * whose distance `far` measures, else the first ones.
 *
 * @param {Data} chart @param {number} wanted @param {((value: number) => number) | null} [far]
 * @returns {Readings | null}
 */
export function readings(chart, wanted, far = null) {
  const curves = told(chart), alone = ownNames(curves);
  const alike = new Set(curves.flatMap(({ lines }) => lines.map(({ name }) => name))).size === 1;
  const found = curves.flatMap((curve) => curve.lines.flatMap(({ name, points }) => {
    const point = nearest(points, wanted);
    return point ? [{ curve, name, point }] : [];
  }));
  if (!found.length) return null;
  const x = nearest(found.map(({ point }) => point).sort((a, b) => a[0] - b[0]), wanted)[0];
  let rows = found.map(({ curve, name, point }) => {
    const own = alone ? name || curve.name : [brief(curve), alike ? "" : name].filter(Boolean).join(", ");
    const where = point[0] === x ? "" : ` (${chart.x_label} ${xWords(point[0])})`;
    return { x: point[0], y: point[1], words: `${own} ${valueWords(point[1], chart.values, 4)}${where}`.trim(), colour: colourOf(curve) };
  });
  rows.push(...bandRows(chart, curves, x));
  const more = Math.max(0, rows.length - MOST);
  if (more && far) {
    const close = new Map(rows.map((row) => [row, row.y === null ? Infinity : far(row.y)]));
    const kept = new Set([...rows].sort((a, b) => close.get(a) - close.get(b)).slice(0, MOST));
    rows = rows.filter((row) => kept.has(row));
  }
  return { x, head: `${chart.x_label} ${xWords(x)}`, rows: rows.slice(0, MOST), more };
}

/** @param {Data} chart @param {Curve[]} curves @param {number} x @returns {Row[]} */
function bandRows({ values }, curves, x) {
  return curves.flatMap((curve) => {
    const point = curve.band && nearest(curve.band.points, x);
    if (!point || point[0] !== x) return [];
    const [lower, upper] = [point[1], point[2]].map((value) => valueWords(value, values, 4));
    return [{ x, y: /** @type {null} */ (null), words: `${curve.band.name} ${lower} to ${upper}`.trim(), colour: colourOf(curve) }];
  });
}

/** @param {Readings} read */
export function spoken({ head, rows, more }) {
  return `${head}: ${rows.map((row) => row.words).join(", ")}${more ? `, and ${more} more` : ""}.`;
}

/** The chart for those who do not see it: the last values of its main curves. */
/** @param {Data} chart */
export function sentence(chart) {
  const mains = chart.curves.filter(({ role, lines }) => role === "main" && lines.some(({ points }) => points.length));
  if (!mains.length) return `${chart.title} against the ${chart.x_label}: no points yet.`;
  const more = mains.length - MOST;
  return [...mains.slice(0, MOST).map((curve) => wordsOf(curve, chart)), ...(more > 0 ? [`And ${more} more curves.`] : [])].join(" ");
}

/** @param {Curve} curve @param {Data} chart */
function wordsOf({ name, lines, broke }, { title, x_label, values }) {
  const ends = lines.flatMap((line) => {
    const last = line.points.at(-1);
    return last ? [`${line.name} ${valueWords(last[1], values, 3)} at ${x_label} ${last[0]}`.trim()] : [];
  });
  const end = broke === null ? "" : ` It broke at ${x_label} ${broke}.`;
  return `${title}${name ? ` of ${name}` : ""}: ${ends.join(", ")}.${end}`;
}
