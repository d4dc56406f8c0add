// The convolution picture. PyTorch's numbers arrive in `data`. Pointing, keys and playing need no
// server; only a finished change of a cell is sent.
import { scale } from "../../shared/colours.js";
import { Grid } from "../../views/grid/grid.js";
import { Frame, Speaker, onWidth } from "../../shared/moments.js";
import { mount } from "../../shared/mount.js";
import { activeIn, clamp, text, write } from "../../shared/words.js";
import { Player } from "../../views/player/view.js";
import { Channels } from "./channels.js";
import { Editing } from "./editing.js";
import { KernelTable } from "./kernel_table.js";
import { looks } from "./looks.js";
import { Marks } from "./marks.js";
import { Slide, preview } from "./slide.js";
import { Tables, miniHeight } from "./tables.js";

// Pixels of a cell: with a number in it, large enough for a finger to slide over, and at all.
const READABLE = 17, SLID = 10, LEAST = 5;
const CHANNEL = 57; // pixels of a button that chooses a channel
const ABOVE_CONTROLS = 0.58; // of the window of a phone: below the header, above the controls

/**
 * @typedef {object} Numbers
 * @property {string} shown
 * @property {number} ack the last edit in these numbers
 * @property {boolean} edited
 * @property {number} channels of the input
 * @property {number} outs channels of the output
 * @property {number[]} image
 * @property {number[]} kernel
 * @property {number[]} divisors by which the entries of each kernel are whole
 * @property {number[]} output
 * @property {boolean} flip whether the picture shows the kernel turned
 * @property {number[]} missed rows and columns that no window holds, or no stamp reaches
 * @property {string} note on them
 * @property {string} formula of the size
 * @property {string} weights formula of their number
 * @property {string} problem
 * @property {Stops} signed
 * @property {Stops} unsigned
 * @property {string} accent
 */
/** @typedef {Numbers & import("./slide.js").Sizes} Data */
/** @typedef {import("./editing.js").Kind} Kind */
/** @typedef {"input" | "output" | "kernel"} Look what the pointer is on */

export class View {
  /** @type {Data} */
  data;
  state = ""; // which data is on show
  /** @type {Slide} */
  slide;
  /** @type {(value: number, largest: number) => Rgb} */
  signed;
  /** @type {(value: number) => Rgb} */
  inked;
  /** @type {number[]} */
  image = []; // with the edits that the server has not answered, as the kernel and the output
  /** @type {number[]} */
  kernel = [];
  /** @type {number[]} */
  values = [];
  below = false; // whether a pixel is below zero
  most = 1; // of the sizes of pixels
  largest = 0; // of the sizes of the output
  /** @type {Look | undefined} */
  chosen;
  width = 0;
  pitches = [0, 0]; // of the input and the output
  /** @type {[cell: HTMLElement, words: string][]} */
  weighed = []; // cells that show a weight instead of their words
  fresh = -1; // the input cell that has just been changed
  painted = "";

  /** @param {ShadowRoot | HTMLElement} place */
  constructor(place) {
    /** @type {HTMLElement} */
    const root = place.querySelector(".conv");
    /** @type {(selector: string) => HTMLElement} */
    const find = (selector) => root.querySelector(selector);
    this.root = root;
    this.stage = find(".stage");
    this.node = Object.fromEntries(
      ["size", "weights", "note", "live", "top", "problem"].map((name) => [name, find(`.${name}`)]));
    const playing = () => this.player.playing;
    this.input = new Grid(find(".input"), () => this.choose("input"), playing);
    this.output = new Grid(find(".output"), () => this.choose("output"), playing);
    this.inputs = new Channels(find(".input"), "Input", () => this.redraw());
    this.outputs = new Channels(find(".output"), "Output", () => this.redraw());
    this.marks = new Marks(this.stage, this.input, this.output);
    this.tables = new Tables(root);
    this.entries = new KernelTable(root, () => playing() || this.choose("kernel"));
    const where = () => this[this.primary].current;
    this.player = new Player(find(".transport"), { name: "Slide the window", short: true, where, onMove: (at) => this.goTo(at) });
    this.editing = new Editing(this, root);
    this.speaker = new Speaker(this.node.live);
    // One repaint per frame, however many events a fast mouse sends.
    this.pointing = new Frame(() => this.paint());
    this.repainting = new Frame(() => {
      if (this.editing.pending.size) this.values = preview(this.data, this.slide, this.image, this.kernel);
      this.redraw();
    });
    const touch = window.matchMedia("(hover: none)").matches;
    write(find(".hint"), touch ? "or tap a cell twice to type" : "or type into a cell of input or kernel");
    this.listen();
  }

  listen() {
    // Pressing or typing stops the sliding window; hovering does not.
    this.stage.addEventListener("pointerdown", () => this.player.stop(), true);
    this.stage.addEventListener("keydown", (event) => event.key === " " || this.player.stop(), true);
    for (const host of [this.input.host, this.output.host, this.entries.body]) {
      // A lifted finger also fires pointerleave, but its cell should stay.
      host.addEventListener("pointerleave", (event) => {
        if (event.pointerType === "mouse" && !this.player.playing) this.choose(this.primary);
      });
      host.addEventListener("focusout", () => this.choose(this.primary));
    }
    this.output.host.addEventListener("keydown", (event) => {
      if (event.key !== " ") return;
      event.preventDefault();
      this.player.toggle();
    });
    this.unseen = onWidth(this.root, () => this.data && this.layout());
  }

  /** @param {Data} data @param {{ setTriggerValue: Send }} send */
  show(data, { setTriggerValue }) {
    this.editing.sendEdit = (message) => setTriggerValue("edit", message);
    const state = `${data.shown} ${data.ack}`;
    if (this.state === state) return;
    const other = this.data?.shown !== data.shown;
    this.state = state;
    this.player.stop();
    const [ink, signed] = [scale(data.unsigned), scale(data.signed)];
    this.signed = (value, largest) => signed(0.5 + (0.5 * value) / (largest || 1));
    // With a typed pixel below zero, the input has the colours of signed values.
    this.inked = (value) => (this.below ? this.signed(value, this.most) : ink(value / this.most));
    this.data = data;
    this.slide = new Slide(data);
    const side = data.transposed ? this.slide.inputs : this.slide.outputs;
    this.player.show({ steps: side * side, unit: "cell" });
    this.image = data.image.slice();
    this.kernel = data.kernel.slice();
    const waiting = this.editing.arrived(data);
    this.values = waiting ? preview(data, this.slide, this.image, this.kernel) : data.output;
    this.root.style.setProperty("--accent", data.accent);
    this.root.classList.toggle("transposed", data.transposed);
    write(this.node.size, `${data.formula} = ${data.m}`);
    write(this.node.weights, data.weights);
    write(this.node.note, data.note);
    write(this.node.problem, data.problem);
    if (other && this.chosen !== "kernel" && !this.root.contains(this.focused)) this.chosen = this.primary;
    this.chosen ||= this.primary;
    this.layout();
    this.root.dataset.settled = String(!waiting);
    this.root.dataset.shown = data.shown;
  }

  destroy() {
    this.player.destroy();
    this.unseen();
    for (const one of [this.repainting, this.pointing, this.speaker]) one.stop();
  }

  // The grid that plays, and that is shown without a pointer.
  /** @returns {"input" | "output"} */
  get primary() {
    return this.data.transposed ? "input" : "output";
  }

  get focused() {
    return activeIn(this.root);
  }

  get out() {
    return this.outputs.current;
  }

  get pair() {
    return this.out * this.data.channels + this.inputs.current;
  }

  // Both grids share one cell size as long as the output's cells stay large enough to touch.
  layout() {
    const { k, note, channels, outs } = this.data;
    const width = (this.width = this.root.clientWidth);
    const [all, m] = [this.slide.inputs, this.slide.outputs];
    const gap = parseFloat(getComputedStyle(this.stage).columnGap);
    const many = Math.max(channels, outs) > 1;
    const wide = width - gap - 4;
    const abreast = Math.min(wide / (all + m), many ? (wide - channels * CHANNEL) / m : Infinity);
    // Grids below each other must both fit above the controls, which stay in view on a phone.
    const both = ABOVE_CONTROLS * window.innerHeight - 2 * 30 - gap - (many ? 76 : 0);
    const stacked = Math.min((width - 2) / Math.max(all, m), both / (all + m));
    const beside = width >= 560 || abreast >= SLID || (abreast >= LEAST && stacked < READABLE);
    this.root.classList.toggle("many", many);
    this.root.classList.toggle("abreast", beside && width < 560);
    this.stage.style.flexDirection = beside ? "row" : "column";
    this.marks.beside = beside;
    // The height of the window without the products, so that grids and products are visible together.
    const lines = channels > 1 ? (channels + 1) * 20 : 42;
    const below = 206 + this.node.top.offsetHeight + (many ? 38 : 0) + 48 + lines + k * miniHeight(k, many) + (note ? 30 : 0);
    const height = clamp(window.innerHeight - below, channels > 1 ? 160 : 200, 560);
    const most = Math.max(all, m);
    const room = beside ? Math.min(abreast, height / most) : stacked;
    const pitch = Math.floor(clamp(room, LEAST, 44));
    const left = beside ? Math.min(height, wide - all * pitch) : width - 2;
    const large = Math.floor(clamp(170 / m, pitch, Math.max(pitch, Math.min(22, left / m))));
    const inputMost = beside ? clamp((wide - m * large) / all, pitch, 44) : 44;
    const longest = Math.max(...this.values.map((value) => text(value, 2).length));
    // Digits are half as wide as high: 11 pixels high if there is room, 8.5 at least.
    const wider = Math.min(Math.ceil(longest * 5.5 + 3), Math.floor(left / m));
    this.pitches = [
      this.data.transposed ? Math.floor(clamp(170 / all, pitch, inputMost)) : pitch,
      large < wider && wider >= longest * 4.25 + 3 ? wider : large,
    ];
    this.redraw();
  }

  redraw() {
    const { n, m, outs, channels, crop, edited } = this.data;
    const { inputs: all, outputs: drawn } = this.slide;
    this.below = this.image.some((value) => value < 0);
    this.most = Math.max(1, ...this.image.map(Math.abs));
    this.inputs.draw(channels, n, (channel, cell) => this.inked(this.image[channel * n * n + cell]));
    this.largest = Math.max(...this.values.map(Math.abs));
    this.outputs.draw(outs, m, (out, cell) => this.signed(this.values[out * m * m + cell], this.largest));
    this.drawInput();
    this.drawOutput();
    const change = edited || this.editing.pending.size ? ", edited" : "";
    /** @type {(count: number, at: number) => string} */
    const channel = (count, at) => (count > 1 ? `, channel ${at + 1} of ${count}` : "");
    write(this.input.caption, `Input ${n} × ${n}${all > n ? `, padded to ${all} × ${all}` : ""}${change}${channel(channels, this.inputs.current)}`);
    const range = `, from ${text(Math.min(...this.values), 2)} to ${text(Math.max(...this.values), 2)}`;
    const cut = crop ? `, cut from ${drawn} × ${drawn}` : "";
    write(this.output.caption, `Output ${m} × ${m}${cut}${channel(outs, this.out)}${this.output.numbers ? "" : range}`);
    const help = "Arrow keys move from cell to cell, the space bar plays.";
    this.input.host.setAttribute("aria-label", `Input, ${all} rows and columns. ${help} Type a number to change a pixel.`);
    this.output.host.setAttribute("aria-label", `Output, ${drawn} rows and columns. ${help}`);
    this.tables.build(this);
    this.entries.built();
    this.entries.table.setAttribute("aria-label", "Kernel. Arrow keys move, type a number to change an entry.");
    this.marks.frames(this.data);
    this.painted = "";
    this.paint();
  }

  drawInput() {
    const { missed, transposed } = this.data;
    this.input.draw(this.slide.inputs, this.pitches[0], 3, (r, c) => {
      const value = this.value("input", [r, c]);
      const hatched = !transposed && (missed.includes(r) || missed.includes(c));
      return { value: value ?? 0, rgb: this.inked(value ?? 0), pad: value === undefined, missed: hatched };
    });
  }

  drawOutput() {
    const { missed, transposed } = this.data;
    this.output.draw(this.slide.outputs, this.pitches[1], 2, (r, c) => {
      const value = this.outputValue(r, c);
      const cut = value === undefined;
      const hatched = transposed && (missed.includes(r) || missed.includes(c));
      return { value: value ?? 0, rgb: this.signed(value ?? 0, this.largest), pad: cut, missed: hatched && !cut, words: cut ? "" : undefined };
    });
    this.weighed = [];
  }

  /** @param {number} r @param {number} c */
  outputValue(r, c) {
    const { m, crop } = this.data;
    const [y, x] = [r - crop, c - crop];
    return y < 0 || x < 0 || y >= m || x >= m ? undefined : this.values[(this.out * m + y) * m + x];
  }

  // The value at a place of the drawn input, or of the kernel; undefined in the padding.
  /** @param {Kind} kind @param {Place} place @param {number} [channel] */
  value(kind, [row, column], channel = this.inputs.current) {
    const { n, k, before } = this.data;
    if (kind === "kernel") return this.kernel[(this.pair * k + row) * k + column];
    const [y, x] = [row - before, column - before];
    return y < 0 || x < 0 || y >= n || x >= n ? undefined : this.image[(channel * n + y) * n + x];
  }

  // The address of a place for the server, which keeps a flipped kernel unflipped.
  /** @param {Kind} kind @param {Place} place */
  address(kind, [row, column]) {
    const { k, before, flip } = this.data;
    if (kind === "input") return [this.inputs.current, row - before, column - before];
    /** @param {number} at */
    const turn = (at) => (flip ? k - 1 - at : at);
    return [this.out, this.inputs.current, turn(row), turn(column)];
  }

  /** @param {Kind} kind @param {number[]} cell @param {number} value */
  place(kind, cell, value) {
    const { n, k, flip, channels, outs } = this.data;
    const [row, column] = cell.slice(-2);
    const side = kind === "input" ? n : k;
    if (row >= side || column >= side || cell.at(-3) >= channels) return;
    if (kind === "input") this.image[(cell[0] * n + row) * n + column] = value;
    else if (cell[0] < outs) {
      /** @param {number} at */
      const turn = (at) => (flip ? k - 1 - at : at);
      this.kernel[((cell[0] * channels + cell[1]) * k + turn(row)) * k + turn(column)] = value;
    }
  }

  /** @param {Kind} kind @param {number[]} cell @param {number} value */
  changed(kind, cell, value) {
    this.place(kind, cell, value);
    this.fresh = this.input.current;
    this.root.dataset.settled = "false";
    this.repainting.ask();
  }

  /** @returns {Place} */
  inputPlace() {
    return [Math.floor(this.input.current / this.slide.inputs), this.input.current % this.slide.inputs];
  }

  /** @param {Kind} kind */
  cellOf(kind) {
    return kind === "input" ? this.input.cells[this.input.current] : this.entries.cells[this.entries.current];
  }

  /** @param {Kind} kind @param {number} at */
  rowName(kind, at) {
    return kind === "input" ? at - this.data.before + 1 : at + 1;
  }

  /** @param {number} index */
  goTo(index) {
    this[this.primary].select(index);
    this.choose(this.primary);
  }

  /** @param {Look} kind */
  choose(kind) {
    const cell = `${kind} ${(kind === "kernel" ? this.entries : this[kind]).current}`;
    if (cell === this.painted) return;
    this.painted = cell;
    this.chosen = kind;
    this.pointing.ask();
  }

  paint() {
    this.pointing.stop();
    // The effect of a change on the output is shown until the pointer is on another cell.
    if (this.chosen !== "input" || this.input.current !== this.fresh) this.fresh = -1;
    const sentence = looks[this.chosen](this);
    if (this.root.dataset.look !== this.chosen) this.root.dataset.look = this.chosen;
    const cell = this.chosen === "kernel" ? null : this[this.chosen].cells[this[this.chosen].current];
    if (cell && !cell.textContent) cell.setAttribute("aria-label", sentence);
    if (!this.player.playing) this.speaker.say(sentence);
  }
}

export default mount(View);
