// Outlines over grids, in one SVG: rings (accent), picks (black), beams from a window to its cell.

const NS = "http://www.w3.org/2000/svg";

/** @typedef {Pick<import("./grid.js").Grid, "figure" | "host" | "pitch">} Gridded */
/** @typedef {{ x: number, y: number, end: number, foot: number }} Box */

export class Marks {
  // `root`: the positioned parent of the figures. `names`: the paths, the lowest one first.
  /** @param {HTMLElement} root @param {string[]} [names] */
  constructor(root, names = ["frame", "beam", "halo", "ring", "pick"]) {
    this.root = root;
    const svg = document.createElementNS(NS, "svg");
    svg.setAttribute("class", "marks");
    svg.setAttribute("aria-hidden", "true");
    /** @type {Record<string, SVGPathElement>} */
    this.paths = {};
    for (const name of names) {
      this.paths[name] = document.createElementNS(NS, "path");
      this.paths[name].setAttribute("class", name);
      svg.append(this.paths[name]);
    }
    root.append(svg);
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

  // Two lines from a box to one on its right.
  /** @param {Box} from @param {Box} to */
  static beam(from, to) {
    return `M${from.end} ${from.y}L${to.x} ${to.y}M${from.end} ${from.foot}L${to.x} ${to.foot}`;
  }

  // `beams` are pairs of a window and its output cell to the right.
  /** @param {Box[]} rings @param {Box[]} picks @param {Box[][]} beams @param {boolean} thin */
  show(rings, picks, beams, thin) {
    this.line(thin);
    this.draw("ring", rings.map(Marks.outline).join(""));
    this.draw("pick", picks.map(Marks.outline).join(""));
    this.draw("halo", [...rings, ...picks].map(Marks.outline).join(""));
    this.draw("beam", beams.map(([from, to]) => Marks.beam(from, to)).join(""));
  }

  // Small cells have thin outlines.
  /** @param {boolean} thin */
  line(thin) {
    this.root.style.setProperty("--stroke", thin ? "1.5" : "2.5");
    this.root.style.setProperty("--halo", thin ? "3" : "5");
  }

  /** @param {string} name @param {string} path */
  draw(name, path) {
    if (this.paths[name].getAttribute("d") !== path) this.paths[name].setAttribute("d", path);
  }
}
