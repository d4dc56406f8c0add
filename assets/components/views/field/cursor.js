// Where one looks: a cell of the field by pointer, finger or arrow keys, and what is told of it.
import { cellAt } from "../../shared/raster.js";
import { clamp, text, write } from "../../shared/words.js";
import { add, draw, percent, set } from "../../shared/dom.js";
import { short } from "../../shared/numbers.js";
import { Frame } from "../../shared/moments.js";

/** @typedef {import("../data.js").Field} Data */
/** @typedef {import("./plane.js").Plane} Plane */

export class Cursor {
  /** @param {HTMLElement} surface @param {HTMLElement} tip @param {SVGElement} marks @param {(words: string) => void} say */
  constructor(surface, tip, marks, say) {
    this.surface = surface;
    this.tip = tip;
    this.first = add(tip, "b");
    this.second = add(tip, "span");
    this.group = draw(marks, "g", "cursor");
    this.group.setAttribute("visibility", "hidden");
    for (const name of ["across", "down"]) draw(this.group, "line", name);
    this.ring = draw(this.group, "circle");
    this.ring.setAttribute("r", "10");
    this.say = say;
    /** @type {Place | null} */
    this.cell = null;
    this.shown = false;
    this.frame = new Frame(() => this.draw());
    surface.addEventListener("pointermove", (event) => this.point(event));
    surface.addEventListener("pointerdown", (event) => this.point(event));
    surface.addEventListener("pointerleave", (event) => event.pointerType === "mouse" && this.hide());
    surface.addEventListener("blur", () => this.hide());
    surface.addEventListener("keydown", (event) => this.key(event));
  }

  /** @param {Data} data @param {Plane} plane @param {Float32Array | null} values */
  show(data, plane, values) {
    this.data = data;
    this.plane = plane;
    this.values = values;
    if (this.cell) this.move(...this.cell);
  }

  /** @param {PointerEvent} event */
  point(event) {
    if (!this.plane) return;
    const { rows, columns } = this.plane;
    const [top, column] = cellAt(event, this.surface, rows, columns);
    this.shown = true;
    this.move(rows - 1 - top, column);
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    if (!this.plane) return;
    if (event.key === "Escape") return this.hide();
    const { rows, columns } = this.plane;
    let [row, column] = this.cell ?? [Math.floor(rows / 2), Math.floor(columns / 2)];
    const step = event.shiftKey ? 5 : 1;
    switch (event.key) {
      case "ArrowLeft": column -= step; break;
      case "ArrowRight": column += step; break;
      case "ArrowUp": row += step; break;
      case "ArrowDown": row -= step; break;
      case "Home": column = 0; break;
      case "End": column = columns - 1; break;
      default: return;
    }
    event.preventDefault();
    this.shown = true;
    this.move(row, column);
  }

  /** @param {number} row @param {number} column */
  move(row, column) {
    this.cell = [clamp(row, 0, this.plane.rows - 1), clamp(column, 0, this.plane.columns - 1)];
    this.frame.ask();
  }

  hide() {
    this.shown = false;
    this.frame.ask();
  }

  draw() {
    const shown = this.shown && this.cell !== null;
    set(this.group, "visibility", shown ? "visible" : "hidden");
    this.tip.hidden = !shown;
    if (!shown) return;
    const { plane, data } = this;
    const [row, column] = this.cell;
    const [x, y] = plane.middle(row, column);
    const near = plane.nearest(data.points, x, y);
    const value = this.values ? `${data.value_name} ${short(this.values[row * plane.columns + column])}` : "";
    write(this.first, `${plane.words(x, y)}${value && `: ${value}`}`);
    write(this.second, near ? `Nearest: ${this.pointWords(near)}` : "");
    this.mark(plane.across(x), plane.down(y), near);
    this.say(`${this.first.textContent}. ${this.second.textContent}`.trim());
  }

  /** @param {Data["points"][number]} point */
  pointWords({ x, y, kind, label, target, held_out }) {
    const name = label || (this.data.kinds[kind] ?? `class ${kind}`);
    const more = [held_out ? "held out" : "", typeof target === "number" ? `target ${text(target)}` : ""];
    return [name, this.plane.words(x, y), ...more.filter(Boolean)].join(", ");
  }

  /** @param {number} across @param {number} down @param {Data["points"][number] | undefined} near */
  mark(across, down, near) {
    const [right, low] = [percent(across), percent(down)];
    const [level, upright] = this.group.children;
    for (const name of ["y1", "y2"]) set(level, name, low);
    for (const name of ["x1", "x2"]) set(upright, name, right);
    set(level, "x2", "100%");
    set(upright, "y2", "100%");
    set(this.ring, "visibility", near ? "inherit" : "hidden");
    if (near) {
      set(this.ring, "cx", percent(this.plane.across(near.x)));
      set(this.ring, "cy", percent(this.plane.down(near.y)));
    }
    // The tip lies in the other half, so that it never hides what it tells of.
    this.tip.className = `tip${across > 0.5 ? " left" : ""}${down < 0.5 ? " low" : ""}`;
  }

  destroy() {
    this.frame.stop();
  }
}
