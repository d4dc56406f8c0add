// What lies in a chart, layer by layer.
import { BRACKET, endOf, placed } from "./frame.js";
import { LOOKS, RING, brief, colourOf, isPale, mark, ownNames } from "./looks.js";
import { path, words } from "./nodes.js";
import { bandPath, linePath, spaced, tenth } from "./points.js";
import { nice, xWords } from "./scale.js";

/** @typedef {import("../data.js").Chart} Data */
/** @typedef {import("../data.js").ChartCurve} Curve */
/** @typedef {import("../data.js").ChartLine} Line */
/** @typedef {import("./frame.js").Frame} Frame */
/** @typedef {import("./nodes.js").Spec} Spec */

const LETTER = 7.6; // pixels of one letter of a text in the plot, at most
const APART = 6;    // pixels from mark to mark, at least

/** Values left, steps below. @param {Data} chart @param {Frame} frame @returns {Spec[]} */
export function axes({ x_label }, { left, top, width, height, start, total, ticks, x, y }) {
  const parts = ticks.flatMap(([value, text], i) => {
    const line = Math.round(top + y(value)) + 0.5;
    return [
      path({ class: i ? "grid soft" : "grid", d: `M${left} ${line}H${left + width}` }),
      words(text, { x: left - 6, y: line + 4, "text-anchor": "end" }),
    ];
  });
  const span = total - start, asked = nice(span / Math.max(2, width / 70));
  const every = span >= 5 ? Math.max(1, asked) : asked;
  for (let i = Math.ceil(start / every - 1e-9) || 0; i * every <= total + 1e-9 * every; i++) {
    const at = Math.min(left + x(i * every), left + width); // the last one may not leave the picture
    parts.push(words(xWords(i * every), { x: tenth(at), y: top + height + 16, "text-anchor": "middle" }));
  }
  parts.push(words(x_label, { x: left + width / 2, y: top + height + 34, "text-anchor": "middle" }));
  return parts;
}

/** @param {Data} chart @param {Frame} frame @returns {Spec[]} */
export function bands({ curves }, { x, y }) {
  return curves.flatMap((curve) =>
    curve.band ? [path({ class: "band", fill: colourOf(curve), d: bandPath(curve.band.points, x, y) })] : []);
}

/** Values of guessing. @param {Data} chart @param {Frame} frame @returns {Spec[]} */
export function levels(chart, { width, y }) {
  return chart.levels.flatMap((level) => {
    const at = Math.round(y(level.y)) + 0.5;
    return [
      path({ class: "level", d: `M0 ${at}H${width}` }),
      words(level.words, { class: "note", x: width - 4, y: at < 20 ? at + 15 : at - 6, "text-anchor": "end" }),
    ];
  });
}

/** Where something changed: a dashed line with a text, lower if the text before would lie on it. */
/** @param {Data} chart @param {Frame} frame @returns {Spec[]} */
export function changes({ curves }, { x, width, height }) {
  const ends = [-Infinity, -Infinity, -Infinity];
  const marks = curves.flatMap((curve) => curve.marks.map((one) => ({ ...one, stroke: colourOf(curve) })));
  return marks.sort((a, b) => a.x - b.x).flatMap(({ x: step, words: text, stroke }) => {
    const at = x(step), long = LETTER * text.length, flip = at + long > width;
    const from = flip ? at - long : at;
    const row = Math.max(0, ends.findIndex((end) => end <= from));
    ends[row] = from + long;
    return [
      path({ class: "rate", stroke, d: `M${tenth(at)} 12V${height}` }),
      words(text, { class: "note", x: tenth(at + (flip ? -3 : 3)), y: 11 + 15 * row, "text-anchor": flip ? "end" : "start" }),
    ];
  });
}

/** Paths of lines that did not change, as while a scrubber moves. @type {WeakMap<readonly object[], { of: string, d: string }>} */
const DRAWN = new WeakMap();

/** @param {Line["points"]} points @param {Frame} frame */
function pathOf(points, { key, x, y }) {
  const of = `${key} ${points.length} ${points.at(-1)}`, kept = DRAWN.get(points);
  if (kept?.of === of) return kept.d;
  const d = linePath(points, x, y);
  DRAWN.set(points, { of, d });
  return d;
}

/** @param {Data} chart @param {Frame} frame @returns {Spec[]} */
export function lines({ curves }, frame) {
  return inOrder(curves).flatMap((curve) => curve.lines.filter(({ kind }) => kind !== "points").map(({ name, kind, points }) => {
    const { width, dash } = LOOKS[kind] ?? LOOKS.thin;
    return path({
      class: `line ${curve.role === "faint" ? "faint" : isPale(curve, kind) ? "pale" : ""}`.trim(), "data-kind": name, stroke: colourOf(curve),
      "stroke-width": width, "stroke-dasharray": dash, d: pathOf(points, frame),
    });
  }));
}

/** Marks of points, and dots for lines that are too short to be seen. */
/** @param {Data} chart @param {Frame} frame @returns {Spec[]} */
export function marks({ curves }, frame) {
  const { x, y } = frame;
  const shared = !ownNames(curves.filter(({ role }) => role !== "faint")); // lines of one name in several curves
  return inOrder(curves).flatMap((curve) => [...curve.lines.flatMap(({ kind, marks: marked, points }) => {
    const colour = colourOf(curve), hollow = kind === "points", shape = marked ? curve.place : RING;
    if (marked || hollow) {
      const d = spaced(points, x, APART).map(([at, value]) => mark(shape, x(at), y(value), hollow)).join("");
      return [path(hollow ? { class: "marks hollow", stroke: colour, d } : { class: "marks", fill: colour, d })];
    }
    if (points.length >= 3) return [];
    const d = spaced(points, x, 0).map(([at, value]) => `M${tenth(x(at))} ${tenth(y(value))}h0`).join("");
    return [path({ class: "dots", stroke: colour, "stroke-width": 4, d })];
  }), ...(shared ? lastMark(curve, frame) : [])]);
}

/** The mark of a curve that has none elsewhere, at its end: colour alone does not tell it. */
/** @param {Curve} curve @param {Frame} frame @returns {Spec[]} */
function lastMark(curve, { x, y }) {
  const end = curve.role === "faint" || curve.lines.some((line) => line.marks) ? null : endOf(curve);
  return end ? [path({ class: "marks", fill: colourOf(curve), d: mark(curve.place, x(end[0]), y(end[1])) })] : [];
}

/** Pale curves lie below the others. @param {readonly Curve[]} curves */
const inOrder = (curves) => [...curves].sort((a, b) => Number(b.role === "faint") - Number(a.role === "faint"));

/** @param {Data} chart @param {Frame} frame @returns {Spec[]} */
export function brackets({ curves }, { left, top, width, height, room, y }) {
  return curves.filter(({ bracket }) => bracket).flatMap((curve, i) => {
    const [from, to] = [curve.bracket.low, curve.bracket.high].map((value) =>
      top + Math.max(0, Math.min(height, y(value))));
    const at = left + width + 8 + room + i * BRACKET;
    return [
      path({ class: "bracket", stroke: colourOf(curve), d: `M${at} ${from}h6V${to}h-6` }),
      words(curve.bracket.words, { x: at + 9, y: (from + to) / 2 + 4 }),
    ];
  });
}

/** Names at the ends of lines. @param {Frame} frame @returns {Spec[]} */
export function names({ named, left, top, height, x, y }) {
  const ends = named.map((curve) => {
    const [at, value] = endOf(curve);
    return { text: brief(curve), x: left + x(at), y: top + Math.max(0, Math.min(height, y(value))) };
  });
  return placed(ends, top + height).map((end) => words(end.text, { class: "label", x: end.x + 8, y: end.y + 4 }));
}

/** The scrubber's time. @param {Data} chart @param {Frame} frame @returns {Spec[]} */
export function now({ cursor }, { left, top, width, height, start, total, x }) {
  if (cursor === null || cursor < start || cursor > total) return [];
  const at = tenth(left + Math.min(width, x(cursor)));
  return [
    path({ class: "now", d: `M${at} ${top}V${top + height}` }),
    { tag: "circle", at: { class: "now-end", cx: at, cy: top + height, r: 4 } },
  ];
}

/** @param {Data} chart @param {Frame} frame @returns {Spec[]} */
export function emptiness({ curves, empty }, { left, top, width, height }) {
  const some = curves.some(({ lines: all, band }) => band || all.some(({ points }) => points.length));
  return some ? [] : [words(empty, { class: "empty", x: left + width / 2, y: top + height / 2 + 5, "text-anchor": "middle" })];
}
