// Small multiples of ten bars. The nodes stay; a new reading changes widths and texts only.
// When the readings have rested, the page gets an event: formulas and code follow then. An answer
// that came straight to the pad is painted before the page's script has run.
import { hear, say } from "../../shared/bus.js";
import { mount } from "../../shared/mount.js";
import { write } from "../../shared/words.js";
import { Card } from "./card.js";

const REST_MS = 1000;

/** @typedef {import("./card.js").Reading} Reading */

/**
 * @typedef {object} Data
 * @property {Reading[]} cards one for each network
 * @property {number} seq the last message of the pad that these answer
 * @property {string} stamp of the drawing
 * @property {string} message without readings
 * @property {string} unsure why the readings may be wrong
 * @property {string} meaning of the numbers
 */

class DigitBars {
  /** @type {Card[]} */
  cards = [];
  resting = 0;

  /** @param {ShadowRoot | HTMLElement} root */
  constructor(root) {
    /** @type {HTMLElement} */
    this.grid = root.querySelector(".networks");
    this.note = root.querySelector(".note");
    this.spoken = root.querySelector(".spoken");
    // The server has not answered the pad's last message: these answers are old.
    this.deaf = [
      hear("dl101-overdue", (overdue) => this.grid.classList.toggle("old", overdue)),
      hear("dl101-read", (answer) => this.answered(/** @type {Data} */ (answer))),
    ];
  }

  /** @param {Data} answer of the route, which knows no titles */
  answered(answer) {
    if (answer.cards.length !== this.cards.length || answer.seq <= Number(this.grid.dataset.seq)) return;
    clearTimeout(this.resting);
    this.paint({ ...answer, cards: answer.cards.map((card, i) => ({ ...card, title: this.cards[i].titled })) });
  }

  /** @param {Data} data */
  show(data) {
    while (this.cards.length > data.cards.length) this.cards.pop().remove();
    while (this.cards.length < data.cards.length) this.cards.push(new Card(this.grid));
    // The script's answer to an earlier stroke is older than what is on show.
    if (!data.seq || data.seq >= Number(this.grid.dataset.seq ?? 0)) this.paint(data);
    clearTimeout(this.resting);
    this.resting = setTimeout(() => say("dl101-rest", data.stamp), REST_MS);
  }

  /** @param {Data} data */
  paint(data) {
    data.cards.forEach((reading, i) => this.cards[i].show(reading));
    const said = data.cards.filter((card) => card.digit !== null).map((card) => `${card.title}: ${card.digit}, ${card.sure}`);
    this.note.classList.toggle("unsure", Boolean(data.unsure));
    write(this.note, data.unsure || data.meaning);
    write(this.spoken, said.length ? [...said, data.unsure].filter(Boolean).join(". ") : data.message);
    this.grid.dataset.seq = String(data.seq);
  }

  destroy() {
    clearTimeout(this.resting);
    for (const end of this.deaf) end();
  }
}

export default mount(DigitBars);
