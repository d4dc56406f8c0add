// One colour plane on a canvas, with its window, kernel, products and partial sum beside it.
import { ink, paintCell } from "../../shared/colours.js";
import { OUTSIDE } from "../../views/grid/grid.js";
import { bold, sign, text, write } from "../../shared/words.js";
import { Marks } from "./marks.js";

/** @typedef {[value: number, rgb: Rgb, pad: boolean]} Cell */

export class Plane {
  k = 0;
  size = 0;
  pitch = 1;

  /**
   * @param {HTMLElement} section @param {string} name
   * @param {(row: number, column: number) => void} onPoint
   */
  constructor(section, name, onPoint) {
    this.section = section;
    this.figure = document.createElement("figure");
    this.figure.className = "sheet";
    const caption = document.createElement("figcaption");
    caption.append(bold(name[0].toUpperCase()), ` ${name} plane`);
    this.canvas = document.createElement("canvas");
    this.canvas.setAttribute("aria-hidden", "true");
    this.figure.append(caption, this.canvas);
    this.host = this.canvas;
    this.marks = new Marks(this);
    this.partial = document.createElement("p");
    this.partial.className = "partial";
    this.tables = document.createElement("div");
    this.tables.className = "tables";
    this.bodies = { window: table("window"), kernel: table("kernel"), products: table("products") };
    const [pixels, weights, products] = Object.values(this.bodies).map((body) => body.parentElement);
    this.tables.append(pixels, sign("×"), weights, sign("="), products, this.partial);
    section.append(this.figure, this.tables);
    /** @param {PointerEvent} event */
    const point = (event) => {
      const box = this.canvas.getBoundingClientRect();
      const column = Math.floor((event.clientX - box.left) / this.pitch);
      const row = Math.floor((event.clientY - box.top) / this.pitch);
      if (row >= 0 && column >= 0 && row < this.size && column < this.size) onPoint(row, column);
    };
    this.canvas.addEventListener("pointerdown", point);
    this.canvas.addEventListener("pointermove", point);
  }

  // Tables of k × k cells.
  /** @param {number} k */
  build(k) {
    this.k = k;
    for (const body of Object.values(this.bodies)) {
      if (body.rows.length === k) continue;
      body.replaceChildren(...Array.from({ length: k }, () => {
        const row = document.createElement("tr");
        for (let c = 0; c < k; c++) row.append(document.createElement("td"));
        return row;
      }));
    }
  }

  // `value(row, column)` is null in the padding.
  /**
   * @param {number} size @param {number} pitch
   * @param {(row: number, column: number) => number | null} value @param {(value: number) => Rgb} colour
   */
  draw(size, pitch, value, colour) {
    Object.assign(this, { size, pitch });
    const ratio = window.devicePixelRatio || 1;
    const side = size * pitch;
    this.canvas.width = this.canvas.height = Math.round(side * ratio);
    this.canvas.style.width = this.canvas.style.height = `${side}px`;
    const pen = this.canvas.getContext("2d");
    const gap = pitch >= 6 ? 1 : 0;
    /** @param {number} i */
    const at = (i) => Math.round(i * pitch * ratio);
    const font = Math.min(13, (pitch - 1) / 1.7);
    pen.font = `${font * ratio}px ${getComputedStyle(this.section).fontFamily}`;
    pen.textAlign = "center";
    pen.textBaseline = "middle";
    const dim = getComputedStyle(this.section).color;
    for (let r = 0; r < size; r++) {
      for (let c = 0; c < size; c++) {
        const one = value(r, c);
        const rgb = colour(one ?? 0);
        /** @type {[number, number, number, number]} */
        const box = [at(c), at(r), at(c + 1) - at(c) - gap, at(r + 1) - at(r) - gap];
        pen.fillStyle = one === null ? OUTSIDE : `rgb(${rgb})`;
        pen.fillRect(...box);
        if (font < 8) continue;
        pen.fillStyle = one === null ? dim : ink(rgb);
        pen.fillText(text(one ?? 0), box[0] + box[2] / 2, box[1] + box[3] / 2);
      }
    }
  }

  /** @param {"window" | "kernel" | "products"} name @param {Cell[]} cells */
  fill(name, cells) {
    cells.forEach(([value, rgb, pad], i) => {
      const cell = this.bodies[name].rows[Math.floor(i / this.k)].cells[i % this.k];
      paintCell(cell, rgb);
      write(cell, text(value));
      const kind = pad ? "pad" : "";
      if (cell.className !== kind) cell.className = kind;
    });
  }

  /** @param {number} sum */
  total(sum) {
    write(this.partial, `= ${text(sum)}`);
  }
}

// The body of a new table.
/** @param {string} title */
function table(title) {
  const node = document.createElement("table");
  node.className = title;
  node.createCaption().textContent = title;
  return node.createTBody();
}

// A map of one pixel a cell, enlarged by the style.
/**
 * @param {HTMLCanvasElement} canvas @param {number} size @param {number} side
 * @param {(cell: number) => Rgb} colour
 */
export function paintSmall(canvas, size, side, colour) {
  canvas.width = canvas.height = size;
  canvas.style.width = canvas.style.height = `${side}px`;
  const pen = canvas.getContext("2d");
  const pixels = pen.createImageData(size, size);
  for (let i = 0; i < size * size; i++) pixels.data.set([...colour(i), 255], 4 * i);
  pen.putImageData(pixels, 0, 0);
}
