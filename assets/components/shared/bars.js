// Rows of a name, a bar and a value in a table's body. Needs words.js.
import { clamp, write } from "./words.js";

// `rows` are { name, words, length, own }; `length` is a share of the whole width.
export function showBars(body, rows) {
  while (body.rows.length > rows.length) body.lastChild.remove();
  while (body.rows.length < rows.length) body.append(barRow());
  rows.forEach((row, i) => {
    const [name, bar, value] = body.rows[i].cells;
    body.rows[i].className = row.own ? "own" : "";
    write(name, row.name);
    bar.firstChild.firstChild.style.transform = `scaleX(${clamp(row.length, 0, 1)})`;
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
