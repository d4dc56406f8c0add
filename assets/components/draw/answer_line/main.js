// All answers in one line under the pad, for a phone. The bars below speak them.
import { hear } from "../../shared/bus.js";
import { mount } from "../../shared/mount.js";
import { bold, write } from "../../shared/words.js";

/** @typedef {import("../digit_bars/card.js").Reading} Reading */
/** @typedef {{ cards: Reading[], seq: number }} Data `seq`: of the pad's message that they answer */

class AnswerLine {
  seq = 0;
  /** @type {string[]} */
  titles = [];

  /** @param {ShadowRoot | HTMLElement} root */
  constructor(root) {
    /** @type {HTMLElement} */
    this.line = root.querySelector(".draw-line");
    this.deaf = [
      hear("dl101-overdue", (overdue) => this.line.classList.toggle("old", overdue)),
      hear("dl101-read", (answer) => this.answered(/** @type {Data} */ (answer))),
    ];
  }

  // The route that answers the pad knows no titles.
  /** @param {Data} answer */
  answered({ cards, seq }) {
    if (cards.length === this.titles.length && seq > this.seq) this.paint({ cards, seq });
  }

  /** @param {Data} data */
  show(data) {
    this.titles = data.cards.map((card) => card.title);
    if (!data.seq || data.seq >= this.seq) this.paint(data);
  }

  /** @param {Data} data */
  paint({ cards, seq }) {
    this.seq = seq;
    const parts = cards.map(({ digit, sure }, i) => {
      const part = document.createElement("span");
      const name = document.createElement("small");
      write(name, this.titles[i].split(",")[0]);
      part.append(name, bold(String(digit ?? "–")));
      part.title = sure;
      return part;
    });
    this.line.replaceChildren(...parts);
  }

  destroy() {
    for (const end of this.deaf) end();
  }
}

export default mount(AnswerLine);
