// Which line is which: a piece of each kind of line with its mark, and the colour of each curve.
import { LOOKS, RING, brief, colourOf, isPale, mark, ownNames } from "./looks.js";
import { svgNode } from "./nodes.js";
import { told } from "./readings.js";

/** @typedef {import("../data.js").Chart} Data */
/** @typedef {import("../data.js").ChartCurve} Curve */
/** @typedef {import("../data.js").ChartLine} Line */
/**
 * @typedef {object} Entry
 * @property {string} text
 * @property {string} colour
 * @property {Line["kind"] | "band" | null} kind of line; null: the mark alone
 * @property {number | null} mark
 * @property {boolean} pale
 */

const MOST = 10;
/** @type {null} */
const none = null; // a null that has a type

/** @param {Data} chart @returns {Entry[]} */
export function entries(chart) {
  const faint = chart.curves.find(({ role }) => role === "faint");
  const curves = [...told(chart), ...(faint ? [faint] : [])];
  if (ownNames(curves)) return curves.flatMap(whole);
  /** @type {Map<string, Entry>} */
  const kinds = new Map();
  for (const entry of curves.flatMap(whole)) {
    if (!kinds.has(entry.text)) kinds.set(entry.text, { ...entry, colour: "currentColor", mark: null });
  }
  const runs = curves.map((curve) => ({ text: brief(curve), colour: colourOf(curve), kind: none, mark: curve.place, pale: false }));
  return [...(kinds.size > 1 ? kinds.values() : []), ...runs];
}

/** @param {Curve} curve @returns {Entry[]} */
function whole(curve) {
  const colour = colourOf(curve);
  const lines = curve.lines.map(({ name, kind, marks }) => ({
    text: name || curve.name, colour, kind, mark: marks ? curve.place : kind === "points" ? RING : none, pale: isPale(curve, kind),
  }));
  const band = curve.band && { text: curve.band.name, colour, kind: /** @type {const} */ ("band"), mark: none, pale: false };
  return band ? [...lines, band] : lines;
}

/** Draws the legend if it changed. @param {HTMLElement & { shown?: string }} list @param {Data} chart */
export function showLegend(list, chart) {
  const all = entries(chart), text = JSON.stringify(all);
  if (list.shown === text) return;
  list.shown = text;
  const more = all.length - MOST;
  list.replaceChildren(...all.slice(0, MOST).map(item));
  if (more > 0) list.append(Object.assign(document.createElement("li"), { textContent: `and ${more} more` }));
}

/** @param {Entry} entry */
function item({ text, colour, kind, mark: place, pale }) {
  const line = kind === null || kind === "band" ? null : LOOKS[kind] ?? LOOKS.thin;
  const hollow = kind === "points", long = kind !== null && !hollow ? 26 : 12;
  const icon = svgNode("svg", { viewBox: `0 0 ${long} 10`, width: long, "aria-hidden": "true" });
  if (kind === "band") icon.append(svgNode("path", { class: "band", d: "M0 0H26V10H0z", fill: colour }));
  if (line?.width) {
    icon.append(svgNode("path", { class: pale ? "pale" : "", d: "M0 5H26", stroke: colour, "stroke-width": line.width, "stroke-dasharray": line.dash }));
  }
  if (place !== null) {
    const d = mark(place, long / 2, 5, hollow);
    icon.append(svgNode("path", hollow ? { class: "hollow", d, stroke: colour } : { d, fill: colour }));
  }
  const node = document.createElement("li");
  node.append(icon, text);
  return node;
}
