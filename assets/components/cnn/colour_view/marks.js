// An outline over a grid or a plane: rows and columns in cells.

/** @typedef {{ host: HTMLElement, pitch: number, figure: HTMLElement }} Owner */
/** @typedef {number[]} Box row, column, rows and columns */

export class Marks {
  /** @param {Owner} owner */
  constructor(owner) {
    this.owner = owner;
    const space = "http://www.w3.org/2000/svg";
    this.svg = document.createElementNS(space, "svg");
    this.svg.setAttribute("class", "marks");
    this.svg.setAttribute("aria-hidden", "true");
    this.halo = document.createElementNS(space, "path");
    this.halo.setAttribute("class", "halo");
    this.line = document.createElementNS(space, "path");
    this.svg.append(this.halo, this.line);
    owner.figure.append(this.svg);
  }

  /** @param {Box | null} box @param {string} kind */
  draw(box, kind) {
    const { host, pitch } = this.owner;
    this.svg.style.left = `${host.offsetLeft}px`;
    this.svg.style.top = `${host.offsetTop}px`;
    const [row, column, rows, columns] = box ?? [];
    const path = box
      ? `M${column * pitch + 0.5} ${row * pitch + 0.5}h${columns * pitch}v${rows * pitch}h${-columns * pitch}z`
      : "";
    this.halo.setAttribute("d", path);
    this.line.setAttribute("d", path);
    this.line.setAttribute("class", kind);
  }
}
