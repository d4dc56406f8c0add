// One grid of square cells with a roving focus. Its style: grid.css.
import { paintCell } from "../../shared/colours.js";
import { clamp, make, text, write } from "../../shared/words.js";

// Cells smaller than this are painted on a canvas, with greys that suit light and dark pages.
const TINY = 16;
const LINE = "rgba(128, 128, 128, 0.45)";
export const OUTSIDE = "rgba(128, 128, 128, 0.16)";

/**
 * @typedef {object} Look how one cell looks
 * @property {number} value
 * @property {Rgb} rgb
 * @property {boolean} [pad] whether it lies in the padding
 * @property {boolean} [missed] whether no window holds it
 * @property {string} [words] instead of the value
 * @property {string} [mark] the name of its mark
 */

export class Grid {
  /** @param {HTMLElement} figure @param {(index: number) => void} onPick @param {() => boolean} busy */
  constructor(figure, onPick, busy) {
    this.figure = figure;
    /** @type {HTMLElement} */
    this.host = figure.querySelector(".grid");
    this.canvas = figure.querySelector("canvas");
    this.caption = figure.querySelector("figcaption");
    this.onPick = onPick;
    this.rows = this.columns = 0;
    this.pitch = 0;
    this.numbers = false; // whether cells have room for their numbers
    this.place = ""; // of the canvas
    /** @type {(HTMLElement & { colour?: string })[]} */
    this.cells = [];
    this.current = 0;
    this.host.addEventListener("keydown", (event) => this.key(event));
    this.host.addEventListener("focusin", (event) => this.pick(this.cells.findIndex((cell) => cell === event.target)));
    this.host.addEventListener("pointerdown", (event) => this.point(event));
    this.host.addEventListener("pointermove", (event) => busy() || this.point(event));
  }

  // `size`: of a square grid, or its rows and columns. `least`: characters that fit in every cell.
  /**
   * @param {number | Place} size @param {number} pitch @param {number} digits
   * @param {(row: number, column: number) => Look} look @param {number} [least]
   */
  draw(size, pitch, digits, look, least = 1) {
    const [rows, columns] = typeof size === "number" ? [size, size] : size;
    if (rows !== this.rows || columns !== this.columns) this.build(rows, columns);
    this.pitch = pitch;
    const looks = this.cells.map((_, i) => look(...this.at(i)));
    const words = looks.map((one) => one.words ?? text(one.value, digits));
    const longest = Math.max(least, ...words.map((one) => one.length));
    const font = Math.min(16, pitch * 0.5, (pitch - 3) / (longest * 0.5));
    const numbers = font >= 8.5;
    this.numbers = numbers;
    const tiny = pitch < TINY;
    this.host.classList.toggle("tiny", tiny);
    this.canvas.hidden = !tiny;
    this.host.style.setProperty("--cell", `${pitch}px`);
    this.host.style.setProperty("--text", `${font.toFixed(1)}px`);
    this.cells.forEach((cell, i) => {
      const one = looks[i];
      if (!tiny) paintCell(cell, one.rgb);
      write(cell, numbers ? words[i] : "");
      const mark = one.mark ? ` ${one.mark}` : "";
      const kind = `cell${one.pad ? " pad" : ""}${one.missed ? " missed" : ""}${mark}`;
      if (cell.className !== kind) cell.className = kind;
    });
    if (tiny) this.paintCanvas(looks);
  }

  // A thousand coloured elements take long to paint: small cells are transparent over this canvas.
  /** @param {Look[]} looks */
  paintCanvas(looks) {
    const { canvas, host, pitch } = this;
    const ratio = window.devicePixelRatio || 1;
    const [width, height] = [this.columns * pitch + 1, this.rows * pitch + 1];
    const pixels = [width, height].map((side) => Math.round(side * ratio));
    const place = `left:${host.offsetLeft}px;top:${host.offsetTop}px;width:${width}px;height:${height}px`;
    // Only on a change: each of the two makes the browser lay out the page again.
    if (canvas.width !== pixels[0] || canvas.height !== pixels[1]) [canvas.width, canvas.height] = pixels;
    if (this.place !== place) canvas.style.cssText = this.place = place;
    const pen = canvas.getContext("2d");
    pen.fillStyle = LINE;
    pen.fillRect(0, 0, canvas.width, canvas.height);
    /** @param {number} i */
    const at = (i) => Math.round((i * pitch + 1) * ratio);
    /** @param {number} i */
    const end = (i) => Math.round((i + 1) * pitch * ratio);
    looks.forEach((one, i) => {
      const [r, c] = this.at(i);
      /** @type {[number, number, number, number]} */
      const box = [at(c), at(r), end(c) - at(c), end(r) - at(r)];
      if (one.pad) pen.clearRect(...box);
      pen.fillStyle = one.pad ? OUTSIDE : `rgb(${one.rgb})`;
      pen.fillRect(...box);
    });
  }

  /** @param {number} index @returns {Place} */
  at(index) {
    return [Math.floor(index / (this.columns || 1)), index % (this.columns || 1)];
  }

  /** @param {number} rows @param {number} columns */
  build(rows, columns) {
    const [row, column] = this.at(this.current);
    [this.rows, this.columns] = [rows, columns];
    const lines = this.host.children;
    while (lines.length > rows) lines[lines.length - 1].remove();
    while (lines.length < rows) this.host.append(make("row", "row"));
    for (const line of lines) {
      while (line.children.length > columns) line.lastChild.remove();
      while (line.children.length < columns) line.append(make("cell", "gridcell"));
    }
    this.cells = [...this.host.querySelectorAll("[role=gridcell]")].map((cell) => /** @type {HTMLElement} */ (cell));
    for (const cell of this.cells) cell.tabIndex = -1;
    this.current = Math.min(row, rows - 1) * columns + Math.min(column, columns - 1);
    this.cells[this.current].tabIndex = 0;
  }

  /** @param {PointerEvent} event */
  point(event) {
    const box = this.host.getBoundingClientRect();
    const column = Math.floor((event.clientX - box.left - 1) / this.pitch);
    const row = Math.floor((event.clientY - box.top - 1) / this.pitch);
    if (row < 0 || column < 0 || row >= this.rows || column >= this.columns) return;
    this.pick(row * this.columns + column);
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    const [below, last] = [this.rows - 1, this.columns - 1];
    let [row, column] = this.at(this.current);
    const all = event.ctrlKey || event.metaKey;
    switch (event.key) {
      case "ArrowLeft": column -= 1; break;
      case "ArrowRight": column += 1; break;
      case "ArrowUp": row -= 1; break;
      case "ArrowDown": row += 1; break;
      case "Home": column = 0; if (all) row = 0; break;
      case "End": column = last; if (all) row = below; break;
      default: return;
    }
    event.preventDefault();
    this.pick(clamp(row, 0, below) * this.columns + clamp(column, 0, last), true);
  }

  /** @param {number} index @param {boolean} [focus] */
  pick(index, focus = false) {
    if (index < 0) return;
    this.select(index);
    if (focus) this.cells[index].focus({ preventScroll: false });
    this.onPick(index);
  }

  /** @param {number} index */
  select(index) {
    this.cells[this.current].tabIndex = -1;
    this.cells[index].tabIndex = 0;
    this.current = index;
  }
}
