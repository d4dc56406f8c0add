// One matrix: as a table of numbers, or as a picture of coloured cells with a frame on it.
import { paintCell, scale } from "../../shared/colours.js";
import { SIGNED } from "../../shared/palette.js";
import { cellAt, outline, paintRaster } from "../../shared/raster.js";
import { clamp, write } from "../../shared/words.js";
import { add, each, set } from "../../shared/dom.js";
import { shown } from "./sum.js";

/** @typedef {import("../data.js").ProductMatrix} Matrix */
/** @typedef {Matrix & { numbers: Float32Array, most: number }} Read */

const signed = scale(SIGNED);

export class MatrixPicture {
  /** @param {HTMLElement} host @param {string} kind x, w, b or z @param {(row: number, column: number) => void} onPoint */
  constructor(host, kind, onPoint) {
    this.node = add(host, "div", `matrix ${kind}`);
    this.name = add(this.node, "p", "name");
    this.kind = kind;
    this.onPoint = onPoint;
    /** @type {HTMLTableCellElement[]} */
    this.cells = [];
    this.current = 0;
    this.buildTable();
    this.buildRaster();
    this.node.addEventListener("keydown", (event) => this.key(event));
  }

  buildTable() {
    this.table = add(this.node, "table");
    if (this.kind === "z") this.table.setAttribute("role", "grid");
    this.head = this.table.createTHead().insertRow();
    this.body = this.table.createTBody();
    const point = (/** @type {Event} */ event) => {
      const index = this.cells.findIndex((cell) => cell === event.target);
      if (index >= 0) this.onPoint(Math.floor(index / this.data.columns), index % this.data.columns);
    };
    for (const name of ["pointerover", "pointerdown", "focusin"]) this.table.addEventListener(name, point);
  }

  buildRaster() {
    this.raster = add(this.node, "div", "raster");
    this.canvas = add(this.raster, "canvas");
    this.canvas.setAttribute("aria-hidden", "true");
    this.frame = add(this.raster, "i", "frame");
    const point = (/** @type {PointerEvent} */ event) =>
      this.onPoint(...cellAt(event, this.raster, this.data.rows, this.data.columns));
    this.raster.addEventListener("pointermove", point);
    this.raster.addEventListener("pointerdown", point);
    if (this.kind !== "z") return;
    this.raster.tabIndex = 0;
    this.raster.setAttribute("role", "application");
    this.raster.setAttribute("aria-roledescription", "matrix");
  }

  /** @param {Read} data @param {boolean} asNumbers @param {number} cell width, in pixels */
  show(data, asNumbers, cell) {
    this.data = data;
    this.node.style.setProperty("--cell", `${cell}px`);
    this.raster.style.width = `${data.columns * cell}px`;
    this.raster.style.height = `calc(${data.rows} * var(--high))`;
    const words = `${data.name}, ${data.rows} × ${data.columns}`;
    write(this.name, words);
    this.table.hidden = !asNumbers;
    this.raster.hidden = asNumbers;
    set(this.table, "aria-label", words);
    if (this.kind === "z") set(this.raster, "aria-label", `${words}. Arrow keys go from number to number.`);
    if (asNumbers) this.showTable();
    else paintRaster(this.canvas, data.columns, data.rows, (i) => this.colour(i));
  }

  /** @param {number} i */
  colour(i) {
    const value = this.data.numbers[i];
    return Number.isFinite(value) ? signed(0.5 + value / (2 * this.data.most)) : [128, 128, 128];
  }

  showTable() {
    const { numbers, digits, rows, columns, row_names, column_names } = this.data;
    const named = row_names.length > 0;
    const heads = [...(named ? [""] : []), ...column_names.slice(0, columns)];
    this.head.parentElement.hidden = column_names.length === 0;
    each(this.head, heads, () => document.createElement(named ? "td" : "th"), (node, name) => write(node, name));
    each(this.body, Array.from({ length: rows }), () => document.createElement("tr"), (line, _, row) => {
      const first = named ? 1 : 0;
      if (Boolean(line.querySelector("th")) !== named) line.replaceChildren();
      if (named && !line.firstChild) set(add(line, "th"), "scope", "row");
      while (line.children.length > columns + first) line.lastChild.remove();
      while (line.children.length < columns + first) add(line, "td").tabIndex = -1;
      if (named) write(line.firstChild, row_names[row] ?? "");
    });
    this.cells = [...this.body.querySelectorAll("td")];
    this.cells.forEach((cell, i) => {
      write(cell, shown(numbers[i], digits));
      paintCell(cell, this.colour(i));
      if (this.kind !== "z") cell.removeAttribute("tabindex");
    });
  }

  // A frame around what belongs to the pointed number: a row of X, a column of W.
  /** @param {number} row @param {number} column */
  mark(row, column) {
    const { rows, columns } = this.data;
    const [top, bottom] = this.kind === "w" || this.kind === "b" ? [0, rows] : [row, row + 1];
    const [left, right] = this.kind === "x" ? [0, columns] : [column, column + 1];
    if (this.table.hidden) outline(this.frame, columns, rows, left, top, right, bottom);
    else {
      this.cells.forEach((cell, i) => {
        const [r, c] = [Math.floor(i / columns), i % columns];
        cell.classList.toggle("lit", r >= top && r < bottom && c >= left && c < right);
        if (this.kind === "z") cell.tabIndex = r === row && c === column ? 0 : -1;
      });
    }
    this.current = row * columns + column;
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    if (this.kind !== "z") return;
    const { rows, columns } = this.data;
    let [row, column] = [Math.floor(this.current / columns), this.current % columns];
    switch (event.key) {
      case "ArrowLeft": column -= 1; break;
      case "ArrowRight": column += 1; break;
      case "ArrowUp": row -= 1; break;
      case "ArrowDown": row += 1; break;
      case "Home": column = 0; if (event.ctrlKey) row = 0; break;
      case "End": column = columns - 1; if (event.ctrlKey) row = rows - 1; break;
      default: return;
    }
    event.preventDefault();
    [row, column] = [clamp(row, 0, rows - 1), clamp(column, 0, columns - 1)];
    this.current = row * columns + column; // at once: the next key may come before the next frame
    if (this.table.hidden) this.onPoint(row, column);
    else this.cells[row * columns + column].focus();
  }
}
