// The units of one layer before dropout, three masks, the output of each, and the mean of many.
// Every number comes from the server except the product in the text, which is computed here.
import { scale } from "../../shared/colours.js";
import { mount } from "../../shared/mount.js";
import { bytes } from "../../shared/raster.js";
import { text, write } from "../../shared/words.js";

const GAP = 1;               // cells between two maps

/**
 * @typedef {object} Captions
 * @property {string} before
 * @property {string} mean
 * @property {string} expected
 * @property {string[]} masks
 * @property {string[]} after
 */

/**
 * @typedef {object} Data
 * @property {number} maps
 * @property {number} height
 * @property {number} width
 * @property {number} shown maps, of `total`
 * @property {number} total
 * @property {number} p
 * @property {number} scale of what is kept
 * @property {boolean} training
 * @property {number} averaged passes
 * @property {string} before 32-bit floats in base64
 * @property {string} mean likewise
 * @property {string[]} masks bits in base64
 * @property {Captions[]} captions
 * @property {string} image its pixels
 * @property {string} label of the image
 * @property {Stops} signed
 * @property {string} accent
 */

class View {
  /** @type {Data} */
  data;
  across = 1; // maps in a row of a picture, and rows of them
  down = 1;
  columns = 1; // units
  rows = 1;
  before = new Float32Array(0);
  mean = new Float32Array(0);
  /** @type {Uint8Array[]} */
  masks = [];
  /** @type {(value: number) => Rgb} */
  tone;
  /** @type {[x: number, y: number] | null} */
  at = null; // the chosen unit
  shows = 0; // how often this was called

  /** @param {ShadowRoot | HTMLElement} root */
  constructor(root) {
    /** @type {HTMLElement} */
    this.host = root.querySelector(".panels");
    this.unit = root.querySelector(".unit");
    this.key = root.querySelector(".key");
    /** @type {HTMLCanvasElement} */
    this.image = root.querySelector(".image");
    this.host.addEventListener("keydown", (event) => this.press(event));
    this.host.addEventListener("focus", () => this.at || this.choose(0, 0));
    // The pointer may leave the pictures: the text of the last unit stays.
    this.host.addEventListener("pointermove", (event) => this.point(event));
    this.host.addEventListener("pointerdown", (event) => this.point(event));
  }

  /** @param {Data} data */
  show(data) {
    const { maps, height, width } = data;
    this.data = data;
    this.across = Math.ceil(Math.sqrt(maps));
    this.down = Math.ceil(maps / this.across);
    this.columns = this.across * (width + GAP) - GAP;
    this.rows = this.down * (height + GAP) - GAP;
    this.before = floats(data.before);
    this.mean = floats(data.mean);
    this.masks = data.masks.map(bits);
    const most = Math.max(...this.before.map(Math.abs), 1e-12);
    const tone = scale(data.signed);
    this.tone = (value) => tone(0.5 + value / (2 * data.scale * most));
    if (this.host.children.length !== 2 + 2 * this.masks.length) this.build();
    this.draw();
    this.drawImage();
    const shown = data.shown < data.total ? `The first ${data.shown} of ${data.total} maps are drawn. ` : "";
    write(this.key, `${data.captions[0].expected}${shown}Blue: below zero, white: zero, orange: above. Black: dropped.`);
    if (this.at) this.choose(...this.at);
    else write(this.unit, "Point at a unit, or use the arrow keys: here stands what happens to it.");
    this.shows += 1;
    this.host.dataset.shown = String(this.shows);
  }

  // In the grid: "before" and the masks above, the mean and the outputs below.
  build() {
    const count = this.masks.length;
    /** @param {number} phone */
    const panel = (phone) => {
      const figure = document.createElement("figure");
      figure.append(document.createElement("figcaption"), document.createElement("canvas"));
      figure.style.setProperty("--phone", String(phone));
      return figure;
    };
    const top = [panel(0), ...this.masks.map((_, i) => panel(2 * i + 2))];
    const bottom = [panel(1), ...this.masks.map((_, i) => panel(2 * i + 3))];
    const spots = ["before", "mask", "", "", "mean", "after"];
    [...top, ...bottom].forEach((figure, i) => spots[i] && (figure.dataset.spot = spots[i]));
    this.host.replaceChildren(...top, ...bottom);
    this.host.style.setProperty("--columns", String(count + 1));
  }

  panels() {
    const [before, ...rest] = this.host.children;
    const count = this.masks.length;
    return { before, masks: rest.slice(0, count), mean: rest[count], after: rest.slice(count + 1) };
  }

  draw() {
    const { before, masks, mean, after } = this.panels();
    const [captions] = this.data.captions;
    this.paint(before, captions.before, (i) => this.tone(this.before[i]));
    this.paint(mean, captions.mean, (i) => this.tone(this.mean[i]));
    masks.forEach((figure, pass) => this.paint(figure, captions.masks[pass], (i) => (this.masks[pass][i] ? [247, 247, 247] : [0, 0, 0])));
    after.forEach((figure, pass) => this.paint(figure, captions.after[pass], (i) => (this.masks[pass][i] ? this.tone(this.before[i] * this.data.scale) : [0, 0, 0])));
  }

  // One pixel a unit in an image of the real size, then enlarged, so that every unit is square.
  /** @param {Element} figure @param {string} caption @param {(unit: number) => Rgb} look */
  paint(figure, caption, look) {
    const { maps, height, width } = this.data;
    write(figure.querySelector("figcaption"), caption);
    const canvas = figure.querySelector("canvas");
    const zoom = Math.max(3, Math.floor(356 / this.columns));
    canvas.width = this.columns * zoom;
    canvas.height = this.rows * zoom;
    const pen = canvas.getContext("2d");
    for (let map = 0; map < maps; map += 1) {
      for (let i = 0; i < height * width; i += 1) {
        const [x, y] = this.place(map, i);
        pen.fillStyle = `rgb(${look(map * height * width + i)})`;
        pen.fillRect(x * zoom, y * zoom, zoom, zoom);
      }
    }
    if (this.at) {
      const [x, y] = this.at;
      pen.strokeStyle = this.data.accent;
      pen.lineWidth = Math.max(3, zoom / 4);
      pen.strokeRect(x * zoom - 1, y * zoom - 1, zoom + 2, zoom + 2);
    }
  }

  // The image that is read, dark on white.
  drawImage() {
    const pen = this.image.getContext("2d"), pixels = pen.createImageData(28, 28);
    bytes(this.data.image).forEach((ink, i) => pixels.data.set([255 - ink, 255 - ink, 255 - ink, 255], 4 * i));
    pen.putImageData(pixels, 0, 0);
    this.image.setAttribute("aria-label", this.data.label);
  }

  /** @param {number} map @param {number} i */
  place(map, i) {
    const { height, width } = this.data;
    const x = (map % this.across) * (width + GAP) + (i % width);
    return [x, Math.floor(map / this.across) * (height + GAP) + Math.floor(i / width)];
  }

  // The unit under column x and row y of the picture; null between two maps.
  /** @param {number} x @param {number} y */
  unitAt(x, y) {
    const { maps, height, width } = this.data;
    const [column, row] = [x % (width + GAP), y % (height + GAP)];
    const map = Math.floor(y / (height + GAP)) * this.across + Math.floor(x / (width + GAP));
    if (column >= width || row >= height || map >= maps) return null;
    return { map, row, column, index: (map * height + row) * width + column };
  }

  /** @param {PointerEvent} event */
  point(event) {
    if (!(event.target instanceof HTMLCanvasElement)) return;
    const box = event.target.getBoundingClientRect();
    const x = Math.floor(((event.clientX - box.left) / box.width) * this.columns);
    const y = Math.floor(((event.clientY - box.top) / box.height) * this.rows);
    if (this.unitAt(x, y)) this.choose(x, y);
  }

  /** @param {KeyboardEvent} event */
  press(event) {
    const step = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    if (!step) return;
    event.preventDefault();
    let [x, y] = this.at ?? [0, 0];
    do {
      [x, y] = [x + step[0], y + step[1]];
      if (x < 0 || y < 0 || x >= this.columns || y >= this.rows) return;
    } while (!this.unitAt(x, y));
    this.choose(x, y);
  }

  /** @param {number} x @param {number} y */
  choose(x, y) {
    const unit = this.unitAt(x, y);
    if (!unit) {
      this.at = null;
      return;
    }
    const moved = !this.at || this.at[0] !== x || this.at[1] !== y;
    this.at = [x, y];
    if (moved) this.draw();
    const { data } = this;
    const value = this.before[unit.index];
    const passes = this.masks.map((mask) => {
      const kept = mask[unit.index];
      const out = kept ? Math.fround(value * Math.fround(data.scale)) : 0;
      return data.training ? `${text(value, 4)} · ${kept} / ${text(1 - data.p, 4)} = ${text(out, 4)}` : `${text(value, 4)} unchanged`;
    });
    const where = data.maps > 1 ? `Map ${unit.map + 1}, row ${unit.row + 1}, column ${unit.column + 1}` : `Unit ${unit.index + 1}`;
    write(this.unit, `${where}: ${passes.map((one, i) => `pass ${i + 1}: ${one}`).join("; ")}; mean of ${data.averaged}: ${text(this.mean[unit.index], 4)}.`);
  }
}

/** @param {string} base64 */
function floats(base64) {
  return new Float32Array(bytes(base64).buffer);
}

// Eight units a byte, the first in the highest bit.
/** @param {string} base64 */
function bits(base64) {
  const packed = bytes(base64);
  return Uint8Array.from({ length: packed.length * 8 }, (_, i) => (packed[i >> 3] >> (7 - (i & 7))) & 1);
}

export default mount(View);
