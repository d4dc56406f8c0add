// Maps of one layer beside the network's input. Hovering outlines a cell's receptive field and shows
// its number; only the choice of another map is sent to the server.
import { ink } from "../../shared/colours.js";
import { mount } from "../../shared/mount.js";
import {
  bytes,
  cellAt,
  colourTable,
  decimal,
  outline,
  paintRaster,
  wholes,
} from "../../shared/raster.js";
import { bold, clamp, make, text, write } from "../../shared/words.js";

/**
 * @typedef {object} Data maps of one layer, of slopes or of probabilities
 * @property {string} shown
 * @property {number[]} shape count, height and width
 * @property {string} values 16-bit integers in base64; value = whole / 10^digits
 * @property {number} digits
 * @property {boolean} signed whether colours have two sides
 * @property {number} centre of those sides
 * @property {string} [says] the class that the network says at each place
 * @property {string} input its pixels; empty if it is not shown
 * @property {string} input_name
 * @property {number} chosen map
 * @property {string} word for one map
 * @property {string} about
 * @property {string} large what the range of all maps is
 * @property {[name: string, words: string, share: number][]} bars
 * @property {string} bars_title
 * @property {number[][][]} seen spans of rows and of columns; a span has a first and an end, or neither
 * @property {string[]} [classes]
 * @property {string} [target]
 * @property {string} [whole]
 * @property {number} [fill]
 * @property {Stops} signed_scale
 * @property {Stops} unsigned_scale
 * @property {string} accent
 */
/** @typedef {[top: number, left: number, bottom: number, right: number]} Patch */

class View {
  /** @type {Data} */
  data;
  /** @type {(unit: number) => void} */
  send;
  count = 0; // of maps
  height = 0;
  width = 0;
  values = new Int16Array(0);
  /** @type {Uint8Array | null} */
  says = null;
  /** @type {Uint8Array | null} */
  input = null;
  least = 0;
  most = 0;
  unit = 0; // the chosen map
  enlarged = 0; // the map that is shown large
  /** @type {Place | null} */
  at = null; // the cell that keys move
  /** @type {Rgb[]} */
  signed = [];
  /** @type {Rgb[]} */
  unsigned = [];
  /** @type {(value: number) => Rgb} */
  colour;
  sending = 0;

  /** @param {ShadowRoot | HTMLElement} place */
  constructor(place) {
    /** @type {HTMLElement} */
    const root = place.querySelector(".inside");
    /** @type {(selector: string) => HTMLElement} */
    const find = (selector) => root.querySelector(selector);
    this.root = root;
    this.node = Object.fromEntries(
      ["about", "readout", "tiles", "side", "legend", "bars", "heading", "field", "ring", "numbers", "low", "high"]
        .map((name) => [name, find(`.${name}`)]),
    );
    /** @type {(name: string) => HTMLCanvasElement} */
    const canvasOf = (name) => root.querySelector(`.${name} canvas`);
    this.source = { figure: find(".source"), canvas: canvasOf("source"), caption: find(".source figcaption") };
    this.large = { figure: find(".large"), canvas: canvasOf("large"), caption: find(".large figcaption") };
    /** @type {HTMLButtonElement[]} */
    this.tiles = [];
    const { canvas } = this.large;
    canvas.addEventListener("pointermove", (event) => this.point(event, canvas, this.unit));
    canvas.addEventListener("pointerdown", (event) => this.point(event, canvas, this.unit));
    canvas.addEventListener("pointerleave", (event) => event.pointerType === "mouse" && this.rest());
    canvas.addEventListener("keydown", (event) => this.key(event));
    this.node.tiles.addEventListener("keydown", (event) => this.tileKey(event));
    this.node.tiles.addEventListener("pointerleave", (event) => event.pointerType === "mouse" && this.rest());
    this.observer = new ResizeObserver(() => this.data && this.writeNumbers());
    this.observer.observe(canvas);
  }

  /** @param {Data} data @param {{ setTriggerValue: Send }} send */
  show(data, { setTriggerValue }) {
    this.send = (unit) => setTriggerValue("unit", unit);
    if (this.data?.shown === data.shown) return;
    this.data = data;
    [this.count, this.height, this.width] = data.shape;
    this.values = wholes(data.values);
    this.says = data.says ? bytes(data.says) : null;
    this.input = data.input ? bytes(data.input) : null;
    this.unit = data.chosen;
    this.signed = colourTable(data.signed_scale);
    this.unsigned = colourTable(data.unsigned_scale);
    this.root.style.setProperty("--accent", data.accent);
    this.scaleValues();
    write(this.node.about, data.about);
    this.source.figure.hidden = !this.input;
    if (this.input) this.paintSource(null);
    write(this.source.caption, data.input_name);
    this.source.canvas.setAttribute("aria-label", data.input_name);
    this.root.classList.toggle("single", this.count < 2 && !data.bars.length); // room for large pictures
    this.large.figure.hidden = this.height * this.width === 1;
    this.legend();
    this.bars();
    this.buildTiles();
    this.rest();
    this.root.dataset.shown = data.shown;
  }

  destroy() {
    clearTimeout(this.sending);
    this.observer.disconnect();
  }

  scaleValues() {
    const { data } = this;
    const centre = Math.round(data.centre * 10 ** data.digits);
    let [low, high] = [Infinity, -Infinity];
    for (const value of this.values) [low, high] = [Math.min(low, value), Math.max(high, value)];
    [this.least, this.most] = [low, high];
    const reach = data.signed ? Math.max(high - centre, centre - low) : high;
    this.colour = data.signed
      ? (value) => this.signed[Math.round(127.5 + (127.5 * (value - centre)) / (reach || 1))]
      : (value) => this.unsigned[Math.round((255 * value) / (reach || 1))];
  }

  legend() {
    const { data } = this;
    const low = data.signed ? this.least : 0;
    const high = this.most;
    /** @type {HTMLElement} */
    const bar = this.node.legend.querySelector(".bar");
    const shades = Array.from({ length: 17 }, (_, i) => `rgb(${this.colour(low + ((high - low) * i) / 16)})`);
    bar.style.background = `linear-gradient(to right, ${shades.join(", ")})`;
    bar.setAttribute("aria-label", data.signed ? "Blue is low, white the middle, orange high" : "White is zero, dark is high");
    write(this.node.low, decimal(low, data.digits));
    write(this.node.high, decimal(high, data.digits));
  }

  bars() {
    const { bars, bars_title: title } = this.data;
    this.node.bars.hidden = !bars.length;
    write(this.node.heading, title);
    while (this.node.bars.children.length > 1) this.node.bars.lastChild.remove();
    for (const [name, words, share] of bars) {
      const line = make("line", "presentation");
      const track = make("track", "presentation");
      const fill = document.createElement("i");
      const value = document.createElement("span");
      fill.style.width = `${share}%`;
      track.append(fill);
      write(value, words);
      line.append(bold(name), track, value);
      this.node.bars.append(line);
    }
  }

  buildTiles() {
    const { count, height, width, node } = this;
    node.tiles.hidden = count < 2;
    node.tiles.setAttribute("aria-label", `${this.data.word}s: choose one`);
    const cells = height * width;
    const few = this.data.bars.length ? 43 : 62; // bars need room of their own
    const side = cells === 1 ? (count <= 32 ? 40 : 20) : count <= 16 ? few : count <= 32 ? 43 : count <= 64 ? 32 : 21;
    node.tiles.style.setProperty("--tile", `${side}px`);
    while (this.tiles.length > count) this.tiles.pop().remove();
    while (this.tiles.length < count) this.tiles.push(this.tile(this.tiles.length));
    this.tiles.forEach((button, unit) => {
      const canvas = button.querySelector("canvas");
      canvas.style.setProperty("--ratio", String(width / height));
      this.paint(canvas, unit);
      let most = 0;
      for (let i = unit * cells; i < (unit + 1) * cells; i++) if (Math.abs(this.values[i]) > Math.abs(most)) most = this.values[i];
      button.setAttribute("aria-label", `${this.data.word} ${unit + 1}, largest ${decimal(most, this.data.digits)}`);
    });
    this.check();
  }

  /** @param {number} unit */
  tile(unit) {
    const button = document.createElement("button");
    button.type = "button";
    button.setAttribute("role", "radio");
    button.append(document.createElement("canvas"));
    button.addEventListener("click", () => this.choose(unit));
    button.addEventListener("pointermove", (event) => event.pointerType === "mouse" && this.point(event, button, unit));
    this.node.tiles.append(button);
    return button;
  }

  check() {
    this.tiles.forEach((button, unit) => {
      button.setAttribute("aria-checked", String(unit === this.unit));
      button.tabIndex = unit === this.unit ? 0 : -1;
    });
  }

  /** @param {HTMLCanvasElement} canvas @param {number} unit */
  paint(canvas, unit) {
    const from = unit * this.height * this.width;
    paintRaster(canvas, this.width, this.height, (i) => this.colour(this.values[from + i]));
  }

  // The input, with a patch over it if given.
  /** @param {Patch | null} patch */
  paintSource(patch) {
    const { canvas } = this.source;
    const [top, left, bottom, right] = patch ?? [0, 0, 0, 0];
    paintRaster(canvas, 28, 28, (i) => {
      const [r, c] = [Math.floor(i / 28), i % 28];
      const covered = r >= top && r < bottom && c >= left && c < right;
      return this.unsigned[covered ? this.data.fill : this.input[i]];
    });
  }

  /** @param {number} unit */
  choose(unit) {
    this.unit = unit;
    this.check();
    this.rest();
    clearTimeout(this.sending);
    this.sending = setTimeout(() => this.send(unit), 120);
  }

  // Without a pointer: the chosen map, without outlines.
  rest() {
    this.node.ring.hidden = this.node.field.hidden = true;
    if (this.says) this.paintSource(null);
    this.enlarge(this.unit);
    const where = this.height * this.width === 1 ? "a unit" : "a cell";
    const wide = this.wide;
    const sees = this.says ? " to cover that part" : wide ? " to see what it looks at" : " for its number";
    write(this.node.readout, `Point at ${where}${sees}.`);
    if (this.height * this.width === 1) this.look(this.unit, 0, 0);
  }

  /** @param {number} unit */
  enlarge(unit) {
    const { canvas, caption, figure } = this.large;
    if (figure.hidden) return;
    canvas.style.setProperty("--ratio", String(this.width / this.height));
    const name = this.count > 1 ? `${this.data.word} ${unit + 1}` : this.data.about;
    this.paint(canvas, unit);
    write(caption, this.count > 1 ? `${name}. ${this.data.large}` : this.data.large);
    canvas.setAttribute("aria-label", `${name}. Arrow keys move over its cells.`);
    this.enlarged = unit;
    this.writeNumbers();
  }

  // Writes numbers into the cells if there is room for them.
  writeNumbers() {
    const { numbers } = this.node;
    const pitch = this.large.canvas.clientWidth / this.width;
    if (pitch < 30 || this.large.figure.hidden) return numbers.replaceChildren();
    numbers.style.gridTemplateColumns = `repeat(${this.width}, 1fr)`;
    numbers.style.fontSize = `${Math.min(13, pitch * 0.28)}px`;
    const from = this.enlarged * this.height * this.width;
    numbers.replaceChildren(...Array.from({ length: this.height * this.width }, (_, i) => {
      const cell = document.createElement("span");
      const value = this.values[from + i];
      cell.style.color = ink(this.colour(value));
      write(cell, Math.abs(this.data.digits) > 6 ? decimal(value, this.data.digits) : text(value / 10 ** this.data.digits, 2));
      return cell;
    }));
  }

  /** @param {PointerEvent} event @param {Element} node @param {number} unit */
  point(event, node, unit) {
    this.look(unit, ...cellAt(event, node, this.height, this.width));
  }

  /** @param {number} unit @param {number} row @param {number} column */
  look(unit, row, column) {
    if (unit !== this.enlarged) this.enlarge(unit);
    this.at = [row, column];
    const { width, height, data } = this;
    outline(this.node.ring, width, height, column, row, column + 1, row + 1);
    const place = row * width + column;
    const value = decimal(this.values[unit * width * height + place], data.digits);
    this.root.dataset.value = value;
    if (!data.seen.length) {
      write(this.node.readout, `${data.word} ${unit + 1}, row ${row + 1}, column ${column + 1}: ${value}`);
      return;
    }
    const cell = height * width === 1 ? "" : `, row ${row + 1}, column ${column + 1}`;
    const [top, bottom, left, right] = this.seen(unit, row, column);
    if (bottom === undefined || right === undefined) {
      this.node.field.hidden = true;
      write(this.node.readout, `${data.word} ${unit + 1}${cell}: ${value}; it sees only padding.`);
      return;
    }
    outline(this.node.field, 28, 28, left, top, right, bottom);
    const rows = top + 1 === bottom ? `row ${bottom}` : `rows ${top + 1}–${bottom}`;
    const columns = left + 1 === right ? `column ${right}` : `columns ${left + 1}–${right}`;
    if (this.says) {
      this.paintSource([top, left, bottom, right]);
      const says = data.classes[this.says[place]];
      write(this.node.readout, `With ${rows}, ${columns} covered: p(${data.target}) = ${value} %, uncovered ${data.whole}; the network says ${says}.`);
      return;
    }
    const sees = !this.wide ? "" : `; it sees ${rows}, ${columns} of the input`;
    write(this.node.readout, `${data.word} ${unit + 1}${cell}: ${value}${sees}.`);
  }

  // Whether a number's receptive field has more than one pixel.
  get wide() {
    return this.data.seen.some((axis) => axis.some(([first, end]) => end - first > 1));
  }

  // First and one past the last row, then column; undefined where there is only padding.
  /** @param {number} unit @param {number} row @param {number} column */
  seen(unit, row, column) {
    const [rows, columns] = this.data.seen;
    const flat = this.height * this.width === 1 && rows.length === this.count; // a span for each unit
    const [[top, bottom], [left, right]] = [rows[flat ? unit : row], columns[flat ? unit : column]];
    return bottom === undefined || right === undefined ? [] : [top, bottom, left, right];
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    const move = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[event.key];
    if (!move) return;
    event.preventDefault();
    const [row, column] = this.at ?? [0, 0];
    this.look(this.unit, clamp(row + move[0], 0, this.height - 1), clamp(column + move[1], 0, this.width - 1));
  }

  /** @param {KeyboardEvent} event */
  tileKey(event) {
    const step = { ArrowLeft: -1, ArrowUp: -1, ArrowRight: 1, ArrowDown: 1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const unit = (this.unit + step + this.count) % this.count;
    this.choose(unit);
    this.tiles[unit].focus();
  }
}

export default mount(View);
