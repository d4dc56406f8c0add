// The kernel's table: point at an entry, walk with the arrow keys, type to change it.

export class KernelTable {
  /** @param {ParentNode} root @param {() => void} onPick */
  constructor(root, onPick) {
    /** @type {HTMLTableElement} */
    this.table = root.querySelector("table.kernel");
    this.body = this.table.tBodies[0];
    this.current = 0;
    /** @param {Event} event */
    const pick = (event) => {
      const cell = /** @type {Element} */ (event.target).closest("td");
      if (cell) this.select(this.cells.indexOf(cell), onPick);
    };
    for (const name of ["pointerover", "pointerdown", "focusin"]) this.body.addEventListener(name, pick);
    this.body.addEventListener("keydown", (event) => this.key(event));
  }

  get cells() {
    return [...this.body.querySelectorAll("td")];
  }

  /** @returns {Place} */
  get place() {
    const k = this.body.rows.length;
    return [Math.floor(this.current / k), this.current % k];
  }

  built() {
    const { cells } = this;
    this.current = Math.min(this.current, cells.length - 1);
    for (const cell of cells) cell.tabIndex = -1;
    cells[this.current].tabIndex = 0;
  }

  /** @param {number} index @param {() => void} onPick */
  select(index, onPick) {
    const { cells } = this;
    cells[this.current].tabIndex = -1;
    cells[index].tabIndex = 0;
    this.current = index;
    onPick();
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    const k = this.body.rows.length;
    const by = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -k, ArrowDown: k }[event.key];
    if (!by) return;
    event.preventDefault();
    const column = (this.current % k) + (Math.abs(by) === 1 ? by : 0);
    const next = this.current + by;
    if (next >= 0 && next < k * k && (Math.abs(by) === k || (column >= 0 && column < k)))
      this.cells[next].focus();
  }
}
