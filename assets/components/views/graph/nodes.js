// The units as nodes of the page. A node stays as long as its place does; only its look changes.
import { scale, paintCell } from "../../shared/colours.js";
import { SIGNED } from "../../shared/palette.js";
import { text, write } from "../../shared/words.js";
import { add, each, set } from "../../shared/dom.js";
import { floats } from "../../shared/numbers.js";
import { paint, range } from "../../shared/values.js";
import { unitWords } from "./tell.js";

/** @typedef {import("../data.js").Graph} Data */
/** @typedef {import("./layout.js").Layout} Layout */
/** @typedef {import("./layout.js").Fold} Fold */
/** @typedef {HTMLButtonElement & { picture?: string }} Node */

const signed = scale(SIGNED);

/** @param {HTMLElement} node @returns {[layer: number, unit: number]} */
export const placeOf = (node) => [Number(node.dataset.layer), Number(node.dataset.unit)];

// As many nodes as there are units, at their places.
/** @param {HTMLElement} host @param {Fold[]} folds @param {Layout} layout */
export function placeNodes(host, folds, layout) {
  host.style.setProperty("--size", `${layout.size}px`);
  host.classList.toggle("small", layout.size < 40);
  const places = folds.flatMap((fold, layer) => fold.units.map((unit, i) => ({ layer, unit, ...layout.spots[layer][i] })));
  each(host, places, unitNode, (node, { layer, unit, x, y }) => {
    set(node, "data-layer", String(layer));
    set(node, "data-unit", String(unit));
    set(node, "style", `left:${x}px;top:${y}px`);
    delete (/** @type {Node & { colour?: string }} */ (node).colour);
  });
}

function unitNode() {
  const node = document.createElement("button");
  node.type = "button";
  node.tabIndex = -1;
  const canvas = add(node, "canvas");
  canvas.setAttribute("aria-hidden", "true");
  add(node, "span", "value");
  add(node, "span", "label");
  return node;
}

/** @param {Node} node @param {Data} data @param {number} layer @param {number} unit @param {number} most */
export function showNode(node, data, layer, unit, most) {
  const { label, value, picture, dead, look } = data.layers[layer].units[unit];
  const end = layer === 0 ? " first" : layer === data.layers.length - 1 ? " last" : "";
  const [canvas, number, name] = /** @type {[HTMLCanvasElement, HTMLElement, HTMLElement]} */ ([...node.children]);
  const painted = showPicture(node, canvas, picture, data);
  const far = node.classList.contains("far") ? " far" : "";
  set(node, "class", `unit${end}${dead ? " dead" : ""}${look ? " look" : ""}${painted ? " painted" : ""}${far}`);
  set(node, "aria-label", unitWords(data, layer, unit));
  const known = typeof value === "number" && Number.isFinite(value);
  if (!painted && known) paintCell(node, signed(0.5 + value / (2 * (most || 1))));
  write(number, dead || (!painted && known ? text(value, Math.abs(value) < 10 ? 2 : 0) : ""));
  write(name, end ? label : "");
}

/** @param {Node} node @param {HTMLCanvasElement} canvas @param {string} picture @param {Data} data */
function showPicture(node, canvas, picture, data) {
  const { picture_rows: rows, picture_columns: columns, picture_most: most } = data;
  if (node.picture === picture) return !canvas.hidden;
  const values = floats(picture, rows * columns);
  node.picture = picture;
  canvas.hidden = !values;
  if (values) paint(canvas, values, columns, rows, range("signed", values, most === null ? null : -most, most));
  return Boolean(values);
}
