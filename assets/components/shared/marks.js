// Outlines over grids, in one SVG: rings (accent), picks (black), beams from a window to its cell.

/** @typedef {Pick<import("./grid.js").Grid, "figure" | "host" | "pitch">} Gridded */
/** @typedef {{ x: number, y: number, end: number, foot: number }} Box */

export class Marks {
  /** @param {HTMLElement} root */
  constructor(root) {
    this.root = root;
    this.paths = Object.fromEntries(
      ["frame", "beam", "halo", "ring", "pick"].map((name) => [name, root.querySelector(`.${name}`)]),
    );
  }

  // The box around the cells from row `top` to before row `bottom`, likewise for columns.
  // Figures are positioned, so that a canvas inside a figure stays on its grid.
  /**
   * @param {Gridded} grid @param {number} top @param {number} left
   * @param {number} [bottom] @param {number} [right] @returns {Box}
   */
  static box({ figure, host, pitch }, top, left, bottom = top + 1, right = left + 1) {
    const x = figure.offsetLeft + host.offsetLeft + 0.5 + left * pitch;
    const y = figure.offsetTop + host.offsetTop + 0.5 + top * pitch;
    return { x, y, end: x + (right - left) * pitch, foot: y + (bottom - top) * pitch };
  }

  /** @param {Box} box */
  static outline({ x, y, end, foot }) {
    return `M${x} ${y}H${end}V${foot}H${x}z`;
  }

  // `beams` are pairs of a window and its output cell to the right.
  /** @param {Box[]} rings @param {Box[]} picks @param {Box[][]} beams @param {boolean} thin */
  show(rings, picks, beams, thin) {
    const [ring, pick] = [rings, picks].map((boxes) => boxes.map(Marks.outline).join(""));
    this.root.style.setProperty("--stroke", thin ? "1.5" : "2.5");
    this.root.style.setProperty("--halo", thin ? "3" : "5");
    this.paths.ring.setAttribute("d", ring);
    this.paths.pick.setAttribute("d", pick);
    this.paths.halo.setAttribute("d", ring + pick);
    this.paths.beam.setAttribute("d", beams.map(([from, to]) =>
      `M${from.end} ${from.y}L${to.x} ${to.y}M${from.end} ${from.foot}L${to.x} ${to.foot}`).join(""));
  }

  /** @param {string[]} lines */
  frame(lines) {
    this.paths.frame.setAttribute("d", lines.join(""));
  }
}
