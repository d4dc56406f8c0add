// The numbers of one row of X and one column of W, where the matrices are only colours.
import { write } from "../../shared/words.js";
import { add, each, set } from "../../shared/dom.js";
import { largest, shown } from "./sum.js";

/** @typedef {import("./matrix.js").Read} Read */

// Products of 0, of which a layer of ReLU makes many, only fill places that are left.
/** @param {number[]} products @param {number} most @returns {{ keys: number[], words: string }} */
export function chosen(products, most) {
  const keys = largest(products, most);
  const some = keys.filter((k) => products[k] !== 0);
  if (keys.length === products.length) return { keys, words: `All ${keys.length} products` };
  if (some.length === keys.length) return { keys, words: `The ${keys.length} largest of ${products.length} products` };
  if (some.length === 0) return { keys, words: `All ${products.length} products are 0` };
  return { keys: some, words: `${some.length} of ${products.length} products; all others are 0` };
}

export class Lens {
  /** @param {HTMLElement} host */
  constructor(host) {
    this.table = add(host, "table", "lens");
    this.caption = this.table.createCaption();
    this.body = this.table.createTBody();
  }

  /**
   * @param {Read} x @param {Read} w @param {ArrayLike<number>} xs @param {ArrayLike<number>} ws
   * @param {number} digits of a product @param {string[]} names of the row and the column @param {number} most columns
   */
  show(x, w, xs, ws, digits, names, most) {
    const products = Array.from(xs, (one, k) => one * ws[k]);
    const { keys, words } = chosen(products, most);
    write(this.caption, words);
    const lines = [
      ["place", ...keys.map((k) => x.column_names[k] ?? w.row_names[k] ?? String(k + 1))],
      [names[0], ...keys.map((k) => shown(xs[k], x.digits))],
      [names[1], ...keys.map((k) => shown(ws[k], w.digits))],
      ["product", ...keys.map((k) => shown(products[k], digits))],
    ];
    each(this.body, lines, () => document.createElement("tr"), (line, words, row) => {
      each(line, words, () => document.createElement(row ? "td" : "th"), (cell, word, i) => {
        write(cell, word);
        if (row && i === 0) set(cell, "class", "head");
      });
    });
  }
}
