// Cells that the learner types or paints. A complete stroke or number is sent to the server. Its cells
// stay on the picture until the server has answered with PyTorch's numbers.
import { clamp, round, text } from "../../shared/words.js";

const DIGITS = "0123456789abcdefghijklmnopqrstuv";
const LARGEST = 99;
const WRONG = `A value is a number from −${LARGEST} to ${LARGEST}, like 0.5 or −1.`;

const DECIMAL = /^\s*[-+]?(\d+\.?\d*|\.\d+)\s*$/;

// A typed number (or a fraction as 1/4), at most three decimals; undefined for any other text.
/** @param {string} words */
function typed(words) {
  const parts = words.replace(/−/g, "-").replace(",", ".").split("/");
  if (parts.length > 2 || !parts.every((part) => DECIMAL.test(part))) return undefined;
  const [top, foot = 1] = parts.map(Number);
  const value = round(top / foot, 3);
  return Math.abs(value) <= LARGEST ? value : undefined;
}

/** @typedef {"input" | "kernel"} Kind */
/**
 * @typedef {object} Change
 * @property {Kind} kind
 * @property {number[]} cell its address at the server
 * @property {number} value
 * @property {number} number of its message; Infinity until it is sent
 */

export class Editing {
  /** @type {(message: string) => void} */
  sendEdit;
  /** @type {Map<string, Change>} */
  pending = new Map(); // by place
  number = 0; // of the last message
  /** @type {Place | undefined} */
  last; // cell of a stroke
  stroke = false;
  /** @type {{ kind: Kind, place: Place, cell: HTMLElement }} */
  at; // where the field for numbers is

  /** @param {import("./main.js").View} view @param {HTMLElement} root */
  constructor(view, root) {
    this.view = view;
    /** @type {(name: string) => HTMLInputElement} */
    const input = (name) => root.querySelector(`.${name}`);
    /** @type {(name: string) => HTMLButtonElement} */
    const button = (name) => root.querySelector(`.${name}`);
    this.entry = input("entry");
    this.ink = input("ink");
    this.brush = button("paint");
    this.reset = button("reset");
    this.brush.addEventListener("click", () => this.setPainting(!this.painting));
    this.reset.addEventListener("click", () => this.message("reset", ""));
    this.ink.addEventListener("input", () => this.check(this.ink));
    this.ink.addEventListener("focus", () => this.ink.select());
    this.listenEntry();
    this.listenInput(view.input.host);
    view.entries.body.addEventListener("keydown", (event) => this.key(event, "kernel"));
    this.openAtTwo(view.input.host, "input");
    this.openAtTwo(view.entries.body, "kernel");
  }

  get painting() {
    return this.brush.getAttribute("aria-pressed") === "true";
  }

  /** @param {boolean} on */
  setPainting(on) {
    this.brush.setAttribute("aria-pressed", String(on));
    this.view.root.classList.toggle("drawing", on);
    if (on) this.view.speaker.say("Press or drag on the input to paint; with keys, the space bar paints.");
  }

  /** @param {HTMLInputElement} field */
  check(field) {
    const value = typed(field.value);
    field.setAttribute("aria-invalid", String(value === undefined));
    if (value === undefined) this.view.speaker.say(WRONG);
    return value;
  }

  /** @param {HTMLElement} host */
  listenInput(host) {
    host.addEventListener("pointerdown", (event) => {
      if (!this.painting || event.button) return;
      event.preventDefault();
      host.setPointerCapture(event.pointerId);
      this.last = undefined;
      this.stroke = true;
      this.paintTo();
    });
    host.addEventListener("pointermove", () => this.stroke && this.paintTo());
    for (const name of ["pointerup", "pointercancel"])
      host.addEventListener(name, () => {
        if (this.stroke) this.send();
        this.stroke = false;
      });
    host.addEventListener("keydown", (event) => this.key(event, "input"));
  }

  // A double click, or two taps on one cell with any pause between them.
  /** @param {HTMLElement} host @param {Kind} kind */
  openAtTwo(host, kind) {
    let last = "";
    const open = () => (kind === "input" && this.painting) || this.open(kind);
    host.addEventListener("dblclick", open);
    // Browsers send a PointerEvent.
    host.addEventListener("click", (/** @type {PointerEvent} */ event) => {
      const place = kind === "input" && this.painting ? "" : String(this.placeOf(kind));
      if (event.pointerType === "touch" && place && place === last) open();
      last = place;
    });
  }

  /** @param {Kind} kind @returns {Place} */
  placeOf(kind) {
    return kind === "input" ? this.view.inputPlace() : this.view.entries.place;
  }

  // Paints every cell on the way from the last one, so that a fast stroke has no gaps.
  paintTo() {
    const value = this.check(this.ink);
    if (value === undefined) return;
    const to = this.view.inputPlace();
    const from = this.last || to;
    const steps = Math.max(Math.abs(to[0] - from[0]), Math.abs(to[1] - from[1]), 1);
    /** @param {0 | 1} axis @param {number} step */
    const between = (axis, step) => Math.round(from[axis] + ((to[axis] - from[axis]) * step) / steps);
    for (let step = 0; step <= steps; step++)
      this.set("input", [between(0, step), between(1, step)], value);
    this.last = to;
  }

  /** @param {KeyboardEvent} event @param {Kind} kind */
  key(event, kind) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const { key } = event;
    if (/^[-−.,0-9]$/.test(key)) this.open(kind, key);
    else if (key === "Enter" || key === "F2") this.open(kind);
    else if (key === "Delete" || key === "Backspace") this.put(kind, 0);
    else if (key === " " && kind === "input" && this.painting) { this.last = undefined; this.paintTo(); this.send(); }
    else if (key === " ") this.view.player.toggle();
    else return;
    event.preventDefault();
  }

  // The field over a cell; `start` is the key that opened it.
  /** @param {Kind} kind @param {string} [start] */
  open(kind, start) {
    const { view, entry } = this;
    const [row, column] = this.placeOf(kind);
    const value = view.value(kind, [row, column]);
    if (value === undefined) return view.speaker.say("The padding is always 0.");
    view.player.stop();
    this.at = { kind, place: [row, column], cell: view.cellOf(kind) };
    const home = view.root.getBoundingClientRect();
    const box = this.at.cell.getBoundingClientRect();
    const width = Math.max(box.width, 54);
    entry.style.cssText = `left:${clamp(box.left - home.left + (box.width - width) / 2, 0, home.width - width)}px;`
      + `top:${box.top - home.top + (box.height - 30) / 2}px;width:${width}px`;
    const name = kind === "input" ? "input" : "kernel";
    entry.setAttribute("aria-label", `Value of ${name} row ${view.rowName(kind, row)}, column ${view.rowName(kind, column)}`);
    entry.value = start ?? text(value);
    entry.removeAttribute("aria-invalid");
    entry.hidden = false;
    entry.focus({ preventScroll: true });
    if (start === undefined) entry.select();
  }

  listenEntry() {
    const { entry } = this;
    entry.addEventListener("keydown", (event) => {
      event.stopPropagation();
      if (event.key === "Escape") this.close();
      else if (event.key === "Enter") this.commit();
      else return;
      event.preventDefault();
    });
    entry.addEventListener("blur", () => {
      if (entry.hidden) return;
      const value = typed(entry.value);
      entry.hidden = true;
      if (value !== undefined) this.put(this.at.kind, value, this.at.place);
    });
  }

  commit() {
    const value = this.check(this.entry);
    if (value === undefined) return;
    const { kind, place } = this.at;
    this.close();
    this.put(kind, value, place);
  }

  close() {
    this.entry.hidden = true;
    this.at.cell.focus({ preventScroll: true });
  }

  /** @param {Kind} kind @param {number} value @param {Place} [place] */
  put(kind, value, place = this.placeOf(kind)) {
    if (this.view.value(kind, place) === undefined) return this.view.speaker.say("The padding is always 0.");
    this.set(kind, place, value);
    this.send();
  }

  /** @param {Kind} kind @param {Place} place @param {number} value */
  set(kind, place, value) {
    const { view } = this;
    const old = view.value(kind, place);
    if (old === undefined || old === value) return;
    const cell = view.address(kind, place);
    this.pending.set(`${kind} ${cell}`, { kind, cell, value, number: Infinity });
    view.changed(kind, cell, value);
  }

  send() {
    if (!this.pending.size) return;
    const words = { input: "", kernel: "" };
    for (const kind of /** @type {Kind[]} */ (["input", "kernel"])) {
      const groups = new Map();
      for (const one of this.pending.values()) {
        if (one.kind !== kind) continue;
        const code = one.cell.map((at) => DIGITS[at]).join("") + (kind === "input" ? "0" : "");
        groups.set(one.value, (groups.get(one.value) || "") + code);
      }
      words[kind] = [...groups].map(([value, cells]) => `${value}~${cells}`).join("_");
    }
    this.message(words.input, words.kernel);
    for (const one of this.pending.values()) one.number = this.number;
  }

  /** @param {string} pixels @param {string} entries */
  message(pixels, entries) {
    this.number = Math.max(Date.now(), this.number + 1);
    this.sendEdit(`${this.number}|${pixels}|${entries}`);
  }

  // New numbers: pending cells that they do not contain are put on top. Gives whether there are any.
  /** @param {import("./main.js").Data} data */
  arrived(data) {
    for (const [name, one] of this.pending) if (one.number <= data.ack) this.pending.delete(name);
    this.reset.hidden = !data.edited;
    for (const { kind, cell, value } of this.pending.values()) this.view.place(kind, cell, value);
    return this.pending.size > 0;
  }
}
