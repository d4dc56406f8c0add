// Rows of a name, a bar and a value.
import { clamp, write } from "../../shared/words.js";

/** @typedef {import("../data.js").Bars} Data */
/** @typedef {import("../data.js").Bar} Bar */

export class Bars {
  /** @param {HTMLElement} host */
  constructor(host) {
    this.table = document.createElement("table");
    this.table.className = "bars";
    this.caption = this.table.createCaption();
    this.body = this.table.createTBody();
    host.append(this.table);
  }

  /** @param {Data} data */
  show({ caption, rows }) {
    write(this.caption, caption);
    this.caption.hidden = !caption;
    while (this.body.rows.length > rows.length) this.body.lastChild.remove();
    while (this.body.rows.length < rows.length) this.body.append(barRow());
    const signed = rows.some((row) => row.length < 0);
    this.table.classList.toggle("signed", signed);
    rows.forEach((row, i) => showRow(this.body.rows[i], row));
  }
}

/** @param {HTMLTableRowElement} line @param {Bar} row */
function showRow(line, row) {
  const [name, bar, value] = line.cells;
  line.className = [row.own ? "own" : "", row.length < 0 ? "minus" : ""].join(" ").trim();
  write(name, row.name);
  bar.querySelector("i").style.transform = `scaleX(${clamp(row.length, -1, 1)})`;
  write(value, row.words);
}

function barRow() {
  const row = document.createElement("tr");
  const name = document.createElement("th");
  name.scope = "row";
  const bar = document.createElement("div");
  bar.className = "bar";
  bar.append(document.createElement("i"));
  const cell = document.createElement("td");
  cell.append(bar);
  row.append(name, cell, document.createElement("td"));
  return row;
}
