// A word with a dotted line that explains itself.
import { write } from "../../shared/words.js";
import { Bubble } from "./bubble.js";

/** @typedef {import("../data.js").Tip} Data */

export class Tip {
  /** @type {import("../data.js").TipLine[]} */
  lines = [];
  begun = false;

  /** @param {HTMLElement} host */
  constructor(host) {
    this.term = document.createElement("button");
    this.term.type = "button";
    this.term.className = "tip-term";
    host.append(this.term);
    this.bubble = new Bubble(host);
    this.bubble.attach(this.term, () => this.lines);
  }

  /** @param {Data} data */
  show({ term, lines, open }) {
    write(this.term, term);
    this.lines = lines ?? [];
    if (open && !this.begun) this.bubble.open(this.term, true);
    else this.bubble.refresh();
    this.begun = true;
  }

  destroy() {
    this.bubble.destroy();
    this.term.remove();
  }
}
