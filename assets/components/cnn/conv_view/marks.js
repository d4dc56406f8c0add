// Outlines over both grids: the pointed cell, the cells that it reaches, and lines between them.

/** @typedef {import("../../shared/grid.js").Grid} Grid */
/** @typedef {"input" | "output"} Side */

export class Marks {
  beside = false; // whether the grids are beside each other

  /** @param {HTMLElement} root @param {Grid} input @param {Grid} output */
  constructor(root, input, output) {
    this.root = root;
    this.grids = { input, output };
    this.paths = Object.fromEntries(["touched", "frame", "beam", "box", "halo", "ring", "pick"]
      .map((name) => [name, root.querySelector(`.marks .${name}`)]));
  }

  /** @param {string} name @param {string} path */
  draw(name, path) {
    if (this.paths[name].getAttribute("d") !== path) this.paths[name].setAttribute("d", path);
  }

  /** @param {Side} name @param {Place} place */
  place(name, [r, c]) {
    const { host, pitch } = this.grids[name];
    return { x: host.offsetLeft + 0.5 + c * pitch, y: host.offsetTop + 0.5 + r * pitch, side: pitch };
  }

  /** @param {Side} name @param {Place[]} cells */
  squares(name, cells) {
    return cells.map((cell) => square(this.place(name, cell))).join("");
  }

  // The border between the picture and its padding, and between the output and its cropped cells.
  /** @param {import("./slide.js").Sizes} sizes */
  frames({ n, m, before, after, crop }) {
    /** @type {(name: Side, from: number, count: number) => string} */
    const one = (name, from, count) => {
      const { x, y, side } = this.place(name, [from, from]);
      return square({ x, y, side: side * count });
    };
    this.draw("frame", (after ? one("input", before, n) : "") + (crop ? one("output", crop, m) : ""));
  }

  // `around` is the side that gets a dashed box and lines to the only cell of the other side.
  /** @param {{ inputs: Place[], outputs: Place[], around?: Side | "", whole?: boolean, touched?: Place[] }} cells */
  show({ inputs, outputs, around = "", whole = false, touched = [] }) {
    const thin = Math.min(this.grids.input.pitch, this.grids.output.pitch) < 14;
    this.root.style.setProperty("--stroke", thin ? "1.5" : "2.5");
    this.root.style.setProperty("--halo", thin ? "3" : "5");
    this.root.style.setProperty("--edge", thin ? "0" : "1.5");
    // Outlines of tiny neighbours would hide the cells: one outline around all.
    const joined = thin && whole && around;
    const box = around ? this.box(around, around === "input" ? inputs : outputs) : "";
    const rings = joined && around === "input" ? box : this.squares("input", inputs);
    const picks = joined && around === "output" ? box : this.squares("output", outputs);
    this.draw("touched", this.squares("input", touched));
    this.draw("box", joined ? "" : box);
    this.draw("halo", rings + picks);
    this.draw("ring", rings);
    this.draw("pick", picks);
    this.draw("beam", around ? this.beam(inputs, outputs) : "");
  }

  /** @param {Side} name @param {Place[]} cells */
  ends(name, cells) {
    const [first, last] = [this.place(name, cells[0]), this.place(name, cells[cells.length - 1])];
    return { left: first.x, top: first.y, right: last.x + last.side, foot: last.y + last.side };
  }

  /** @param {Side} name @param {Place[]} cells */
  box(name, cells) {
    const { left, top, right, foot } = this.ends(name, cells);
    return `M${left} ${top}H${right}V${foot}H${left}z`;
  }

  /** @param {Place[]} inputs @param {Place[]} outputs */
  beam(inputs, outputs) {
    if (!this.beside) return "";
    const from = this.ends("input", inputs);
    const to = this.ends("output", outputs);
    return `M${from.right} ${from.top}L${to.left} ${to.top}M${from.right} ${from.foot}L${to.left} ${to.foot}`;
  }
}

/** @param {{ x: number, y: number, side: number }} box */
const square = ({ x, y, side }) => `M${x} ${y}h${side}v${side}h${-side}z`;
