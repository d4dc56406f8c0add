// What one network reads: the digit, how sure it is, and ten bars.
import { write } from "../../shared/words.js";
import { Bars } from "../../views/bars/view.js";

/**
 * @typedef {object} Reading
 * @property {string} title
 * @property {number | null} digit
 * @property {string} sure
 * @property {number[]} widths of the ten bars, in percent
 * @property {string[]} texts in them
 */

export class Card {
  /** @param {HTMLElement} grid */
  constructor(grid) {
    this.node = element("section", "card", grid);
    this.title = element("div", "title", this.node);
    const verdict = element("div", "verdict", this.node);
    this.digit = element("span", "digit", verdict);
    this.sure = element("span", "sure", verdict);
    this.bars = new Bars(this.node);
  }

  get titled() {
    return this.title.textContent;
  }

  /** @param {Reading} reading */
  show({ title, digit, sure, widths, texts }) {
    write(this.title, title);
    write(this.digit, String(digit ?? "–"));
    write(this.sure, sure);
    const rows = widths.map((width, k) => ({ name: String(k), words: texts[k], length: width / 100, own: k === digit }));
    this.bars.show({ caption: "", rows, inside: true });
  }

  remove() {
    this.node.remove();
  }
}

/** @param {string} name @param {string} className @param {HTMLElement} parent */
function element(name, className, parent) {
  const node = document.createElement(name);
  node.className = className;
  parent.append(node);
  return node;
}
