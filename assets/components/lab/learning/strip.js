// Images that the network never trained on, each with what it reads now: blue with ✓, or orange with ✗.
import { add, each, set } from "../../shared/dom.js";
import { UNSIGNED } from "../../shared/palette.js";
import { bytes, colourTable, paintRaster } from "../../shared/raster.js";
import { write } from "../../shared/words.js";

/** @typedef {import("./shots.js").Seen} Seen */
/** @typedef {{ pixels: string, labels: readonly number[], classes: readonly string[] }} Images `pixels`: bytes of 28 × 28, in base64 */

const SIDE = 28;
const COLOURS = colourTable(UNSIGNED);

export class Strip {
  /** @param {HTMLElement} host */
  constructor(host) {
    this.list = add(host, "ol", "strip");
    this.list.setAttribute("aria-label", "Images that it never trained on");
    this.shown = "";
    /** @type {Images} */
    this.images = { pixels: "", labels: [], classes: [] };
  }

  /** @param {Images} images */
  show(images) {
    this.images = images;
    if (this.shown === images.pixels) return;
    this.shown = images.pixels;
    const all = bytes(images.pixels);
    each(this.list, images.labels, tile, (node, _, i) => {
      const from = i * SIDE * SIDE;
      paintRaster(node.querySelector("canvas"), SIDE, SIDE, (cell) => COLOURS[all[from + cell] ?? 0]);
    });
  }

  /** How many are right. @param {Seen} seen */
  read({ guess, sure }) {
    const { labels, classes } = this.images;
    let right = 0;
    labels.forEach((label, i) => {
      const node = this.list.children[i], fine = guess[i] === label;
      if (fine) right++;
      const said = classes[guess[i]] ?? "?", truth = classes[label];
      set(node, "class", fine ? "right" : "wrong");
      set(node, "title", `${fine ? "right" : "wrong"}: reads ${said}, ${percent(sure[i])}; it is ${truth}`);
      write(node.querySelector(".said"), `${said} ${fine ? "✓" : "✗"}`);
      write(node.querySelector(".truth"), fine ? "" : `is ${truth}`);
    });
    return right;
  }
}

function tile() {
  const node = document.createElement("li");
  add(node, "canvas").setAttribute("aria-hidden", "true");
  add(node, "span", "said");
  add(node, "span", "truth");
  return node;
}

/** Never a rounded 100, which would claim certainty. @param {number} share */
const percent = (share) => (share > 0.994 ? "over 99 %" : Number.isFinite(share) ? `${Math.round(100 * share)} %` : "?");
