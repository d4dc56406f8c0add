// What stands around the plot: the axes, the scale of the colours, and the legend.
import { text, write } from "../../shared/words.js";
import { add, draw, each, percent, set } from "../../shared/dom.js";
import { dashes, dress, wayColour } from "./marks.js";
import { decimals, short, ticks } from "../../shared/numbers.js";
import { band } from "../../shared/values.js";

/** @typedef {import("../data.js").Field} Data */

const node = (/** @type {string} */ tag) => () => document.createElement(tag);

/** @param {HTMLElement} host @param {number} low @param {number} high @param {(value: number) => number} place @param {"left" | "top"} side */
export function showAxis(host, low, high, place, side) {
  const places = ticks(low, high);
  const digits = places.length > 1 ? decimals(places[1] - places[0]) : 2;
  let longest = 1;
  each(host, places, node("span"), (one, value) => {
    const words = text(value, digits);
    longest = Math.max(longest, words.length);
    write(one, words);
    set(one, "style", `${side}:${percent(place(value))}`);
  });
  return longest;
}

export class Scale {
  /** @param {HTMLElement} host */
  constructor(host) {
    this.node = add(host, "p", "scale");
    this.name = add(this.node, "span");
    this.low = add(this.node, "span", "number");
    this.band = add(this.node, "i");
    this.band.setAttribute("aria-hidden", "true");
    this.high = add(this.node, "span", "number");
  }

  /** @param {string} name @param {import("../../shared/values.js").Range} range @param {boolean} shown */
  show(name, { kind, low, high }, shown) {
    this.node.hidden = !shown;
    write(this.name, kind === "log" ? `${name} (log scale)` : name);
    write(this.low, short(low));
    write(this.high, short(high));
    set(this.band, "style", `background-image:${band(kind)}`);
  }
}

/** @typedef {{ words: string, kind?: number, hollow?: boolean, way?: number }} Key */

/** @param {HTMLElement} host @param {Data} data */
export function showLegend(host, { kinds, points, ways }) {
  /** @type {Key[]} */
  const keys = kinds.map((words, kind) => ({ words, kind }));
  if (points.some((point) => point.held_out)) keys.push({ words: "hollow: held out", kind: 0, hollow: true });
  keys.push(...ways.map(({ name, steps, current }, way) => ({ words: `${name}, step ${current} of ${steps.length - 1}`, way })));
  host.hidden = keys.length === 0;
  each(host, keys, key, showKey);
}

function key() {
  const line = document.createElement("li");
  const picture = draw(line, "svg");
  set(picture, "aria-hidden", "true");
  draw(picture, "path", "line");
  draw(picture, "path");
  add(line, "span");
  return line;
}

/** @param {Element} line @param {Key} key */
function showKey(line, { words, kind, hollow = false, way }) {
  const [picture, name] = line.children;
  const [stroke, mark] = picture.children;
  write(name, words);
  set(picture, "class", way === undefined ? "one" : "");
  set(picture, "viewBox", way === undefined ? "-9 -9 18 18" : "-14 -9 28 18");
  set(stroke, "d", way === undefined ? "" : "M-13 0H13");
  set(stroke, "stroke", wayColour(way ?? 0));
  set(stroke, "stroke-dasharray", dashes(way ?? 0));
  dress(mark, kind ?? way, hollow);
  if (way !== undefined) set(mark, "color", wayColour(way));
}
