// Rows of a name, a bar and a value in a table's body.
import { clamp, write } from "./words.js";

/**
 * @typedef {object} Bar
 * @property {string} name
 * @property {string} words
 * @property {number} length a share of the whole width
 * @property {boolean} own
 */

/** @param {HTMLTableSectionElement} body @param {Bar[]} rows */
export function showBars(body, rows) {
  while (body.rows.length > rows.length) body.lastChild.remove();
  while (body.rows.length < rows.length) body.append(barRow());
  rows.forEach((row, i) => {
    const [name, bar, value] = body.rows[i].cells;
    body.rows[i].className = row.own ? "own" : "";
    write(name, row.name);
    bar.querySelector("i").style.transform = `scaleX(${clamp(row.length, 0, 1)})`;
    write(value, row.words);
  });
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
