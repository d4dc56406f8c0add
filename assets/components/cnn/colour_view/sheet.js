// One colour plane on a canvas, with its window, kernel, products and partial sum beside it.
import { ink, paintCell } from "../../shared/colours.js";
import { OUTSIDE } from "../../shared/grid.js";
import { bold, sign, text, write } from "../../shared/words.js";
import { Marks } from "./marks.js";

export class Plane {
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
    const tables = ["window", "kernel", "products"].map((title) => this.table(title));
    this.tables.append(tables[0], sign("×"), tables[1], sign("="), tables[2], this.partial);
    section.append(this.figure, this.tables);
    const point = (event) => {
      const box = this.canvas.getBoundingClientRect();
      const column = Math.floor((event.clientX - box.left) / this.pitch);
      const row = Math.floor((event.clientY - box.top) / this.pitch);
      if (row >= 0 && column >= 0 && row < this.size && column < this.size) onPoint(row, column);
    };
    this.canvas.addEventListener("pointerdown", point);
    this.canvas.addEventListener("pointermove", point);
  }

  table(title) {
    const table = document.createElement("table");
    table.className = title;
    table.createCaption().textContent = title;
    table.append(document.createElement("tbody"));
    return table;
  }

  // Tables of k × k cells.
  build(k) {
    this.k = k;
    for (const table of this.tables.querySelectorAll("table")) {
      const body = table.tBodies[0];
      if (body.rows.length === k) continue;
      body.replaceChildren(...Array.from({ length: k }, () => {
        const row = document.createElement("tr");
        for (let c = 0; c < k; c++) row.append(document.createElement("td"));
        return row;
      }));
    }
  }

  // `value(row, column)` is null in the padding.
  draw(size, pitch, value, colour) {
    Object.assign(this, { size, pitch });
    const ratio = window.devicePixelRatio || 1;
    const side = size * pitch;
    this.canvas.width = this.canvas.height = Math.round(side * ratio);
    this.canvas.style.width = this.canvas.style.height = `${side}px`;
    const pen = this.canvas.getContext("2d");
    const gap = pitch >= 6 ? 1 : 0;
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
        const box = [at(c), at(r), at(c + 1) - at(c) - gap, at(r + 1) - at(r) - gap];
        pen.fillStyle = one === null ? OUTSIDE : `rgb(${rgb})`;
        pen.fillRect(...box);
        if (font < 8) continue;
        pen.fillStyle = one === null ? dim : ink(rgb);
        pen.fillText(text(one ?? 0), box[0] + box[2] / 2, box[1] + box[3] / 2);
      }
    }
  }

  // `cells`: [number, colour, whether it lies in the padding] of each cell.
  fill(name, cells) {
    const table = this.tables.querySelector(`.${name}`);
    cells.forEach(([value, rgb, pad], i) => {
      const cell = table.tBodies[0].rows[Math.floor(i / this.k)].cells[i % this.k];
      paintCell(cell, rgb);
      write(cell, text(value));
      const kind = pad ? "pad" : "";
      if (cell.className !== kind) cell.className = kind;
    });
  }

  total(sum) {
    write(this.partial, `= ${text(sum)}`);
  }
}

// A map of one pixel a cell, enlarged by the style.
export function paintSmall(canvas, size, side, colour) {
  canvas.width = canvas.height = size;
  canvas.style.width = canvas.style.height = `${side}px`;
  const pen = canvas.getContext("2d");
  const pixels = pen.createImageData(size, size);
  for (let i = 0; i < size * size; i++) pixels.data.set([...colour(i), 255], 4 * i);
  pen.putImageData(pixels, 0, 0);
}
