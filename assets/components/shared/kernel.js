// A kernel as a grid of number fields that can be dragged.
import { paintCell, scale } from "./colours.js";
import { scrub, thousandths } from "./scrub.js";
import { activeIn } from "./words.js";

/** @typedef {HTMLInputElement & { held?: number }} Field with the number before the typing */
/** @typedef {number[][]} Rows */

/** @param {Field} input */
export const sound = (input) => input.value !== "" && input.validity.valid;

// The number in force of a field: while its text is no number in range, the number before the typing.
/** @param {Field} input */
export const inForce = (input) => (sound(input) ? Number(input.value) : input.held);

// A field that loses focus shows the number in force; if it had another text, `left()` is called.
/** @param {Field} input @param {() => void} left @param {(value: number) => number} [rounded] */
export function guard(input, left, rounded = (value) => value) {
  const keep = () => (input.held = inForce(input));
  input.addEventListener("focus", keep);
  input.addEventListener("change", keep);
  input.addEventListener("blur", () => {
    const value = rounded(inForce(input));
    if (sound(input) && Number(input.value) === value) return;
    input.value = String(value);
    left();
  });
}

// Marks the fields whose text is not in force; gives whether there is one.
/** @param {Field[]} inputs */
export function marked(inputs) {
  const wrong = inputs.filter((input) => !sound(input));
  for (const input of inputs) input.setAttribute("aria-invalid", String(wrong.includes(input)));
  return wrong.length > 0;
}

export class KernelGrid {
  // `changed()` is called while numbers change, `rested(pause)` when they rest, or rest after `pause`.
  /**
   * @param {HTMLElement} host
   * @param {{ limit: number, stops: Stops, changed(): void, rested(after: number): void }} options
   */
  constructor(host, { limit, stops, changed, rested }) {
    this.host = host;
    this.limit = limit;
    this.changed = changed;
    this.rested = rested;
    /** @type {Field[][]} */
    this.inputs = [];
    this.colour = scale(stops);
  }

  get size() {
    return this.inputs.length;
  }

  get all() {
    return this.inputs.flat();
  }

  get rows() {
    return this.inputs.map((row) => row.map((input) => thousandths(inForce(input))));
  }

  /** @param {number} size */
  build(size) {
    this.host.style.setProperty("--size", String(size));
    this.host.dataset.size = String(size);
    this.inputs = Array.from({ length: size }, (_, row) =>
      Array.from({ length: size }, (_, column) => this.field(`Row ${row + 1}, column ${column + 1}`)));
    this.host.replaceChildren(...this.all);
  }

  /** @param {string} label */
  field(label) {
    const input = document.createElement("input");
    Object.assign(input, { type: "number", step: "any", min: -this.limit, max: this.limit, value: "0" });
    input.setAttribute("aria-label", label);
    input.inputMode = "text"; // a phone's number pad may have no minus
    scrub(input, {
      // Kernels of large numbers change by 1.
      step: () => (Math.max(...this.rows.flat().map(Math.abs)) >= 20 ? 1 : 0.1),
      typed: () => this.edit(300),
      changed: () => this.edit(),
      rested: () => this.rested(0),
    });
    guard(input, () => this.edit(0), thousandths);
    return input;
  }

  /** @param {number} [pause] */
  edit(pause) {
    this.colourCells();
    this.changed();
    if (pause !== undefined) this.rested(pause);
  }

  // A field with typed text keeps it; an older answer must not overwrite it.
  /** @param {Rows} rows */
  show(rows) {
    if (this.size !== rows.length) this.build(rows.length);
    const focused = activeIn(this.host);
    rows.forEach((row, u) => row.forEach((value, v) => {
      const input = this.inputs[u][v];
      if (Number(input.value) !== value && !(input === focused && !sound(input))) input.value = String(value);
    }));
    this.colourCells();
  }

  // The same kernel in another size: a smaller one is surrounded by zeros.
  /** @param {number} size */
  resize(size) {
    const old = this.rows;
    const shift = (size - old.length) / 2;
    this.build(size);
    this.inputs.forEach((row, u) =>
      row.forEach((input, v) => (input.value = String(old[u - shift]?.[v - shift] ?? 0))));
    this.edit(0);
  }

  clear() {
    for (const input of this.all) input.value = "0";
    this.edit(0);
  }

  colourCells() {
    const strongest = Math.max(...this.rows.flat().map(Math.abs)) || 1;
    for (const input of this.all) paintCell(input, this.colour(0.5 + (0.5 * inForce(input)) / strongest));
  }

  get tensor() {
    /** @param {number[]} row */
    const line = (row) => `[${row.map((value) => (Number.isInteger(value) ? `${value}.` : value)).join(", ")}]`;
    return `torch.tensor([${this.rows.map(line).join(", ")}])`;
  }

  get words() {
    return this.rows.map((row) => row.join(",")).join(";");
  }
}
