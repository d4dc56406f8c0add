// Which cells show their numbers: those of the windows that are explained, or all of them.

/** @typedef {import("../../views/grid/grid.js").Grid} Grid */

export class Told {
  /** @type {HTMLElement[]} */
  cells = [];

  /** @param {HTMLElement} root @param {HTMLElement} button that shows all numbers */
  constructor(root, button) {
    this.button = button;
    button.addEventListener("click", () => {
      const plain = root.classList.toggle("plain");
      button.setAttribute("aria-pressed", String(!plain));
    });
  }

  // Small cells have no room for numbers.
  /** @param {Grid[]} grids */
  offer(grids) {
    this.button.hidden = !grids.some((grid) => grid.numbers);
  }

  clear() {
    for (const cell of this.cells.splice(0)) cell.classList.remove("told");
  }

  // The cells from row `top` to before row `bottom`, likewise for columns.
  /** @param {Grid} grid @param {number} top @param {number} left @param {number} [bottom] @param {number} [right] */
  add(grid, top, left, bottom = top + 1, right = left + 1) {
    for (let row = top; row < Math.min(bottom, grid.rows); row++) {
      for (let column = left; column < Math.min(right, grid.columns); column++) {
        const cell = grid.cells[row * grid.columns + column];
        cell.classList.add("told");
        this.cells.push(cell);
      }
    }
  }
}
