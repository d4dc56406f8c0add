// Outlines and sentence of the picture while the pointer is on an output, input or kernel cell.
// Each function gives its sentence.
import { many, text, write } from "../../shared/words.js";
import { cross } from "./slide.js";

/** @typedef {import("./main.js").View} View */
/** @typedef {import("./tables.js").Terms} Terms */
/** @typedef {import("./slide.js").Pair} Pair */

export const looks = { output: lookAtOutput, input: lookAtInput, kernel: lookAtKernel };

/** @param {import("../../views/grid/grid.js").Grid} grid @returns {Place} */
function gridPlace(grid) {
  return grid.at(grid.current);
}

/** @type {(count: number, at: number) => string} */
const channelName = (count, at) => (count > 1 ? `channel ${at + 1}, ` : "");

// The terms of one output cell in one input channel, by row and column of the kernel.
/** @param {View} view @param {number} channel @param {Pair[]} rows @param {Pair[]} columns */
function termsOf(view, channel, rows, columns) {
  const { k } = view.data;
  const start = (view.out * view.data.channels + channel) * k * k;
  /** @type {Terms} */
  const terms = Array.from({ length: k }, () => Array(k).fill(null));
  for (const [[row, i], [column, j]] of cross(rows, columns)) {
    const value = view.value("input", [row, column], channel);
    const pixel = value ?? 0;
    terms[i][j] = { pixel, pad: value === undefined, product: pixel * view.kernel[start + i * k + j] };
  }
  return terms;
}

/** @param {View} view */
function lookAtOutput(view) {
  const { data, slide, tables, marks } = view;
  const [row, column] = gridPlace(view.output);
  const [rows, columns] = [slide.byOutput[row], slide.byOutput[column]];
  const pairs = cross(rows, columns);
  /** @type {Place[]} */
  const inputs = pairs.map(([[r], [c]]) => [r, c]);
  const value = view.outputValue(row, column);
  clearWeights(view);
  tables.outline(data.transposed ? pairs.map(([[, i], [, j]]) => [i, j]) : []);
  const place = `Output ${channelName(data.outs, view.out)}row ${row - data.crop + 1}, column ${column - data.crop + 1}`;
  const all = Array.from({ length: data.channels }, (_, channel) => termsOf(view, channel, rows, columns));
  tables.showCaptions(view, "window", "products");
  tables.fill(view, all[view.inputs.current]);
  marks.shown({ inputs, outputs: [[row, column]], around: data.transposed ? "" : "input", whole: data.d === 1 });
  if (value === undefined)
    return tables.say([["This cell is cut off: the padding takes away ", many(data.crop, "row"), " at each side."]]);
  if (!pairs.length) return tables.say([[`${place}: 0.`, " No stamp reaches it."]]);
  return tables.write(view, place, all, value);
}

/** @param {View} view */
function lookAtInput(view) {
  const { data, slide } = view;
  const [row, column] = gridPlace(view.input);
  const pairs = cross(slide.byInput[row], slide.byInput[column]);
  /** @type {Place[]} */
  const outputs = pairs.map(([[r], [c]]) => [r, c]);
  /** @type {Place[]} */
  const entries = pairs.map(([[, i], [, j]]) => [i, j]);
  const value = view.value("input", [row, column]);
  const place = `row ${view.rowName("input", row)}, column ${view.rowName("input", column)}`;
  const name = value === undefined
    ? "This padding cell (0)"
    : `Input ${channelName(data.channels, view.inputs.current)}${place} (${text(value)})`;
  if (data.transposed) return stamp(view, name, value, [row, column], outputs);
  clearWeights(view);
  view.tables.outline(entries);
  showWeights(view, outputs, entries);
  view.marks.shown({ inputs: [[row, column]], outputs });
  if (!outputs.length) return view.tables.say([[`${name} reaches no output: no window multiplies it.`]]);
  return view.tables.say([
    [`${name} reaches ${many(outputs.length, "output cell")} of ${data.m * data.m}`, `,${data.outs > 1 ? ` in channel ${view.out + 1}` : ""} ${weightWords(view, outputs, entries)}.`],
  ]);
}

// One input cell of a transposed convolution: its multiple of the kernel is added to the output.
/** @param {View} view @param {string} name @param {number} value @param {Place} place @param {Place[]} outputs */
function stamp(view, name, value, [row, column], outputs) {
  const { data, tables, marks } = view;
  const size = data.k;
  const start = view.pair * size * size;
  const terms = Array.from({ length: size }, (_, i) => Array.from({ length: size }, (_, j) =>
    ({ pixel: value, pad: false, product: value * view.kernel[start + i * size + j] })));
  clearWeights(view);
  tables.outline([]);
  tables.showCaptions(view, "input cell", "stamp");
  tables.fill(view, terms);
  marks.shown({ inputs: [[row, column]], outputs, around: "output", whole: data.d === 1 });
  const cut = outputs.filter(([r, c]) => view.outputValue(r, c) === undefined).length;
  const lost = cut ? `, of which the padding cuts off ${cut}` : "";
  /** @param {0 | 1} axis */
  const line = (axis) => {
    const places = [...new Set(outputs.map((cell) => cell[axis] - data.crop + 1))];
    return listWords(places.filter((at) => at >= 1 && at <= data.m));
  };
  const [rows, columns] = [line(0), line(1)];
  const where = rows && columns ? `: rows ${rows}, columns ${columns}` : "";
  return tables.say([
    [`${name} stamps ${text(value)} × kernel`, ` onto ${many(outputs.length, "output cell")}${lost}${where}.`],
    ["", "Where stamps overlap, they add up."],
  ]);
}

/** @param {View} view */
function lookAtKernel(view) {
  const { data, slide, tables, marks } = view;
  const [i, j] = view.entries.place;
  const pairs = cross(slide.byEntry[i], slide.byEntry[j]);
  /** @type {Place[]} */
  const touched = pairs.map(([[r], [c]]) => [r, c]);
  /** @type {Place[]} */
  const landed = pairs.map(([[, r], [, c]]) => [r, c]);
  clearWeights(view);
  tables.outline([[i, j]]);
  marks.shown({ inputs: [], outputs: data.transposed ? landed : [], touched });
  const pair = [data.outs > 1 && `output ${view.out + 1}`, data.channels > 1 && `input ${view.inputs.current + 1}`];
  const which = pair.some(Boolean) ? ` (${pair.filter(Boolean).join(", ")})` : "";
  const name = `Kernel${which} row ${i + 1}, column ${j + 1} (${tables.words[view.pair * data.k ** 2 + i * data.k + j]})`;
  if (data.transposed) {
    const cut = landed.filter(([r, c]) => view.outputValue(r, c) === undefined).length;
    return tables.say([[`${name} multiplies all ${many(touched.length, "input cell")}`,
      ` and lands on as many output cells${cut ? `, ${cut} of them cut off` : ""}.`]]);
  }
  const outside = touched.filter((place) => view.value("input", place) === undefined).length;
  return tables.say([[`${name} touches ${many(touched.length, "input cell")}`,
    ` over the whole slide, one for each output cell${outside ? `; ${outside} of them padding` : ""}.`]]);
}

// The weight of the pointed cell on each output cell that has room for a number.
/** @param {View} view @param {Place[]} outputs @param {Place[]} entries */
function showWeights(view, outputs, entries) {
  if (view.pitches[1] < 26 || view.fresh >= 0 || view.editing.painting) return;
  const { k } = view.data;
  outputs.forEach(([r, c], at) => {
    const cell = view.output.cells[r * view.output.columns + c];
    view.weighed.push([cell, cell.textContent]);
    write(cell, `×${view.tables.words[(view.pair * k + entries[at][0]) * k + entries[at][1]]}`);
    cell.classList.add("weight");
  });
}

/** @param {View} view */
function clearWeights(view) {
  for (const [cell, words] of view.weighed) {
    write(cell, words);
    cell.classList.remove("weight");
  }
  view.weighed = [];
}

// "1: (2, 2), (2, 4); with weight 0: (2, 3)": outputs with the same weight together, nine in all.
/** @param {View} view @param {Place[]} outputs @param {Place[]} entries */
function weightWords(view, outputs, entries) {
  const { k } = view.data;
  const groups = new Map();
  outputs.slice(0, 9).forEach(([r, c], at) => {
    const weight = view.tables.words[(view.pair * k + entries[at][0]) * k + entries[at][1]];
    groups.set(weight, [...(groups.get(weight) || []), `(${r + 1}, ${c + 1})`]);
  });
  const parts = [...groups].map(([weight, places]) => `with weight ${weight}: ${places.join(" ")}`);
  if (outputs.length > 9) parts.push(`and ${outputs.length - 9} more`);
  return parts.join("; ");
}

// "1 to 3", or "1, 3 and 5".
/** @param {number[]} numbers */
function listWords(numbers) {
  if (!numbers.length) return "";
  const [first, last] = [numbers[0], numbers[numbers.length - 1]];
  if (numbers.length > 2 && last - first === numbers.length - 1) return `${first} to ${last}`;
  return numbers.length === 1 ? `${first}` : `${numbers.slice(0, -1).join(", ")} and ${last}`;
}
