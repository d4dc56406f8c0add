// Small multiples of ten bars. The nodes stay; a new reading changes widths and texts only.
// When the readings have rested, the page gets an event: formulas and code follow then. An answer
// that came straight to the pad is painted before the page's script has run.
import { hear, say } from "../../shared/bus.js";
import { mount } from "../../shared/mount.js";
import { write } from "../../shared/words.js";
import { Card } from "./card.js";
import { Seen } from "./seen.js";

const REST_MS = 1000;
const REHEARSAL_MS = 3000; // after which the whole example is read, whatever the pad does

/** @typedef {import("./card.js").Reading} Reading */

/**
 * @typedef {object} Data
 * @property {Reading[]} cards one for each network
 * @property {number} seq the last message of the pad that these answer
 * @property {string} stamp of the drawing
 * @property {string} message without readings
 * @property {string} unsure why the readings may be wrong
 * @property {string} meaning of the numbers
 * @property {string} [seen] for one network at the head of a page: its input, a PNG in base64
 * @property {Step[]} [rehearsal] readings of the pad's example while it writes itself
 */
/** @typedef {{ share: number, cards: Reading[], seen: string }} Step `share`: of the example */

class DigitBars {
  /** @type {Card[]} */
  cards = [];
  resting = 0;
  /** @type {Seen | undefined} */
  seen;
  /** @type {Data | undefined} */
  data; // of the page's script
  /** @type {Step | undefined} */
  step; // of the rehearsal
  ending = 0;

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
      hear("dl101-rehearsed", (share) => this.rehearse(share)),
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
    const first = !this.data;
    this.data = data;
    if (data.seen !== undefined) this.seen ??= new Seen(this.grid);
    this.grid.classList.toggle("large", Boolean(this.seen));
    this.note.classList.toggle("below", Boolean(this.seen));
    while (this.cards.length > data.cards.length) this.cards.pop().remove();
    while (this.cards.length < data.cards.length) this.cards.push(new Card(this.grid));
    // The script's answer to an earlier stroke is older than what is on show.
    if (!data.seq || data.seq >= Number(this.grid.dataset.seq ?? 0)) this.paint(data);
    clearTimeout(this.resting);
    this.resting = setTimeout(() => say("dl101-rest", data.stamp), REST_MS);
    if (first && data.rehearsal?.length && !matchMedia("(prefers-reduced-motion: reduce)").matches) {
      this.rehearse(0);
      this.ending = setTimeout(() => this.rehearse(1), REHEARSAL_MS);
    }
  }

  // The example is read while it writes itself, as a drawing will be. Nothing of it is spoken.
  /** @param {number} share */
  rehearse(share) {
    const { data } = this;
    if (!data?.rehearsal?.length || Number(this.grid.dataset.seq)) return;
    const step = share < 1 ? data.rehearsal.filter((one) => one.share <= share).at(-1) ?? data.rehearsal[0] : undefined;
    if (step === this.step) return;
    this.step = step;
    this.draw(step ? { ...data, ...step, unsure: "" } : data);
  }

  /** @param {Data} data */
  paint(data) {
    this.draw(data);
    const said = data.cards.filter((card) => card.digit !== null).map((card) => `${card.title}: ${card.digit}, ${card.sure}`);
    write(this.spoken, said.length ? [...said, data.unsure].filter(Boolean).join(". ") : data.message);
    this.grid.dataset.seq = String(data.seq);
  }

  /** @param {Data} data */
  draw(data) {
    data.cards.forEach((reading, i) => this.cards[i].show(reading));
    this.seen?.show(data.seen ?? "");
    this.note.classList.toggle("unsure", Boolean(data.unsure));
    write(this.note, data.unsure || (this.seen ? data.message : data.meaning));
  }

  destroy() {
    clearTimeout(this.resting);
    clearTimeout(this.ending);
    for (const end of this.deaf) end();
  }
}

export default mount(DigitBars);
