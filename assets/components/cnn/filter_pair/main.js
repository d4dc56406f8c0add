// Two filters in turn, the one larger kernel that they add up to, and the difference of the results.
import { say } from "../../shared/bus.js";
import { paintCell, scale } from "../../shared/colours.js";
import { mount } from "../../shared/mount.js";
import { paint } from "../../shared/pictures.js";
import { bold, sign, text, write } from "../../shared/words.js";

const NARROW = 0.62; // of a letter's height, about the width of a digit
const REST_MS = 600; // from a picture to its formulas

/** @typedef {{ title: string, text: string, png: string }} Picture */
/** @typedef {{ title: string, rows: number[][], divisor: number }} Kernel */

/**
 * @typedef {object} Data
 * @property {Picture[]} pictures
 * @property {Kernel[]} kernels
 * @property {string} verdict
 * @property {Stops} scale
 * @property {string} stamp
 */

/** @param {Element} figure @param {Picture} picture */
function show(figure, { title, text: words, png }) {
  figure.querySelector("figcaption").replaceChildren(bold(title), ` ${words}`);
  figure.querySelector("canvas").setAttribute("aria-label", `${title} ${words}`);
  paint(figure.querySelector("canvas"), png);
}

// A kernel as a table in the colours of its signs; small enough for three in a row.
/** @param {Kernel} kernel @param {(share: number) => Rgb} colour */
function kernelTable({ title, rows, divisor }, colour) {
  const node = document.createElement("table");
  node.createCaption().append(bold(title), divisor === 1 ? "" : ` ÷ ${text(divisor, 3)}`);
  const strongest = Math.max(...rows.flat().map(Math.abs)) || 1;
  const longest = Math.max(2, ...rows.flat().map((value) => text(value, 3).length));
  const pitch = rows.length <= 3 ? 36 : rows.length <= 5 ? 30 : 24;
  node.style.setProperty("--pitch", `${pitch}px`);
  node.style.setProperty("--text", `${Math.min(14, (pitch - 3) / (longest * NARROW)).toFixed(1)}px`);
  for (const row of rows) {
    const line = node.insertRow();
    for (const value of row) {
      const cell = line.insertCell();
      write(cell, text(value, 3));
      paintCell(cell, colour(0.5 + (0.5 * value) / strongest));
    }
  }
  return node;
}

class Pair {
  rest = 0;

  /** @param {ShadowRoot | HTMLElement} root */
  constructor(root) {
    this.root = root;
  }

  /** @param {Data} data */
  show(data) {
    const { root } = this;
    const figures = root.querySelectorAll("figure");
    data.pictures.forEach((picture, i) => show(figures[i], picture));
    write(root.querySelector(".verdict"), data.verdict);
    const colour = scale(data.scale);
    const [first, second, one] = data.kernels.map((kernel) => kernelTable(kernel, colour));
    root.querySelector(".kernels").replaceChildren(first, sign("∗"), second, sign("="), one);
    /** @type {HTMLElement} */
    const whole = root.querySelector(".pair");
    whole.dataset.shown = data.stamp;
    clearTimeout(this.rest);
    this.rest = setTimeout(() => say("dl101-rest", data.stamp), REST_MS);
  }

  destroy() {
    clearTimeout(this.rest);
  }
}

export default mount(Pair);
