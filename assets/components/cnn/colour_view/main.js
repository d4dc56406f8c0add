// One filter over three planes. PyTorch's numbers arrive in `data`; only presses go back.
import { scale } from "../../shared/colours.js";
import { Grid } from "../../views/grid/grid.js";
import { Frame, Speaker, onWidth } from "../../shared/moments.js";
import { mount } from "../../shared/mount.js";
import { bold, clamp, many, text, write } from "../../shared/words.js";
import { Player } from "../../views/player/view.js";
import { Locator } from "./locator.js";
import { Marks } from "./marks.js";
import { Plane, paintSmall } from "./sheet.js";

const CHANNELS = ["red", "green", "blue"];

/**
 * @typedef {object} Numbers of one picture, all filters and their maps
 * @property {string} shown
 * @property {number} n side of the picture
 * @property {number} k side of the kernels
 * @property {number} s stride
 * @property {number} p padding
 * @property {number} m side of the maps
 * @property {number} o filters
 * @property {number[]} image
 * @property {number[]} weight
 * @property {number[]} bias
 * @property {number[]} output
 * @property {string[]} names of filters
 * @property {string[]} abouts of filters
 * @property {number[]} unused rows and columns that no window covers
 * @property {number} parameters
 * @property {number} multiply_adds
 * @property {Place} start row and column of the cell that is explained first
 * @property {Stops} signed
 * @property {string} accent
 */
/** @typedef {Numbers & import("./locator.js").Whole} Data */
/** @typedef {"input" | "output"} Side */

// A little less red, so that white numbers stay readable.
/** @type {(channel: number, value: number) => Rgb} */
const hue = (channel, value) =>
  [0, 1, 2].map((i) => (i === channel ? Math.round(channel ? value : value * 0.9) : 0));
// The frame of a lesson gives a phone's stage this share of the window (ui/rail/frame.css).
const stageHeight = () => window.innerHeight * (window.innerHeight > 720 ? 0.46 : 0.38);
/** @param {number} value */
const bracket = (value) => (value < 0 ? `(${text(value)})` : text(value));

class View {
  /** @type {Data} */
  data;
  /** @type {Send} */
  send;
  /** @type {(value: number, largest: number) => Rgb} */
  signed;
  /** @type {Side} */
  chosen = "output";
  /** @type {number[]} */
  pinned = []; // filter, row and column of the cell that is explained
  room = { narrow: false, width: 0, plane: 0 };
  filter = 0;
  width = 0;
  largest = 1; // of the numbers of the map
  outputPitch = 0;
  painted = ""; // the cell whose outlines are on show
  /** @type {HTMLElement | null} */
  labelled = null;

  /** @param {ShadowRoot | HTMLElement} place */
  constructor(place) {
    /** @type {HTMLElement} */
    const root = place.querySelector(".colour");
    /** @type {(selector: string) => HTMLElement} */
    const find = (selector) => root.querySelector(selector);
    this.root = root;
    this.node = Object.fromEntries(
      ["shapes", "counts", "sum", "note", "about", "live", "maps", "side", "planes"]
        .map((name) => [name, find(`.${name}`)]),
    );
    this.player = new Player(find(".slides"), {
      name: "Slide the window", short: true, where: () => this.output.current, onMove: (at) => this.goTo(at),
    });
    const playing = () => this.player.playing;
    this.input = new Grid(find(".input"), () => this.choose("input"), playing);
    this.output = new Grid(find(".output"), () => this.choose("output"), playing);
    this.planes = CHANNELS.map((name) => new Plane(find(`.plane.${name}`), name, (r, c) => {
      if (playing()) return;
      this.input.select(r * this.padded + c);
      this.choose("input");
    }));
    this.marks = { input: new Marks(this.input), output: new Marks(this.output) };
    this.locator = new Locator(find(".locator"), (place) => this.send("place", place));
    this.listen(find(".stage"));
    this.every = find(".every");
    this.every.addEventListener("click", () => {
      const plain = root.classList.toggle("plain");
      this.every.setAttribute("aria-pressed", String(!plain));
    });
    // One repaint per frame, however many events a fast mouse sends.
    this.pointing = new Frame(() => this.paint());
    this.speaker = new Speaker(this.node.live);
    this.unseen = onWidth(root, () => this.data && this.layout());
  }

  /** @param {HTMLElement} stage */
  listen(stage) {
    // Pressing or typing stops the sliding window; hovering does not.
    stage.addEventListener("pointerdown", () => this.player.stop(), true);
    stage.addEventListener("keydown", () => this.player.stop(), true);
    // A lifted finger also fires pointerleave, but its cell should stay.
    /** @param {PointerEvent} event */
    const back = (event) => event.pointerType === "mouse" && this.choose("output");
    for (const host of [this.input.host, ...this.planes.map((plane) => plane.canvas)])
      host.addEventListener("pointerleave", back);
    this.input.host.addEventListener("focusout", () => this.choose("output"));
    this.output.host.addEventListener("click", () => this.pin());
    this.output.host.addEventListener("keydown", (event) => {
      if (event.key === "Enter" || event.key === " ") { event.preventDefault(); this.pin(); }
    });
  }

  // The cell that the maths and the code below explain.
  pin() {
    const cell = [this.filter, ...this.place("output")];
    if (String(cell) !== String(this.pinned)) this.send("cell", (this.pinned = cell));
  }

  get padded() {
    return this.data.n + 2 * this.data.p;
  }

  /** @param {Side} kind */
  place(kind) {
    const size = kind === "input" ? this.padded : this.data.m;
    return [Math.floor(this[kind].current / size), this[kind].current % size];
  }

  /** @param {number} channel @param {number} row @param {number} column */
  pixel(channel, row, column) {
    const { n, p, image } = this.data;
    const [y, x] = [row - p, column - p];
    if (y < 0 || x < 0 || y >= n || x >= n) return null;
    return image[(channel * n + y) * n + x];
  }

  /** @param {Data} data @param {{ setTriggerValue: Send }} send */
  show(data, { setTriggerValue }) {
    this.send = setTriggerValue;
    if (this.data?.shown === data.shown) return;
    this.player.stop();
    const other = this.data?.m !== data.m;
    this.data = data;
    const cells = data.m ** 2;
    this.player.show({ steps: cells, unit: "cell", speeds: [clamp(cells / 16, 1, 17)] }); // all in 16 seconds
    const signed = scale(data.signed);
    this.signed = (value, largest) => signed(0.5 + (0.5 * value) / (largest || 1));
    this.root.style.setProperty("--accent", data.accent);
    this.filter = Math.min(this.filter, data.o - 1);
    this.chosen = "output";
    this.head();
    this.layout();
    if (other) this.goTo(data.start[0] * data.m + data.start[1]);
    this.root.dataset.shown = data.shown;
  }

  destroy() {
    this.player.destroy();
    this.unseen();
    this.pointing.stop();
    this.speaker.stop();
  }

  head() {
    const { n, k, m, o, parameters, multiply_adds, unused } = this.data;
    const parts = [
      [`(3, ${n}, ${n})`, "picture"], ["∗", ""], [`(${o}, 3, ${k}, ${k})`, many(o, "filter")],
      ["+", ""], [`(${o})`, o > 1 ? "biases" : "bias"], ["→", ""],
      [`(${o}, ${m}, ${m})`, many(o, "output map")],
    ];
    this.node.shapes.replaceChildren(...parts.map(([shape, name]) => {
      const span = document.createElement("span");
      const small = document.createElement("small");
      write(small, name);
      span.append(bold(shape), small);
      return span;
    }));
    /** @param {number} value */
    const counted = (value) => value.toLocaleString("en-GB");
    write(this.node.counts, `Parameters ${o}·(3·${k}·${k} + 1) = ${counted(parameters)}\n`
      + `Multiply-adds ${o}·${m}·${m}·(3·${k}·${k}) = ${counted(multiply_adds)}`);
    write(this.node.note, unused.length
      ? "Hatched: rows and columns where no whole window fits; no filter sees them." : "");
  }

  // Three rows, one for each plane, beside the picture and the output; on a phone below them.
  layout() {
    const { m, k, p } = this.data;
    const width = (this.width = this.root.clientWidth);
    const narrow = width < 600;
    this.root.classList.toggle("narrow", narrow);
    const all = this.padded;
    const height = clamp(window.innerHeight - 250, 390, 620);
    // On a phone the sum stands below the pictures and is in sight with them.
    const side = narrow ? clamp(stageHeight() - 110, 120, (width - 14) / 2) : clamp(width * 0.21, 120, Math.min(200, height / 2 - 55));
    /** @param {number} count */
    const large = (count) => Math.min(40, count < 12 ? Math.floor(side / count) : side / count);
    this.node.side.style.width = narrow ? "" : `${side}px`;
    write(this.input.caption, `In its colours, ${this.data.n} × ${this.data.n}${p ? `, padding ${p}` : ""}`);
    this.input.draw(all, large(all) - 1 / all, 0, (r, c) => this.lookAt(r, c));
    this.drawOutput(large(m) - 1 / m);
    const help = "Arrow keys move from cell to cell.";
    this.input.host.setAttribute("aria-label", `Input in its colours, ${all} rows and columns. ${help}`);
    this.output.host.setAttribute("aria-label", `Output map, ${m} rows and columns. ${help} Enter explains the cell below.`);
    const plane = narrow ? 128 : clamp(height / 3 - 24, 96, 150);
    this.room = { narrow, width: narrow ? width : width - side - 24, plane };
    this.sizeTables();
    this.planes.forEach((one, channel) => {
      one.build(k);
      one.draw(all, plane / all, (r, c) => this.pixel(channel, r, c), (value) => hue(channel, value));
    });
    this.locator.draw(this.data, narrow ? 96 : 64);
    this.drawMaps(narrow ? 40 : Math.min(40, Math.floor((side + 4) / this.data.o) - 10));
    this.painted = "";
    this.paint();
  }

  /** @param {number} r @param {number} c */
  lookAt(r, c) {
    const [red, green, blue] = CHANNELS.map((_, channel) => this.pixel(channel, r, c));
    const missed = this.data.unused.includes(r) || this.data.unused.includes(c);
    const pad = red === null;
    return { value: 0, words: "", rgb: pad ? [0, 0, 0] : [red, green, blue], pad, missed };
  }

  /** @param {number} pitch */
  drawOutput(pitch) {
    const { m, o } = this.data;
    const map = this.map(this.filter);
    this.largest = Math.max(1, ...map.map(Math.abs));
    this.output.draw(m, pitch, 0, (r, c) => {
      const value = map[r * m + c];
      return { value, rgb: this.signed(value, this.largest) };
    });
    this.outputPitch = pitch;
    write(this.output.caption, o > 1 ? `Output map ${this.filter + 1} of ${o}` : `Output map, ${m} × ${m}`);
    const range = `From ${text(Math.min(...map))} to ${text(Math.max(...map))}; white is 0.`;
    this.node.about.replaceChildren(
      bold(`Filter ${this.filter + 1}, ${this.data.names[this.filter]}:`),
      ` ${this.data.abouts[this.filter]}. ${range}`,
    );
  }

  /** @param {number} filter */
  map(filter) {
    const area = this.data.m ** 2;
    return this.data.output.slice(filter * area, (filter + 1) * area);
  }

  /** @param {number} side */
  drawMaps(side) {
    const { o, m, names } = this.data;
    const host = this.node.maps;
    host.hidden = o < 2;
    while (host.children.length > o) host.lastChild.remove();
    while (host.children.length < o) host.append(this.mapButton(host.children.length));
    host.querySelectorAll("button").forEach((button, filter) => {
      const map = this.map(filter);
      const largest = Math.max(1, ...map.map(Math.abs));
      paintSmall(button.querySelector("canvas"), m, side, (i) => this.signed(map[i], largest));
      button.setAttribute("aria-label", `Filter ${filter + 1}: ${names[filter]}`);
      button.title = names[filter];
      button.setAttribute("aria-pressed", String(filter === this.filter));
    });
  }

  /** @param {number} filter */
  mapButton(filter) {
    const button = document.createElement("button");
    button.type = "button";
    button.append(document.createElement("canvas"), String(filter + 1));
    button.addEventListener("click", () => this.select(filter));
    return button;
  }

  /** @param {number} filter */
  select(filter) {
    this.filter = filter;
    [...this.node.maps.children].forEach((button, i) =>
      button.setAttribute("aria-pressed", String(i === filter)));
    this.drawOutput(this.outputPitch);
    this.sizeTables();
    this.chosen = "output";
    this.painted = "";
    this.paint();
    this.pin();
  }

  /** @param {number} channel */
  kernel(channel) {
    const area = this.data.k ** 2;
    const start = (this.filter * 3 + channel) * area;
    return this.data.weight.slice(start, start + area);
  }

  // The largest font with which the tables of a plane fit into one line; on a phone into two.
  sizeTables() {
    const { k } = this.data;
    const { narrow, width, plane } = this.room;
    const kernels = CHANNELS.flatMap((_, channel) => this.kernel(channel));
    /** @param {number[]} values */
    const widest = (values) => Math.max(...values.map((value) => text(value).length));
    const letters = [3, widest(kernels), Math.max(4, widest(kernels.map((value) => value * 255)))];
    /** @type {(parts: number[], room: number) => number} */
    const line = (parts, room) => (room / k - 5 * parts.length) / (0.58 * parts.reduce((a, b) => a + b, 0));
    const fits = narrow
      ? Math.min(line(letters.slice(0, 1), width - plane - 24), line(letters.slice(1), width - 116))
      : line(letters, width - plane - 120);
    const font = clamp(fits, 9.5, 15);
    const style = this.root.style;
    ["window", "kernel", "products"].forEach((name, i) =>
      style.setProperty(`--${name}`, `${(letters[i] * font * 0.58 + 5).toFixed(1)}px`));
    const patch = narrow ? (width - plane - 90) / 2 : 110;
    style.setProperty("--square", `${clamp(Math.floor(patch / k), 10, 30)}px`);
    style.setProperty("--small", `${font.toFixed(1)}px`);
    style.setProperty("--tall", `${clamp(Math.floor(narrow ? 24 : (plane + 2) / k), 17, 30)}px`);
  }

  /** @param {number} at */
  goTo(at) {
    this.output.select(at);
    this.choose("output");
  }

  /** @param {Side} kind */
  choose(kind) {
    const cell = `${kind} ${this[kind].current}`;
    if (cell === this.painted) return;
    this.painted = cell;
    this.chosen = kind;
    this.pointing.ask();
  }

  paint() {
    this.pointing.stop();
    const sentence = this.chosen === "input" ? this.paintInput() : this.paintOutput();
    this.root.classList.toggle("other", this.chosen === "input");
    // Only the cell in focus has a label: the labels of others would become outdated.
    this.labelled?.removeAttribute("aria-label");
    this.labelled = this[this.chosen].cells[this[this.chosen].current];
    this.labelled.setAttribute("aria-label", sentence);
    if (this.player.playing) this.speaker.stop();
    else this.speaker.say(sentence);
  }

  paintOutput() {
    const { s, k, m, output, bias } = this.data;
    const [row, column] = this.place("output");
    const partial = this.planes.map((plane, channel) => {
      const kernel = this.kernel(channel);
      const strongest = Math.max(1, ...kernel.map(Math.abs));
      const window = kernel.map((_, i) =>
        this.pixel(channel, row * s + Math.floor(i / k), column * s + (i % k)));
      const products = kernel.map((weight, i) => weight * (window[i] ?? 0));
      const sum = products.reduce((a, b) => a + b, 0);
      plane.fill("window", window.map((value) => [value ?? 0, hue(channel, value ?? 0), value === null]));
      plane.fill("kernel", kernel.map((value) => [value, this.signed(value, strongest), false]));
      plane.fill("products", products.map((value, i) =>
        [value, this.signed(value, strongest * 255), window[i] === null]));
      plane.total(sum);
      return sum;
    });
    const value = output[(this.filter * m + row) * m + column];
    const terms = [...partial, bias[this.filter]].map(bracket).join(" + ");
    const place = `row ${row + 1}, column ${column + 1}`;
    const names = document.createElement("small");
    write(names, `Output ${place} = red + green + blue + bias = `);
    this.node.sum.replaceChildren(names, `${terms} = `, bold(text(value)));
    this.mark([row * s, column * s, k, k], [row, column, 1, 1], true);
    return `Output ${place}: red ${text(partial[0])}, green ${text(partial[1])}, `
      + `blue ${text(partial[2])}, bias ${text(bias[this.filter])}, together ${text(value)}.`;
  }

  paintInput() {
    const { p, m, o } = this.data;
    const [row, column] = this.place("input");
    const [rows, columns] = [this.reached(row), this.reached(column)];
    const values = CHANNELS.map((_, channel) => this.pixel(channel, row, column));
    const name = values[0] === null
      ? "This padding cell (0 in each plane)"
      : `Input row ${row + 1 - p}, column ${column + 1 - p} (${values.map((value, i) => `${CHANNELS[i]} ${value}`).join(", ")})`;
    const count = rows.length * columns.length;
    const reach = count
      ? `reaches ${many(count, "cell")} of ${m * m}${o > 1 ? ` in each of ${o} output maps` : ""}.`
      : "reaches no output: no window covers it.";
    const sentence = `${name} ${reach}`;
    this.node.sum.replaceChildren(bold(sentence));
    this.mark([row, column, 1, 1], count ? [rows[0], columns[0], rows.length, columns.length] : null, false);
    return sentence;
  }

  // The output rows (or columns) whose window covers the padded row (or column) `index`.
  /** @param {number} index */
  reached(index) {
    const { m, k, s } = this.data;
    return Array.from({ length: m }, (_, o) => o).filter((o) => index >= o * s && index < o * s + k);
  }

  /** @param {number[]} input @param {number[] | null} output @param {boolean} fromOutput */
  mark(input, output, fromOutput) {
    this.marks.input.draw(input, fromOutput ? "ring" : "pick");
    this.marks.output.draw(output, fromOutput ? "pick" : "ring");
    for (const plane of this.planes) plane.marks.draw(input, fromOutput ? "ring" : "pick");
  }
}

export default mount(View);
