// Grids of numbers with linked marks: pointing at a cell frames the cells that it came from, and the
// cells that it goes to.
import { scale } from "../../shared/colours.js";
import { add } from "../../shared/dom.js";
import { Frame, onWidth, spokenIn } from "../../shared/moments.js";
import { SIGNED, UNSIGNED } from "../../shared/palette.js";
import { clamp, text, write } from "../../shared/words.js";
import { Grid } from "./grid.js";
import { cellsFrom } from "./links.js";
import { Marks } from "./marks.js";

/** @typedef {import("../data.js").Grids} Data */
/** @typedef {import("../data.js").NumberGrid} NumberGrid */
/** @typedef {import("./marks.js").Box} Box */

const LARGEST = 44, LEAST = 5, READABLE = 18; // pixels of a cell
const GAP = 56; // between two grids
const colours = { signed: scale(SIGNED), unsigned: scale(UNSIGNED) };

export class Grids {
  /** @type {Data} */
  data;
  /** @type {Grid[]} */
  grids = [];
  /** @type {Marks} */
  marks;
  /** @type {[grid: number, cell: number]} */
  at = [0, 0];

  /** @param {HTMLElement} host */
  constructor(host) {
    this.stage = add(host, "div", "grids");
    this.sum = add(host, "p", "grids-says");
    this.speaker = spokenIn(host);
    this.pointing = new Frame(() => this.point());
    this.unseen = onWidth(host, () => this.data && this.layout());
  }

  /** @param {Data} data */
  show(data) {
    const same = this.data?.grids.map(({ name }) => name).join() === data.grids.map(({ name }) => name).join();
    this.data = data;
    this.stage.setAttribute("role", "group");
    this.stage.setAttribute("aria-label", data.label);
    if (!same) this.build();
    this.layout();
  }

  destroy() {
    this.unseen();
    for (const one of [this.pointing, this.speaker]) one.stop();
  }

  build() {
    this.stage.replaceChildren();
    this.grids = this.data.grids.map((_, i) => {
      if (i) write(add(this.stage, "span", "grids-sign"), this.data.signs[i - 1] ?? "");
      const figure = add(this.stage, "figure", "grids-one");
      add(figure, "figcaption");
      const canvas = add(figure, "canvas");
      canvas.setAttribute("aria-hidden", "true");
      add(figure, "div", "grid").setAttribute("role", "grid");
      return new Grid(figure, () => this.choose(i), () => false);
    });
    this.marks = new Marks(this.stage);
    // The last grid is what the others lead to.
    this.at = [this.grids.length - 1, 0];
  }

  // Beside each other if their cells stay readable, else below each other.
  layout() {
    const { grids } = this.data;
    const width = this.stage.clientWidth;
    /** @type {(key: "rows" | "columns") => number[]} */
    const sides = (key) => grids.map((grid) => grid[key]);
    const beside = (width - GAP * (grids.length - 1) - 2 * grids.length) / sides("columns").reduce((a, b) => a + b, 0);
    const high = (0.7 * innerHeight) / Math.max(...sides("rows"));
    const below = Math.min(high, (width - 2) / Math.max(...sides("columns")));
    const row = grids.length === 1 || beside >= READABLE || beside >= 0.7 * below;
    this.stage.classList.toggle("below", !row);
    const pitch = Math.floor(clamp(Math.min(row ? beside : below, high), LEAST, LARGEST));
    grids.forEach((grid, i) => this.drawOne(grid, this.grids[i], pitch));
    this.point();
  }

  /** @param {NumberGrid} grid @param {Grid} drawn @param {number} pitch */
  drawOne(grid, drawn, pitch) {
    const most = Math.max(...grid.values.map(Math.abs)) || 1;
    const colour = colours[grid.tone];
    const [padding, unseen] = [new Set(grid.padding), new Set(grid.unseen)];
    write(drawn.caption, grid.caption);
    drawn.host.setAttribute("aria-label", `${grid.caption}. Arrow keys move from cell to cell.`);
    drawn.draw([grid.rows, grid.columns], pitch, grid.digits, (r, c) => {
      const i = r * grid.columns + c;
      const share = grid.tone === "signed" ? 0.5 + (0.5 * grid.values[i]) / most : grid.values[i] / most;
      return { value: grid.values[i], rgb: colour(share), pad: padding.has(i), missed: unseen.has(i) };
    });
  }

  /** @param {number} grid */
  choose(grid) {
    this.at = [grid, this.grids[grid].current];
    this.pointing.ask();
  }

  point() {
    const [at, cell] = this.at;
    const own = this.grids[at];
    const [row, column] = own.at(Math.min(cell, own.cells.length - 1));
    const picked = Marks.box(own, row, column);
    const [rings, beams] = this.linked(at, row * own.columns + column, picked);
    this.marks.show(rings, [picked], beams, own.pitch < 14);
    const sentence = this.sentence(at, row, column);
    write(this.sum, sentence);
    this.speaker.say(sentence);
    const node = own.cells[own.current];
    if (!node.textContent) node.setAttribute("aria-label", sentence);
  }

  // The boxes that belong to a cell: where it comes from, and where it goes to.
  /**
   * @param {number} at @param {number} cell @param {Box} picked
   * @returns {[rings: Box[], beams: Box[][]]}
   */
  linked(at, cell, picked) {
    const { name } = this.data.grids[at];
    /** @type {Box[]} */
    const rings = [];
    /** @type {Box[][]} */
    const beams = [];
    for (const link of this.data.links) {
      if (link.target === name && link.boxes[cell]) {
        const [row, column, rows, columns] = link.boxes[cell];
        const box = Marks.box(this.named(link.source), row, column, row + rows, column + columns);
        rings.push(box);
        if (box.end < picked.x) beams.push([box, picked]);
      }
      if (link.source !== name) continue;
      const target = this.named(link.target);
      const [row, column] = this.grids[at].at(cell);
      for (const one of cellsFrom(link.boxes, row, column)) rings.push(Marks.box(target, ...target.at(one)));
    }
    return [rings, beams];
  }

  /** @param {string} name */
  named(name) {
    return this.grids[this.data.grids.findIndex((grid) => grid.name === name)];
  }

  /** @param {number} at @param {number} row @param {number} column */
  sentence(at, row, column) {
    const grid = this.data.grids[at];
    const i = row * grid.columns + column;
    const place = `${grid.caption}, row ${row + 1}, column ${column + 1}`;
    return grid.says[i] ?? `${place}: ${text(grid.values[i], grid.digits)}.`;
  }
}
