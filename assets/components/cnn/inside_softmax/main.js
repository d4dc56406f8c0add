// Logit, power and share of every class; pointing at a class shows the terms of its logit.
import { mount } from "../../shared/mount.js";
import { make, write } from "../../shared/words.js";
import { makeBar, setBar } from "../../views/bars/bar.js";

/** @typedef {[name: string, logit: string, width: number, power: string, width: number, share: string, width: number]} Row */
/** @typedef {[name: string, feature: string, weight: string, product: string, width: number]} Term */

/**
 * @typedef {object} Data
 * @property {string} shown
 * @property {string} title
 * @property {Row[]} rows one for each class
 * @property {string} total of the powers
 * @property {string} highest logit
 * @property {number} chosen class
 * @property {[terms: Term[], total: string][]} terms of each class; empty without features
 * @property {number} features
 * @property {string} accent
 */

/** @param {number} percent of the width @param {boolean} signed */
function bar(percent, signed) {
  const made = makeBar();
  setBar(made, percent / 100, signed);
  return made;
}

class View {
  /** @type {Data} */
  data;
  chosen = 0;
  /** @type {HTMLTableRowElement[]} */
  rows = [];

  /** @param {ShadowRoot | HTMLElement} place */
  constructor(place) {
    /** @type {HTMLElement} */
    this.root = place.querySelector(".softmax");
    /** @type {HTMLTableElement} */
    const classes = this.root.querySelector(".classes");
    this.body = classes.tBodies[0];
    this.caption = classes.caption;
    this.follow = this.root.querySelector(".follow");
    /** @type {HTMLTableElement} */
    this.terms = this.root.querySelector(".terms");
    classes.addEventListener("pointerleave", (event) => {
      if (event.pointerType === "mouse") this.tell(this.chosen);
    });
  }

  /** @param {Data} data */
  show(data) {
    if (this.data?.shown === data.shown) return;
    this.data = data;
    this.chosen = data.chosen;
    this.root.style.setProperty("--accent", data.accent);
    write(this.caption, data.title);
    this.rows = data.rows.map((row, k) => this.row(row, k));
    this.body.replaceChildren(...this.rows);
    this.tell(this.chosen);
    this.root.dataset.shown = data.shown;
  }

  /** @param {Row} row @param {number} k */
  row([name, logit, logitWidth, power, powerWidth, share, shareWidth], k) {
    const row = document.createElement("tr");
    const button = document.createElement("button");
    button.type = "button";
    write(button, name);
    button.addEventListener("click", () => this.tell((this.chosen = k)));
    button.addEventListener("focus", () => this.tell(k));
    row.addEventListener("pointerenter", (event) => event.pointerType === "mouse" && this.tell(k));
    row.insertCell().append(button);
    /** @type {[words: string, width: number, signed: boolean][]} */
    const parts = [[logit, logitWidth, true], [power, powerWidth, false], [share, shareWidth, false]];
    for (const [words, width, signed] of parts) {
      const cell = make("cell", "presentation");
      const value = document.createElement("span");
      write(value, words);
      cell.append(value, bar(width, signed));
      row.insertCell().append(cell);
    }
    return row;
  }

  /** @param {number} k */
  tell(k) {
    const { data } = this;
    this.rows.forEach((row, i) => {
      row.classList.toggle("chosen", i === k);
      row.querySelector("button").setAttribute("aria-pressed", String(i === k));
    });
    const [name, logit, , power, , share] = data.rows[k];
    write(this.follow, `Class ${name}: z = ${logit}; the largest logit is ${data.highest}, so exp(z − max) = ${power}. Divided by the sum of all, ${data.total}: ${share}.`);
    this.terms.hidden = !data.terms.length;
    if (!data.terms.length) return;
    const [rows, total] = data.terms[k];
    write(this.terms.caption, `Where z comes from: ${data.features} features × weights, and a bias`);
    this.terms.tBodies[0].replaceChildren(...rows.map((row) => this.term(row)), this.total(total));
  }

  /** @param {Term} term */
  term([name, feature, weight, product, width]) {
    const row = document.createElement("tr");
    for (const words of [name, feature, weight && `× ${weight}`, product]) write(row.insertCell(), words);
    row.insertCell().append(bar(width, true));
    return row;
  }

  /** @param {string} words */
  total(words) {
    const row = document.createElement("tr");
    row.className = "total";
    for (const one of ["logit z", "", "", words, ""]) write(row.insertCell(), one);
    return row;
  }
}

export default mount(View);
