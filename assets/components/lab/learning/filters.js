// The weights of the first layer as small pictures: blue below zero, white at zero, orange above.
import { add, each } from "../../shared/dom.js";
import { SIGNED } from "../../shared/palette.js";
import { colourTable, paintRaster } from "../../shared/raster.js";
import { text, write } from "../../shared/words.js";

/** @typedef {import("./shots.js").Seen} Seen */

const COLOURS = colourTable(SIGNED);

export class Filters {
  /** @param {HTMLElement} host */
  constructor(host) {
    this.figure = add(host, "figure", "filters");
    const caption = add(this.figure, "figcaption");
    write(add(caption, "b"), "What it looks for");
    this.words = add(caption, "span");
    this.list = add(this.figure, "div", "all");
    this.list.setAttribute("role", "img");
    this.scale = add(this.figure, "p", "scale");
    /** @type {unknown} */
    this.shown = undefined;
  }

  /** @param {Seen["filters"]} filters @param {readonly string[]} classes */
  show(filters, classes) {
    if (filters?.weights === this.shown) return;
    this.shown = filters?.weights;
    this.figure.hidden = !filters;
    if (!filters) return;
    const { weights: { shape: [count, height, width], values }, top } = filters;
    const large = width > 12, cells = height * width;
    this.list.classList.toggle("large", large);
    each(this.list, Array.from({ length: count }, (_, i) => i), () => document.createElement("canvas"), (node, i) => {
      paintRaster(/** @type {HTMLCanvasElement} */ (node), width, height, (cell) => COLOURS[values[i * cells + cell]]);
    });
    const what = !large ? `first layer: ${count} filters of ${height} × ${width}`
      : count === classes.length ? "the weights of each class, one per pixel" : `the weights of the first ${count} hidden units`;
    write(this.words, what);
    this.list.setAttribute("aria-label", `Pictures of weights, ${what}.`);
    write(this.scale, `blue −${text(top, 2)}, white 0, orange ${text(top, 2)}`);
  }
}
