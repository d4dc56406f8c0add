// Points, and the ways of optimizers: told apart by shape or dashes, and by colour.
import { CLASSES } from "../../shared/palette.js";
import { write } from "../../shared/words.js";
import { draw, each, percent, set } from "../../shared/dom.js";

/** @typedef {import("../data.js").Field} Data */
/** @typedef {import("./plane.js").Plane} Plane */

/** @type {(corners: number, radius: number, turn?: number, inner?: number) => string} */
const star = (corners, radius, turn = 0, inner = radius) => {
  const spots = Array.from({ length: 2 * corners }, (_, i) => {
    const angle = turn - Math.PI / 2 + (Math.PI * i) / corners;
    const far = i % 2 ? inner * (inner === radius ? Math.cos(Math.PI / corners) : 1) : radius;
    return `${(far * Math.cos(angle)).toFixed(2)} ${(far * Math.sin(angle)).toFixed(2)}`;
  });
  return `M${spots.join("L")}Z`;
};
const HALF = Math.PI / 4;
/** One for each class, in the order of the palette. */
const SHAPES = [
  "M-5 0A5 5 0 1 0 5 0A5 5 0 1 0-5 0Z", star(4, 6.6), star(4, 6.6, HALF), star(3, 7), star(3, 7, Math.PI),
  star(4, 7, 0, 2.8), star(4, 7, HALF, 2.8), star(5, 7.4, 0, 3.1), star(6, 6), star(5, 6),
];
/** The colours of ways: dark enough on white, and far from blue. */
const ORDER = [3, 9, 2, 6, 4, 7, 0, 1, 5, 8];
const DASHES = ["", "7 4", "2 4", "9 3 2 3"];

/** @param {number} kind */
export const shape = (kind) => SHAPES[kind % SHAPES.length];
/** @param {number} kind */
export const colour = (kind) => CLASSES[kind % CLASSES.length];
/** @param {number} way */
export const wayColour = (way) => CLASSES[ORDER[way % ORDER.length]];
/** @param {number} way */
export const dashes = (way) => DASHES[way % DASHES.length];

/** @param {SVGElement} host @param {Data["points"]} points @param {Plane} plane */
export function showPoints(host, points, plane) {
  each(host, points, spot, (node, point) => {
    put(node, plane.across(point.x), plane.down(point.y));
    dress(node.firstElementChild, point.kind, point.held_out);
  });
}

// A nested drawing has its corner at a share of the plot, and its own size: no measuring is needed.
function spot() {
  const node = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  set(node, "overflow", "visible");
  draw(node, "path");
  return node;
}

/** @param {Element} node @param {number} across @param {number} down */
export function put(node, across, down) {
  set(node, "x", percent(across));
  set(node, "y", percent(down));
}

/** @param {Element} path @param {number} kind @param {boolean} hollow */
export function dress(path, kind, hollow) {
  set(path, "class", hollow ? "point hollow" : "point");
  set(path, "d", shape(kind));
  set(path, "color", colour(kind));
}

// The way so far is strong, the rest of it faint; a step is a line of no length with round ends.
/** @param {SVGElement} lines @param {SVGElement} ends @param {Data["ways"]} ways @param {Plane} plane */
export function showWays(lines, ends, ways, plane) {
  const group = () => document.createElementNS("http://www.w3.org/2000/svg", "g");
  each(lines, ways, group, (node, way, i) => {
    const spots = way.steps.map(([x, y]) => `${far(100 * plane.across(x))} ${far(100 * plane.down(y))}`);
    const done = spots.slice(0, way.current + 1);
    const parts = [["rest", spots.slice(way.current)], ["casing", done], ["way", done]];
    set(node, "stroke", wayColour(i));
    each(node, [...parts, ["steps", done]], path, (one, [name, list]) => {
      const found = /** @type {string[]} */ (list);
      set(one, "class", String(name));
      set(one, "stroke-dasharray", name === "way" ? dashes(i) : "");
      set(one, "d", name === "steps" ? found.map((at) => `M${at}h0`).join("") : found.length ? `M${found.join("L")}` : "");
    });
  });
  each(ends, ways, end, (node, way, i) => {
    const [x, y] = way.steps[Math.min(way.current, way.steps.length - 1)] ?? [NaN, NaN];
    const [across, down] = [plane.across(x), plane.down(y)];
    const out = !(across >= 0 && across <= 1 && down >= 0 && down <= 1);
    set(node, "visibility", out ? "hidden" : "visible");
    if (out) return;
    put(node, across, down);
    const [mark, name] = node.children;
    set(mark, "d", shape(i));
    set(mark, "class", "point");
    set(mark, "color", wayColour(i));
    write(name, ways.length < 3 ? way.name : "");
    const left = across > 0.6;
    set(name, "text-anchor", left ? "end" : "start");
    set(name, "x", left ? "-12" : "12");
    set(name, "y", i % 2 ? "18" : "-8");
  });
}

const path = () => document.createElementNS("http://www.w3.org/2000/svg", "path");

function end() {
  const node = spot();
  set(node, "class", "end");
  draw(node, "text");
  return node;
}

// A way that flew off goes straight out of the picture: the browser draws no line of 10³⁰ pixels.
/** @param {number} place */
const far = (place) => (Number.isFinite(place) ? Math.max(-1e4, Math.min(1e4, place)).toFixed(2) : "-10000");
