// Pooling before and after a shift. PyTorch's numbers for all 49 shifts arrive in `data`; only the
// end of a drag is sent to the server.
import { scale } from "../../shared/colours.js";
import { Grid } from "../../views/grid/grid.js";
import { Marks } from "../../views/grid/marks.js";
import { Frame, Speaker, onWidth } from "../../shared/moments.js";
import { mount } from "../../shared/mount.js";
import { Pooled } from "../../shared/pooled.js";
import { bold, clamp, many, round, text, write } from "../../shared/words.js";
import { Bars } from "../../views/bars/view.js";
import { Opening } from "./opening.js";
import { Told } from "./told.js";

const INPUTS = ["input.before", "input.after"];
const OUTPUTS = ["output.before", "output.after", "diff"];
const SAME = 1e-5;
const GAP = 20;
// The frame of a lesson gives a phone's stage this share of the window (ui/rail/frame.css).
const stageHeight = () => window.innerHeight * (window.innerHeight > 720 ? 0.46 : 0.38);
/** @param {number} share */
const percent = (share) => (share < 0 ? "–" : `${round(share * 100, 0)} %`);
/** @param {number} value */
const plus = (value) => (value > 0 ? `+${text(value, 2)}` : text(value, 2));
/** @type {(count: number, forth: string, back: string) => string[]} */
const steps = (count, forth, back) => (count ? [`${Math.abs(count)} ${count > 0 ? forth : back}`] : []);

/**
 * @typedef {object} Numbers beside those of pooling itself
 * @property {string} shown
 * @property {number} seq the last message in this data
 * @property {number[]} cell row and column of the explained output, counted from 1
 * @property {number} right
 * @property {number} down
 * @property {number[]} same cells that keep their number, for each shift
 * @property {number[]} moved for each shift: cells that only moved along, of so many
 * @property {string[]} names of what is compared
 * @property {number} own place of this kind of pooling among them
 * @property {number[][]} changes of each, for each shift; empty if it cannot be computed
 * @property {string} formula of the size
 * @property {string[]} notes
 * @property {Stops} signed
 * @property {Stops} unsigned
 * @property {string} accent
 */
/** @typedef {Numbers & import("../../shared/pooled.js").Pooling} Data */
/** @typedef {import("../../views/grid/marks.js").Box} Box */
/** @typedef {"input" | "output" | "diff"} Scale */

class View {
  /** @type {Data} */
  data;
  /** @type {Send} */
  send;
  /** @type {Pooled} */
  was;
  /** @type {Pooled} */
  now;
  /** @type {(share: number) => Rgb} */
  heat;
  /** @type {Record<Scale, (value: number) => Rgb>} */
  colours;
  longest = { input: 1, output: 1 }; // characters of a number
  largest = 0;
  width = 0;
  pitch = 0; // of the pictures
  wide = 0; // pitch of the outputs
  /** @type {"picture" | "pad" | null} */
  drag = null; // what the pointer drags
  /** @type {{ x: number, y: number, right: number, down: number } | null} */
  from = null; // where it began
  telling = 0;
  speaks = true; // whether the next frame says what is pointed at

  /** @param {ShadowRoot | HTMLElement} place */
  constructor(place) {
    /** @type {HTMLElement} */
    const root = place.querySelector(".pooling");
    /** @type {(selector: string) => HTMLElement} */
    const find = (selector) => root.querySelector(selector);
    this.root = root;
    this.node = Object.fromEntries(
      ["size", "keeps", "head", "along", "note", "live"].map((name) => [name, find(`.${name}`)]),
    );
    this.lines = root.querySelectorAll(".sum");
    this.bars = new Bars(find(".changes"));
    this.told = new Told(root, find(".all"));
    this.opening = new Opening(root, (right) => this.shift(right, 0), () => this.shift(this.data.right, this.data.down));
    this.marks = new Marks(find(".board"));
    /** @type {Record<string, Grid>} */
    this.grids = {};
    for (const name of [...INPUTS, ...OUTPUTS]) {
      this.grids[name] = new Grid(find(`.${name}`), () => this.choose(name), () => Boolean(this.drag));
    }
    this.grids.pad = new Grid(find(".pad"), (index) => this.pickShift(index), () => this.drag !== "pad");
    this.cell = [0, 0];
    /** @type {{ name: string, r: number, c: number } | null} */
    this.looked = null; // the cell of an input under the pointer
    this.seq = 0;
    this.listen();
    this.speaker = new Speaker(this.node.live);
    this.painting = new Frame(() => this.paint());
    this.aiming = new Frame(() => {
      const sentence = this.point();
      if (this.speaks) this.speaker.say(sentence);
    });
    this.unseen = onWidth(root, () => this.data && this.layout());
  }

  listen() {
    const picture = this.grids["input.after"].host;
    const pad = this.grids.pad.host;
    for (const name of INPUTS) {
      const { host } = this.grids[name];
      // A lifted finger also fires pointerleave, but its cell should stay.
      host.addEventListener("pointerleave", (event) => event.pointerType === "mouse" && this.lookAway());
      host.addEventListener("focusout", () => this.lookAway());
    }
    for (const name of OUTPUTS) this.grids[name].host.addEventListener("click", () => this.tell());
    // Dragging the picture moves it; a press that stays in place only points at a pixel.
    picture.addEventListener("pointerdown", (event) => {
      this.from = { x: event.clientX, y: event.clientY, right: this.now.right, down: this.now.down };
      picture.setPointerCapture(event.pointerId);
    });
    picture.addEventListener("pointermove", (event) => this.from && this.dragTo(event));
    // In the capture phase: the grid's own listener, which picks the shift, comes after it.
    pad.addEventListener("pointerdown", (event) => {
      this.drag = "pad";
      pad.setPointerCapture(event.pointerId);
    }, true);
    for (const host of [picture, pad]) {
      for (const type of ["pointerup", "pointercancel"]) host.addEventListener(type, () => this.endDrag());
    }
  }

  /** @param {PointerEvent} event */
  dragTo(event) {
    const { far } = this.data;
    const { pitch } = this.grids["input.after"];
    /** @type {(from: number, pixels: number) => number} */
    const to = (from, pixels) => clamp(from + Math.round(pixels / pitch), -far, far);
    const right = to(this.from.right, event.clientX - this.from.x);
    const down = to(this.from.down, event.clientY - this.from.y);
    if (right === this.now.right && down === this.now.down) return;
    this.drag = "picture";
    this.root.classList.add("dragging");
    this.looked = null;
    this.shift(right, down);
  }

  endDrag() {
    const moved = this.drag;
    this.drag = this.from = null;
    this.root.classList.remove("dragging");
    if (moved) this.tell();
  }

  /** @param {number} index */
  pickShift(index) {
    const { far } = this.data;
    const side = 2 * far + 1;
    const [right, down] = [(index % side) - far, Math.floor(index / side) - far];
    if (right === this.now.right && down === this.now.down) return;
    this.shift(right, down);
    if (!this.drag) this.tell(200);
  }

  // Sends shift and cell, for the address and the formulas, after a pause of the drag.
  tell(wait = 0) {
    this.seq += 1;
    clearTimeout(this.telling);
    this.telling = setTimeout(() => this.send("moved", {
      right: this.now.right, down: this.now.down, pool_seq: this.seq,
      cell: this.cell.map((index) => index + 1).join(),
    }), wait);
  }

  /** @param {Data} data @param {{ setStateValue: Send }} send */
  show(data, { setStateValue }) {
    this.send = setStateValue;
    const first = !this.data;
    const known = this.data?.shown === data.shown;
    // The page may send the same again while the picture walks.
    if (this.opening.walking && known && data.right === this.data.right && data.down === this.data.down) return;
    this.opening.finish();
    // An answer to an older message must not move the picture back during a drag.
    const late = this.drag || data.seq < this.seq;
    this.seq = Math.max(this.seq, data.seq);
    const { right, down } = late && this.now ? this.now : data;
    const cell = late ? this.cell : data.cell.map((index) => index - 1);
    if (known && right === this.now.right && down === this.now.down && `${cell}` === `${this.cell}`) return;
    this.cell = cell.map((index) => Math.min(index, data.m - 1));
    if (known) return this.shift(right, down);
    this.data = data;
    this.was = new Pooled(data, 0, 0);
    this.now = new Pooled(data, right, down);
    this.prepare();
    this.layout();
    if (first) this.opening.begin();
  }

  destroy() {
    this.unseen();
    this.opening.stop();
    for (const one of [this.painting, this.aiming, this.speaker]) one.stop();
  }

  // What holds for all shifts of these settings.
  prepare() {
    const { image, outputs, unsigned, signed, accent, formula, m, n } = this.data;
    const own = Math.max(...image.map(Math.abs)) || 1;
    this.largest = Math.max(own, ...outputs.map(Math.abs));
    const [plain, two] = [scale(unsigned), scale(signed)];
    this.heat = plain;
    // Max and average share the scale of the picture; a root of a sum of squares can be larger.
    /** @type {(most: number) => (value: number) => Rgb} */
    const diverging = (most) => (value) => two(0.5 + (0.5 * value) / most);
    /** @type {(most: number) => (value: number) => Rgb} */
    const rising = (most) => (value) => plain(value / most);
    const kind = image.some((value) => value < 0) ? diverging : rising;
    this.colours = { input: kind(own), output: kind(this.largest), diff: diverging(this.largest) };
    // Numbers keep their size at every shift.
    /** @param {number[]} values */
    const longest = (values) => Math.max(...values.map((value) => text(value, 2).length));
    this.longest = { input: longest(image), output: longest(outputs) };
    this.looked = null;
    this.root.style.setProperty("--accent", accent);
    write(this.node.size, `${formula} = ${m}`);
    const share = text((100 * m * m) / (n * n), 1);
    write(this.node.keeps, `${m * m} of ${n * n} numbers are left (${share} %)`);
  }

  layout() {
    const { n, p, m, s, far } = this.data;
    const { grids } = this;
    const width = (this.width = this.root.clientWidth);
    const narrow = width < 620;
    this.root.classList.toggle("narrow", narrow);
    this.root.classList.toggle("long", this.data.k > 2);
    const [all, side] = [n + 2 * p, 2 * far + 1];
    const half = Math.floor((width - 18) / 2);
    // The height for two pictures below each other: of the window, on a phone of its stage.
    const height = narrow ? clamp((stageHeight() - 112) / 2, 76, half) : clamp((window.innerHeight - 320) / 2, 150, 300);
    const padPitch = Math.floor(narrow ? half / side : clamp((height - 2) / side, 20, 24));
    const room = narrow ? height : Math.min(height, (width - 3 * GAP - side * padPitch - 2) / 3);
    this.pitch = Math.floor(clamp((room - 2) / all, 5, 48));
    // An output cell is as large as what a stride covers, so that pictures can be compared.
    this.wide = Math.floor(clamp((room - 2) / m, 5, this.pitch * s));
    this.drawInput(grids["input.before"], this.was);
    this.drawOutput(grids["output.before"], this.was);
    this.drawPad(padPitch);
    write(grids["input.before"].caption, `Picture ${n} × ${n}${p ? `, padded ${all} × ${all}` : ""}`);
    write(grids["output.before"].caption, `Pooled ${m} × ${m}`);
    this.told.offer(Object.values(grids));
    const labels = {
      "input.before": "Picture before the move", "output.before": "Pooled before the move",
      "input.after": "Picture after the move; drag it to move it", "output.after": "Pooled after the move",
      diff: "Pooled after minus before; an equals sign where nothing changed",
      pad: "Choose the move: change of the output in percent for every move",
    };
    for (const [name, words] of Object.entries(labels)) {
      grids[name].host.setAttribute("aria-label", `${words}. Arrow keys go from cell to cell.`);
    }
    this.shift(this.now.right, this.now.down);
    this.paint();
  }

  /** @param {Grid} grid @param {Pooled} pooled */
  drawInput(grid, pooled) {
    const { n, p, m, kind } = this.data;
    const won = new Set();
    for (let i = 0; i < m * m; i++) won.add(pooled.winner(Math.floor(i / m), i % m));
    const seen = Array.from({ length: n }, (_, i) => pooled.reached(i).length > 0);
    grid.draw(n + 2 * p, this.pitch, 2, (r, c) => {
      const [y, x] = [r - p, c - p];
      if (!pooled.inside(y, x)) return { value: 0, rgb: this.colours.input(0), pad: true, words: kind === "max" ? "−∞" : "0" };
      const value = pooled.pixel(y, x);
      const mark = won.has(y * n + x) ? "won" : "";
      return { value, rgb: this.colours.input(value), missed: !(seen[y] && seen[x]), mark };
    }, this.longest.input);
    return won.has(-1) ? 0 : won.size;
  }

  /** @param {Grid} grid @param {Pooled} pooled */
  drawOutput(grid, pooled) {
    grid.draw(this.data.m, this.wide, 2, (r, c) => {
      const value = pooled.output(r, c);
      return { value, rgb: this.colours.output(value) };
    }, this.longest.output);
  }

  drawDiff() {
    const { diff } = this.grids;
    diff.draw(this.data.m, this.wide, 2, (r, c) => {
      const value = this.now.output(r, c) - this.was.output(r, c);
      const same = Math.abs(value) < SAME;
      return { value, rgb: this.colours.diff(value), words: same ? "=" : plus(value), mark: same ? "same" : "" };
    }, this.longest.output + 1);
    // Cells without room for numbers show the sign: never colour alone.
    diff.figure.classList.toggle("signs", !diff.numbers);
    if (diff.numbers) return;
    for (const cell of diff.cells) write(cell, cell.classList.contains("same") ? "=" : "");
  }

  /** @param {number} pitch */
  drawPad(pitch) {
    const { far, changes, own } = this.data;
    const { pad } = this.grids;
    const side = 2 * far + 1;
    const largest = Math.max(...changes[own], 0.01);
    pad.draw(side, pitch, 2, (r, c) => {
      const change = changes[own][r * side + c];
      const words = change < 0 ? "–" : String(round(change * 100, 0));
      return { value: change, rgb: this.heat(Math.max(change, 0) / largest), words };
    }, 3);
    pad.cells.forEach((cell, i) => {
      const where = `${(i % side) - far} right, ${Math.floor(i / side) - far} down`.replaceAll("-", "−");
      cell.setAttribute("aria-label", `${where}: the output changes by ${percent(changes[own][i])}`);
    });
    write(pad.caption, "All moves: dark changes more");
  }

  // Everything that depends on the shift, once per frame; nothing is computed here but differences.
  /** @param {number} right @param {number} down */
  shift(right, down) {
    const { pad } = this.grids;
    this.now = new Pooled(this.data, right, down);
    pad.cells[pad.current].classList.remove("here");
    pad.select(this.now.at);
    pad.cells[pad.current].classList.add("here");
    this.painting.ask();
  }

  paint() {
    this.painting.stop();
    const { n, notes } = this.data;
    const { right, down } = this.now;
    const { grids } = this;
    const where = [...steps(right, "right", "left"), ...steps(down, "down", "up")].join(", ");
    // Before the pictures, because this text may move them.
    const sentence = this.paintKept(where);
    const winners = this.drawInput(grids["input.after"], this.now);
    this.drawOutput(grids["output.after"], this.now);
    this.drawDiff();
    write(grids["input.after"].caption, where ? `Moved ${where}` : "Drag it to move it");
    write(grids["output.after"].caption, "Pooled after the move");
    write(grids.diff.caption, "After − before");
    const legend = winners ? [`◥ marks the ${winners} of ${n * n} pixels that a window takes.`] : [];
    write(this.node.note, ["Drag the lower picture.", ...legend, ...notes].join(" "));
    this.frame();
    this.point();
    this.root.dataset.shown = this.data.shown;
    if (this.opening.walking) return;
    this.speaker.say(sentence);
    this.root.dataset.shift = `${right},${down}`;
  }

  /** @param {string} where */
  paintKept(where) {
    const { m, s, same, moved, names, changes, own } = this.data;
    const { at } = this.now;
    const kept = `${same[at]} of ${m * m}`;
    const [agree, of] = [moved[2 * at], moved[2 * at + 1]];
    const rest = agree < of ? "; the others meet the edge" : "";
    const change = `The picture changes by ${percent(changes[0][at])}, the output by ${percent(changes[own][at])}.`;
    const whole = `Whole strides of ${s}: ${agree} of ${of} cells only moved along${rest}.`;
    const tail = ` output ${m * m === 1 ? "cell" : "cells"} unchanged.`;
    this.node.head.replaceChildren(bold(kept), tail);
    write(this.node.along, where && of ? whole : change);
    const shown = names.map((_, i) => i).filter((i) => changes[i].length && !(i === 1 && s === 1));
    const most = Math.max(1, ...shown.map((i) => changes[i][at]));
    const rows = shown.map((i) => ({
      name: names[i], words: percent(changes[i][at]), length: changes[i][at] / most, own: i === own,
    }));
    this.bars.show({ caption: "Changed by the shift", rows });
    return `${kept}${tail} ${change}`;
  }

  // Pointing --------------------------------------------------------------------------------------

  /** @param {string} name */
  choose(name) {
    const grid = this.grids[name];
    const { p } = this.data;
    const [r, c] = grid.at(grid.current);
    this.looked = INPUTS.includes(name) ? { name, r: r - p, c: c - p } : null;
    if (!this.looked) this.cell = [r, c];
    this.speaks = true;
    this.aiming.ask();
  }

  lookAway() {
    if (!this.looked) return;
    this.looked = null;
    this.speaks = false;
    this.aiming.ask();
  }

  point() {
    this.aiming.stop();
    return this.looked ? this.pointInput() : this.pointOutput();
  }

  pointOutput() {
    const [r, c] = this.cell;
    const { n, k, s, p, m } = this.data;
    /** @type {Box[]} */
    const rings = [];
    /** @type {Box[]} */
    const picks = [];
    /** @type {Box[][]} */
    const beams = [];
    /** @type {string[]} */
    const sentences = [];
    /** @param {number} index */
    const end = (index) => Math.min(index * s + k, n + 2 * p);
    this.told.clear();
    const both = [{ name: "before", title: "Before", pooled: this.was }, { name: "after", title: "After", pooled: this.now }];
    for (const [i, { name, title, pooled }] of both.entries()) {
      const window = Marks.box(this.grids[`input.${name}`], r * s, c * s, end(r), end(c));
      const out = Marks.box(this.grids[`output.${name}`], r, c);
      this.told.add(this.grids[`input.${name}`], r * s, c * s, end(r), end(c));
      this.told.add(this.grids[`output.${name}`], r, c);
      const place = pooled.winner(r, c);
      if (place >= 0) picks.push(Marks.box(this.grids[`input.${name}`], Math.floor(place / n) + p, (place % n) + p));
      rings.push(window);
      picks.push(out);
      beams.push([window, out]);
      const { words, value, from } = pooled.written(r, c);
      const lead = i ? "" : `Output row ${r + 1}, column ${c + 1}. `;
      this.lines[i].replaceChildren(lead, bold(`${title}:`), ` ${words} `, bold(value), from);
      sentences.push(`${lead}${title}: ${words} ${value}${from}.`);
    }
    picks.push(Marks.box(this.grids.diff, r, c));
    this.told.add(this.grids.diff, r, c);
    for (const name of OUTPUTS) this.grids[name].select(r * m + c);
    this.marks.show(rings, picks, beams, this.pitch < 14);
    return sentences.join(" ");
  }

  pointInput() {
    const { name, r, c } = this.looked;
    const { n, p, kind } = this.data;
    const after = name === "input.after";
    const pooled = after ? this.now : this.was;
    const output = this.grids[after ? "output.after" : "output.before"];
    const cells = pooled.reached(r).flatMap((y) => pooled.reached(c).map((x) => [y, x]));
    const pixel = pooled.inside(r, c);
    const wins = pixel ? cells.filter(([y, x]) => pooled.winner(y, x) === r * n + c) : [];
    /** @param {number[][]} list */
    const boxes = (list) => list.map(([y, x]) => Marks.box(output, y, x));
    this.told.clear();
    this.told.add(this.grids[name], r + p, c + p);
    for (const [y, x] of cells) this.told.add(output, y, x);
    this.marks.show(boxes(cells), [Marks.box(this.grids[name], r + p, c + p), ...boxes(wins)], [], this.pitch < 14);
    const who = pixel
      ? `${after ? "After" : "Before"}: pixel row ${r + 1}, column ${c + 1} (${text(pooled.pixel(r, c))})`
      : `This padding cell (${kind === "max" ? "−∞" : "0"})`;
    const seen = ` is seen by ${cells.length ? many(cells.length, "output cell") : "no output cell"}`;
    const taken = kind !== "max" || !cells.length ? "" : pixel
      ? ` and taken by ${wins.length || "none"}` : " and never taken";
    const sentence = `${who}${seen}${taken}.`;
    this.lines[0].replaceChildren(bold(sentence));
    this.lines[1].replaceChildren("\u00a0");
    return sentence;
  }

  // Where the picture begins inside its padding, and where the pixels end that the shift brought in.
  frame() {
    const { n, p, wrap } = this.data;
    const { right, down } = this.now;
    const lines = [];
    for (const name of INPUTS) {
      const grid = this.grids[name];
      const box = Marks.box(grid, p, p, p + n, p + n);
      const { x, y, end, foot } = box;
      if (p) lines.push(Marks.outline(box));
      if (name === "input.before" || wrap) continue;
      if (right) lines.push(`M${(right > 0 ? x : end) + right * grid.pitch} ${y}V${foot}`);
      if (down) lines.push(`M${x} ${(down > 0 ? y : foot) + down * grid.pitch}H${end}`);
    }
    this.marks.draw("frame", lines.join(""));
  }
}

export default mount(View);
