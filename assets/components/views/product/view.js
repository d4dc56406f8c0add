// A matrix product whose numbers show where they come from.
import { write } from "../../shared/words.js";
import { add } from "../../shared/dom.js";
import { floats } from "../../shared/numbers.js";
import { Frame, spokenIn } from "../../shared/moments.js";
import { fit, lengthOf, room } from "./fit.js";
import { Lens } from "./lens.js";
import { MatrixPicture } from "./matrix.js";
import { shown, sumOf } from "./sum.js";

/** @typedef {import("../data.js").Product} Data */
/** @typedef {import("./matrix.js").Read} Read */

const PHONE = 480;
const LENS_HEAD = 112;
const LENS_CELL = 52;

export class Product {
  /** @param {HTMLElement} host */
  constructor(host) {
    this.figure = add(host, "figure", "product");
    this.caption = add(this.figure, "figcaption");
    this.problem = add(this.figure, "p", "problem");
    this.whole = add(this.figure, "div", "whole");
    const place = add(this.whole, "div", "factors");
    this.row = 0;
    this.column = 0;
    this.x = new MatrixPicture(place, "x", (row) => this.point(row, this.column));
    this.times = sign(place, "×", "times");
    this.w = new MatrixPicture(place, "w", (_, column) => this.point(this.row, column));
    this.plus = sign(place, "+", "plus");
    this.b = new MatrixPicture(place, "b", (_, column) => this.point(this.row, column));
    sign(place, "=", "equals");
    this.z = new MatrixPicture(place, "z", (row, column) => this.point(row, column));
    this.lens = new Lens(this.whole);
    const sum = add(this.whole, "div", "sum");
    sum.setAttribute("aria-hidden", "true"); // the live region says the same, less often
    this.where = add(sum, "p", "where");
    this.factors = add(sum, "p");
    this.products = add(sum, "p");
    this.result = add(sum, "p", "result");
    /** @type {string | undefined} */
    this.told = undefined;
    this.speech = spokenIn(this.figure);
    this.width = 0;
    this.frame = new Frame(() => this.mark());
    this.resized = new Frame(() => this.figure.clientWidth !== this.width && this.draw());
    this.watcher = new ResizeObserver(() => this.resized.ask());
    this.watcher.observe(this.figure);
  }

  /** @param {Data} data */
  show(data) {
    this.data = data;
    this.draw();
  }

  draw() {
    if (!this.data) return;
    write(this.caption, this.data.caption);
    this.caption.hidden = !this.data.caption;
    const read = readAll(this.data.matrices);
    this.whole.hidden = !read;
    this.problem.hidden = Boolean(read);
    write(this.problem, read ? "" : "These matrices do not fit each other.");
    this.read = read;
    if (!read) return;
    this.row = Math.min(this.row, read.z.rows - 1);
    this.column = Math.min(this.column, read.z.columns - 1);
    this.arrange(read);
    this.mark();
  }

  /** @param {{ x: Read, w: Read, z: Read, b: Read | null }} read */
  arrange({ x, w, z, b }) {
    this.width = this.figure.clientWidth;
    const longest = (/** @type {readonly string[]} */ names) => Math.max(0, ...names.map((name) => name.length));
    const chosen = fit({
      n: x.rows, d: x.columns, m: w.columns, bias: b !== null,
      letters: [
        Math.max(longest(x.column_names), letters(x)),
        Math.max(longest(w.column_names), ...[w, z, ...(b ? [b] : [])].map(letters)),
      ],
      names: [longest(x.row_names), longest(w.row_names), longest(z.row_names)],
    }, this.width, this.width < PHONE);
    this.figure.style.setProperty("--high", `${chosen.high}px`);
    this.figure.style.setProperty("--names", `${room(longest(w.row_names))}px`);
    this.figure.className = `product ${chosen.form}${w.row_names.length ? " named" : ""}`;
    this.numbers = chosen.numbers;
    const bare = (/** @type {Read} */ one) => (chosen.form === "corner" ? withoutNames(one) : one);
    this.x.show(x, chosen.numbers, chosen.x);
    this.w.show(w, chosen.numbers, chosen.z);
    this.z.show(bare(z), chosen.numbers, chosen.z);
    this.b.node.hidden = this.plus.hidden = !b;
    if (b) this.b.show(bare(b), chosen.numbers, chosen.z);
    this.lens.table.hidden = chosen.numbers;
  }

  /** @param {number} row @param {number} column */
  point(row, column) {
    if (row === this.row && column === this.column) return;
    this.row = row;
    this.column = column;
    this.frame.ask();
  }

  mark() {
    const { read, row, column } = this;
    if (!read) return;
    const { x, w, z, b } = read;
    for (const picture of [this.x, this.w, this.z, ...(b ? [this.b] : [])]) picture.mark(row, column);
    const xs = x.numbers.subarray(row * x.columns, (row + 1) * x.columns);
    const ws = Float32Array.from({ length: w.rows }, (_, k) => w.numbers[k * w.columns + column]);
    const digits = { x: x.digits, w: w.digits, b: b?.digits ?? 0, z: z.digits };
    const terms = { xs, ws, b: b ? b.numbers[column] : null, z: z.numbers[row * z.columns + column] };
    const names = [
      z.row_names[row] || (z.rows > 1 ? `row ${row + 1}` : ""),
      z.column_names[column] || (z.columns > 1 ? `column ${column + 1}` : ""),
    ];
    if (!this.numbers) {
      const most = Math.max(2, Math.floor((this.width - LENS_HEAD) / LENS_CELL));
      this.lens.show(x, w, xs, ws, z.digits, [comma(x.name, names[0]), comma(w.name, names[1])], most);
    }
    this.tell(comma(z.name, ...names), sumOf(terms, digits, this.width < PHONE ? 4 : 8));
  }

  /** @param {string} where @param {import("./sum.js").Sum} sum */
  tell(where, { factors, products, z, first, second }) {
    write(this.where, where);
    write(this.factors, factors);
    write(this.products, `${first} ${products}`);
    write(this.result, `${second} ${z}`);
    const words = `${where}: ${factors} ${first} ${products} ${second} ${z}`;
    if (this.told !== undefined && this.told !== words) this.speech.say(words);
    this.told = words;
  }

  destroy() {
    this.watcher.disconnect();
    this.speech.stop();
    this.frame.stop();
    this.resized.stop();
  }
}

/** @param {HTMLElement} host @param {string} words @param {string} name */
function sign(host, words, name) {
  const node = add(host, "span", `sign ${name}`);
  node.setAttribute("aria-hidden", "true");
  write(node, words);
  return node;
}

/** @param {string[]} words */
const comma = (...words) => words.filter(Boolean).join(", ");

/** @param {Read} matrix */
const letters = ({ numbers, digits }) => numbers.reduce((most, one) => Math.max(most, lengthOf(shown(one, digits))), 1);

// In the corner Z lies under W and beside X, which name its columns and rows.
/** @param {Read} matrix @returns {Read} */
const withoutNames = (matrix) => ({ ...matrix, row_names: [], column_names: [] });

// The four matrices, if their sizes fit each other.
/** @param {Data["matrices"]} matrices */
function readAll(matrices) {
  const [x, w, z, b] = matrices.map(readOne);
  if (!x || !w || !z || (matrices.length > 3 && !b)) return null;
  if (x.columns !== w.rows || z.rows !== x.rows || z.columns !== w.columns) return null;
  if (b && (b.rows !== 1 || b.columns !== w.columns)) return null;
  const row_names = z.row_names.length ? z.row_names : x.row_names;
  const column_names = z.column_names.length ? z.column_names : w.column_names;
  return { x, w, z: { ...z, row_names, column_names }, b: b ?? null };
}

/** @param {Data["matrices"][number]} matrix @returns {Read | null} */
function readOne(matrix) {
  const numbers = floats(matrix.values, matrix.rows * matrix.columns);
  if (!numbers) return null;
  const most = numbers.reduce((found, one) => (Number.isFinite(one) ? Math.max(found, Math.abs(one)) : found), 0);
  return { ...matrix, numbers, most: most || 1 };
}
