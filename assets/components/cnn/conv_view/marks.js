// Outlines over both grids: the pointed cell, the cells that it reaches, and lines between them.
import { Marks as GridMarks } from "../../views/grid/marks.js";

/** @typedef {import("../../views/grid/grid.js").Grid} Grid */
/** @typedef {"input" | "output"} Side */

const { outline, beam, box } = GridMarks;

export class Marks extends GridMarks {
  beside = false; // whether the grids are beside each other

  /** @param {HTMLElement} stage @param {Grid} input @param {Grid} output */
  constructor(stage, input, output) {
    super(stage, ["touched", "frame", "beam", "box", "halo", "ring", "pick"]);
    this.grids = { input, output };
  }

  // The border between the picture and its padding, and between the output and its cropped cells.
  /** @param {import("./slide.js").Sizes} sizes */
  frames({ n, m, before, after, crop }) {
    /** @type {(name: Side, from: number, count: number) => string} */
    const one = (name, from, count) =>
      outline(box(this.grids[name], from, from, from + count, from + count));
    this.draw("frame", (after ? one("input", before, n) : "") + (crop ? one("output", crop, m) : ""));
  }

  // `around` is the side that gets a dashed box and lines to the only cell of the other side.
  /** @param {{ inputs: Place[], outputs: Place[], around?: Side | "", whole?: boolean, touched?: Place[] }} cells */
  shown({ inputs, outputs, around = "", whole = false, touched = [] }) {
    const thin = Math.min(this.grids.input.pitch, this.grids.output.pitch) < 14;
    this.line(thin);
    this.root.style.setProperty("--edge", thin ? "0" : "1.5");
    // Outlines of tiny neighbours would hide the cells: one outline around all.
    const joined = thin && whole && around;
    const hull = around ? outline(this.hull(around, around === "input" ? inputs : outputs)) : "";
    const rings = joined && around === "input" ? hull : this.squares("input", inputs);
    const picks = joined && around === "output" ? hull : this.squares("output", outputs);
    this.draw("touched", this.squares("input", touched));
    this.draw("box", joined ? "" : hull);
    this.draw("halo", rings + picks);
    this.draw("ring", rings);
    this.draw("pick", picks);
    const beams = around && this.beside;
    this.draw("beam", beams ? beam(this.hull("input", inputs), this.hull("output", outputs)) : "");
  }

  /** @param {Side} name @param {Place[]} cells */
  squares(name, cells) {
    return cells.map(([row, column]) => outline(box(this.grids[name], row, column))).join("");
  }

  /** @param {Side} name @param {Place[]} cells in order */
  hull(name, cells) {
    const [first, last] = [cells[0], cells[cells.length - 1]];
    return box(this.grids[name], first[0], first[1], last[0] + 1, last[1] + 1);
  }
}
