// Rows of a name, a bar and a value.
import { write } from "../../shared/words.js";
import { makeBar, setBar } from "./bar.js";

/** @typedef {import("../data.js").Bars} Data */
/** @typedef {import("../data.js").Bar} Bar */
/** @typedef {{ line: HTMLTableRowElement, name: HTMLElement, bar: HTMLElement, value: HTMLElement }} Row */

export class Bars {
  /** @type {Row[]} */
  rows = [];
  inside = false;

  // With `onPick`, the names are buttons, and a press on a row calls it with the row's number.
  /** @param {HTMLElement} host @param {(row: number) => void} [onPick] */
  constructor(host, onPick) {
    this.picks = Boolean(onPick);
    this.table = document.createElement("table");
    this.table.className = "bars";
    this.caption = this.table.createCaption();
    this.body = this.table.createTBody();
    if (onPick) this.table.classList.add("picks");
    if (onPick) this.body.addEventListener("click", (event) => {
      const row = this.rows.findIndex(({ line }) => event.composedPath().includes(line));
      if (row >= 0) onPick(row);
    });
    host.append(this.table);
  }

  /** @param {Pick<Data, "caption" | "rows"> & { inside?: boolean }} data */
  show({ caption, rows, inside = false }) {
    write(this.caption, caption);
    this.caption.hidden = !caption;
    if (inside !== this.inside) this.keep(0);
    this.inside = inside;
    this.table.classList.toggle("inside", inside);
    this.keep(rows.length);
    while (this.rows.length < rows.length) this.add();
    const signed = rows.some((row) => row.length < 0);
    this.rows.forEach((row, i) => showRow(row, rows[i], signed));
  }

  // Marks the row that the rest of the picture is about; -1 for none.
  /** @param {number} chosen */
  choose(chosen) {
    this.rows.forEach(({ line, name }, i) => {
      line.classList.toggle("chosen", i === chosen);
      if (this.picks) name.setAttribute("aria-pressed", String(i === chosen));
    });
  }

  /** @param {number} count */
  keep(count) {
    for (const { line } of this.rows.splice(count)) line.remove();
  }

  add() {
    const line = this.body.insertRow();
    const head = document.createElement("th");
    head.scope = "row";
    const name = this.picks ? head.appendChild(pickButton()) : head;
    const bar = makeBar();
    line.append(head);
    line.insertCell().append(bar);
    const value = this.inside ? bar.appendChild(document.createElement("span")) : line.insertCell();
    value.className = "value";
    this.rows.push({ line, name, bar, value });
  }
}

/** @param {Row} row @param {Bar} data @param {boolean} signed */
function showRow({ line, name, bar, value }, data, signed) {
  line.classList.toggle("own", Boolean(data.own));
  write(name, data.name);
  setBar(bar, data.length, signed);
  bar.classList.toggle("long", data.length > 0.5);
  write(value, data.words);
}

function pickButton() {
  const button = document.createElement("button");
  button.type = "button";
  button.setAttribute("aria-pressed", "false");
  return button;
}
