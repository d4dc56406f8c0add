// The mistakes of a finished run: a cell of the matrix shows its images, an image opens its network.
import { add, each, set } from "../../shared/dom.js";
import { mount } from "../../shared/mount.js";
import { UNSIGNED } from "../../shared/palette.js";
import { bytes, colourTable, paintRaster } from "../../shared/raster.js";
import { write } from "../../shared/words.js";
import { Matrix } from "../learning/matrix.js";

const SIDE = 28;
const COLOURS = colourTable(UNSIGNED);

/** @typedef {import("../../shared/mount.js").Senders} Senders */
/**
 * @typedef {object} Data
 * @property {string} run
 * @property {string[]} classes
 * @property {number[]} counts row: truth, column: answer
 * @property {[truth: number, said: number] | null} cell the chosen one
 * @property {string} heading
 * @property {string} pixels of the images, in base64
 * @property {number[]} index of each image in the test set
 * @property {number[]} label
 * @property {number[]} predicted
 * @property {string[]} sure
 */

class Mistakes {
  run = "";
  /** @type {Senders | null} */
  send = null;

  /** @param {ShadowRoot | HTMLElement} root */
  constructor(root) {
    /** @type {(selector: string) => HTMLElement} */
    const find = (selector) => root.querySelector(selector);
    this.heading = find(".heading");
    this.all = find(".all");
    this.tiles = find(".tiles");
    this.matrix = new Matrix(find(".left"), (truth, said) => this.choose([truth, said]));
    this.all.onclick = () => this.choose(null);
  }

  /** @param {[number, number] | null} cell */
  choose(cell) {
    this.send?.setStateValue("cell", cell);
  }

  /** @param {Data} data @param {Senders} send */
  show(data, send) {
    this.send = send;
    if (this.run && data.run !== this.run && data.cell) this.choose(null); // a cell belongs to its run
    this.run = data.run;
    write(this.heading, data.heading);
    this.all.hidden = !data.cell;
    this.matrix.showCounts(data.counts, data.classes, data.cell);
    this.showTiles(data);
  }

  /** @param {Data} data */
  showTiles({ pixels, index, label, predicted, sure, classes }) {
    const all = bytes(pixels);
    each(this.tiles, index, tile, (node, place, i) => {
      const from = i * SIDE * SIDE, button = node.querySelector("button");
      paintRaster(node.querySelector("canvas"), SIDE, SIDE, (cell) => COLOURS[all[from + cell] ?? 0]);
      const said = `reads ${classes[predicted[i]]}, ${sure[i]}`, truth = `is ${classes[label[i]]}`;
      write(node.querySelector(".said"), said);
      write(node.querySelector(".truth"), truth);
      set(button, "aria-label", `Test image ${place}: ${said}; it ${truth}. See what the network sees.`);
      button.onclick = () => this.send?.setTriggerValue("open", place);
    });
  }
}

function tile() {
  const node = document.createElement("li");
  const button = add(node, "button");
  button.type = "button";
  add(button, "canvas").setAttribute("aria-hidden", "true");
  add(button, "span", "said");
  add(button, "span", "truth");
  return node;
}

export default mount(Mistakes);
