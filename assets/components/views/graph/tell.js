// What is told of a unit and of an edge.
import { many } from "../../shared/words.js";
import { short } from "../../shared/numbers.js";

/** @typedef {import("../data.js").Graph} Data */
/** @typedef {import("../data.js").GraphUnit} Unit */

const TERMS = 4;

/** @param {Data} data @param {number} layer @param {number} unit */
export function nameOf({ layers }, layer, unit) {
  return layers[layer].units[unit].label || `${layers[layer].name}, unit ${unit + 1}`;
}

// Short words for the node itself, as a screen reader says them.
/** @param {Data} data @param {number} layer @param {number} unit */
export function unitWords(data, layer, unit) {
  const { value, dead, look } = data.layers[layer].units[unit];
  const name = data.layers[layer].units[unit].label;
  return [
    `${data.layers[layer].name}, ${name || `unit ${unit + 1}`}`,
    typeof value === "number" ? `value ${short(value)}` : "",
    dead, look ? "look here" : "",
  ].filter(Boolean).join(", ");
}

// The tip that was sent, or the sum that the unit computes before its activation.
/** @param {Data} data @param {number} layer @param {number} unit @param {ArrayLike<number> | null} weights those into the unit */
export function tipWords(data, layer, unit, weights) {
  const { tip, bias, value, dead } = data.layers[layer].units[unit];
  const name = nameOf(data, layer, unit);
  const known = typeof value === "number" ? ` Its value is ${short(value)}.` : "";
  const state = dead ? ` It is ${dead}.` : "";
  if (tip) return `${name}: ${tip}${state}`;
  if (!weights) return `${name}.${known}${state}`;
  return `${name} takes the sum ${sum(data, layer, weights, bias)}.${known}${state}`;
}

// The largest terms, in their order, and how many more there are.
/** @param {Data} data @param {number} layer @param {ArrayLike<number>} weights @param {number | null} bias */
function sum(data, layer, weights, bias) {
  const before = data.layers[layer - 1];
  const size = (/** @type {number} */ i) => Math.abs(weights[i]) || 0;
  const all = Array.from(weights, (_, i) => i);
  const largest = [...all].sort((a, b) => size(b) - size(a)).slice(0, TERMS).sort((a, b) => a - b);
  const terms = largest.map((i) => `${short(weights[i])} × ${before.units[i].label || `unit ${i + 1}`}`);
  const left = Math.max(before.count, before.units.length) - terms.length;
  if (left > 0) terms.push(`… (${many(left, "more term")})`);
  if (typeof bias === "number") terms.push(`${short(bias)} (bias)`);
  return terms.join(" + ").replaceAll("+ −", "− ");
}

/** @param {Data} data @param {number} gap @param {number} from @param {number} to @param {number} weight */
export function edgeWords(data, gap, from, to, weight) {
  return `Weight ${short(weight)} from ${nameOf(data, gap, from)} to ${nameOf(data, gap + 1, to)}.`;
}
