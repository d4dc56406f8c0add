// One pixel, written out: its window, the kernel, the products and their sum.
import { float, source } from "../../shared/preview.js";
import { sign, write } from "../../shared/words.js";
import { ROUNDING, doubtOf, number } from "./numbers.js";
import { CHANNELS, place } from "./parts.js";

/** @typedef {import("./main.js").View} View */

/** @param {View} state @param {number} row @param {number} column @param {number} channel */
function windowAt(state, row, column, channel) {
  const { filter, before } = state;
  const { width, height } = before;
  return filter.rows.map((line, u) => line.map((_, v) => {
    const y = row * filter.stride + u * filter.dilation - filter.pad;
    const x = column * filter.stride + v * filter.dilation - filter.pad;
    const [sy, sx] = [source(y, height, filter.mode), source(x, width, filter.mode)];
    const inside = y >= 0 && y < height && x >= 0 && x < width;
    return { value: sy < 0 || sx < 0 ? 0 : before.data[(sy * width + sx) * 4 + channel], outside: !inside };
  }));
}

/** @param {string} title @param {{ value: number, outside?: boolean }[][]} rows @param {string} className */
function table(title, rows, className) {
  const node = document.createElement("table");
  node.className = className;
  node.createCaption().textContent = title;
  for (const row of rows) {
    const line = node.insertRow();
    for (const cell of row) {
      const td = line.insertCell();
      td.textContent = number(cell.value);
      if (!cell.outside) continue;
      td.className = "outside";
      td.title = "outside the picture: padding";
    }
  }
  return node;
}

// Up to 147 numbers, so only on demand.
/** @param {View} state @param {{ value: number, outside: boolean }[][]} cells */
function writeTables({ parts, filter: { rows } }, cells) {
  parts.tables.className = `tables k${rows.length}`;
  parts.tables.replaceChildren(
    table("Pixels", cells, "pixels"), sign("×"),
    table("Kernel", rows.map((line) => line.map((value) => ({ value }))), "kernel"), sign("="),
    table("Products", cells.map((line, u) => line.map((cell, v) => ({ value: cell.value * rows[u][v] }))), "products"),
  );
}

/** @param {View} state */
export function describe(state) {
  const { data, parts, filter } = state;
  if (!state.before || !filter) return;
  const after = parts.after.canvas;
  const row = Math.min(state.at.row, after.height - 1);
  const column = Math.min(state.at.column, after.width - 1);
  const channel = data.channels === 1 ? 0 : state.channel;
  const cells = windowAt(state, row, column, channel);
  const products = cells.map((line, u) => line.map((cell, v) => cell.value * float(filter.rows[u][v])));
  const total = products.flat().reduce((sum, product) => float(sum + product), 0);
  const divided = float(total / float(filter.divisor));
  const value = float(divided + float(filter.bias));
  const doubt = doubtOf(filter.rows.flat(), products.flat());
  const more = doubt || filter.divisor !== 1 ? Math.abs(divided) : 0;
  const end = doubt / filter.divisor + ROUNDING * (more + Math.abs(filter.bias) + Math.abs(value));
  let words = `Row ${row + 1}, column ${column + 1}${data.channels === 1 ? "" : ", " + CHANNELS[channel]}: sum of products ${number(total, doubt)}`;
  if (filter.divisor !== 1) words += ` / ${number(filter.divisor)}`;
  if (filter.bias) words += ` ${filter.bias < 0 ? "−" : "+"} ${number(Math.abs(filter.bias))}`;
  if (filter.divisor !== 1 || filter.bias) words += ` = ${number(value, end)}`;
  write(parts.sum, words);
  parts.sum.dataset.value = String(value);
  const size = filter.rows.length;
  if (parts.products.open) writeTables(state, cells);
  const reach = filter.dilation * (size - 1) + 1;
  place(parts.after, column + 0.5, row + 0.5, 1, 1);
  /** @param {number} n */
  const middle = (n) => n * filter.stride - filter.pad + reach / 2;
  place(parts.before, middle(column), middle(row), reach, reach);
}
