// The output of pooling after one shift, and the formula from a window to its number.
// The outputs and winners are PyTorch's, of all shifts in `data`.
import { exact, round, text } from "./words.js";

/**
 * @typedef {object} Pooling a picture, and its pooling after every shift
 * @property {number} n side of the picture
 * @property {number} k side of the window
 * @property {number} s stride
 * @property {number} p padding
 * @property {number} m side of the output
 * @property {number} far the largest shift
 * @property {"max" | "average" | "l2"} kind
 * @property {boolean} counted whether an average counts the padding
 * @property {boolean} wrap whether what leaves the picture comes in at the other side
 * @property {number[]} image
 * @property {number[]} outputs m × m numbers for each shift
 * @property {number[]} winners the place that each of them took; empty where all count
 */

export class Pooled {
  /** @param {Pooling} data @param {number} right @param {number} down */
  constructor(data, right, down) {
    this.data = data;
    this.right = right;
    this.down = down;
    this.start = this.at * data.m * data.m;
  }

  // The index of this shift in lists of one entry for each shift.
  get at() {
    const { far } = this.data;
    return (this.down + far) * (2 * far + 1) + this.right + far;
  }

  /** @param {number} r @param {number} c */
  inside(r, c) {
    const { n } = this.data;
    return r >= 0 && c >= 0 && r < n && c < n;
  }

  /** @param {number} r @param {number} c */
  pixel(r, c) {
    const { n, image, wrap } = this.data;
    let [y, x] = [r - this.down, c - this.right];
    if (wrap) [y, x] = [(y + n) % n, (x + n) % n];
    return this.inside(y, x) ? image[y * n + x] : 0;
  }

  /** @param {number} r @param {number} c */
  output(r, c) {
    return this.data.outputs[this.start + r * this.data.m + c];
  }

  // The place of the pixel that the output cell took, or −1 where all of them count.
  /** @param {number} r @param {number} c */
  winner(r, c) {
    const { m, winners } = this.data;
    return winners.length ? winners[this.start + r * m + c] : -1;
  }

  // The output rows (or columns) whose window holds the row (or column) `index` of the picture.
  /** @param {number} index */
  reached(index) {
    const { m, k, s, p } = this.data;
    const found = [];
    for (let o = 0; o < m; o++) if (index >= o * s - p && index < o * s - p + k) found.push(o);
    return found;
  }

  // The window of an output cell, row by row; `null` is padding; cells beyond it are left out.
  /** @param {number} row @param {number} column @returns {Cells} */
  window(row, column) {
    const { n, k, s, p } = this.data;
    /** @param {number} index */
    const line = (index) => {
      const start = index * s - p;
      return Array.from({ length: Math.min(k, n + p - start) }, (_, i) => start + i);
    };
    return line(row).map((r) => line(column).map((c) => (this.inside(r, c) ? this.pixel(r, c) : null)));
  }

  // One output cell in words: the formula, the sign before the result, the result, and its source.
  /** @param {number} row @param {number} column */
  written(row, column) {
    const { k, n, kind, counted } = this.data;
    const window = this.window(row, column);
    const value = this.output(row, column);
    const { words } = { max: maximum, average, l2: root }[kind](window, k, counted);
    const place = this.winner(row, column);
    let from = "";
    if (place >= 0) {
      const equal = window.flat().filter((one) => one === value).length;
      from = `, from row ${Math.floor(place / n) + 1}, column ${(place % n) + 1}`;
      if (equal > 1) from += `, the first of ${equal} equal`;
    }
    return { words: `${words} ${exact(value) ? "=" : "≈"}`, value: text(value), from };
  }
}

// Large windows are written row by row.

/** @typedef {(number | null)[][]} Cells of a window, row by row; null is padding */

/** @param {number} value */
const bracket = (value) => (value < 0 ? `(${text(value)})` : text(value));
/** @param {number[]} values */
const total = (values) => values.reduce((sum, value) => sum + value, 0);

/** @param {Cells} rows */
function maximum(rows) {
  const lines = rows.map((row) => row.filter((value) => value !== null)).filter((row) => row.length);
  const long = lines.length > 3;
  const parts = long ? lines.map((row) => Math.max(...row)) : lines.flat();
  return { words: `${long ? "of each row’s largest: " : ""}max(${parts.map((one) => text(one)).join(", ")})` };
}

/** @param {Cells} rows @param {number} k @param {boolean} counted */
function average(rows, k, counted) {
  const cells = rows.flat();
  const count = counted ? cells.length : cells.filter((value) => value !== null).length;
  const parts = k > 3 ? rows.map(total) : cells.map((value) => value ?? 0);
  const sum = `(${parts.map(bracket).join(" + ")}) / ${count} = ${text(total(cells))} / ${count}`;
  return { words: `${k > 3 ? "row by row " : ""}${sum}` };
}

/** @param {Cells} rows @param {number} k */
export function root(rows, k) {
  const cells = rows.flat();
  /** @param {number[]} values */
  const squared = (values) => total(values.map((value) => value * value));
  const parts = k > 3
    ? rows.map((row) => text(squared(row), 4))
    : cells.map((value) => `${bracket(value ?? 0)}²`);
  // PyTorch takes the mean of the squares times k²: the sum, unless the window hangs over the edge.
  const whole = cells.length === k * k;
  const under = whole ? parts.join(" + ") : `${k * k}/${cells.length} · (${parts.join(" + ")})`;
  const sum = (squared(cells) * k * k) / cells.length;
  const sign = Math.abs(sum - round(sum, 4)) < 1e-6 ? "=" : "≈";
  return { words: `${k > 3 ? "squares row by row " : ""}√(${under}) ${sign} √${text(sum, 4)}` };
}
