// Where the costs of a network sit: one bar for each count, cut into the layers' shares.
import { make, write } from "../../shared/words.js";
import { bytes, number } from "./model.js";

/** @typedef {import("./main.js").Builder} Builder */
/** @typedef {(row: import("./model.js").Row) => number | undefined} Count */

/** @type {[name: string, count: Count, words: (value: number) => string][]} */
const COUNTS = [
  ["Parameters", (row) => row.parameters, number],
  ["Multiply-adds", (row) => row.adds, number],
  ["Memory", (row) => row.memory, bytes],
];
const ROOM = 0.07; // the share from which a layer's number has room in its part

/** @param {Builder} builder */
export function drawCosts(builder) {
  const { shares } = builder.node;
  shares.classList.toggle("stale", builder.stale);
  if (builder.stale && shares.childElementCount) return; // the layers' numbers are on their way
  shares.replaceChildren(...COUNTS.map((count) => line(builder, ...count)));
}

/** @param {Builder} builder @param {string} name @param {Count} count @param {(value: number) => string} words */
function line(builder, name, count, words) {
  const counts = builder.layers.map((layer) => (layer.row && count(layer.row)) || 0);
  const sum = counts.reduce((a, b) => a + b, 0);
  const node = make("share", "presentation");
  const word = document.createElement("span");
  write(word, name);
  const track = make("track", "img");
  const most = counts.indexOf(Math.max(...counts));
  track.setAttribute("aria-label", sum
    ? `${name}: most of them, ${percent(counts[most] / sum)}, in layer ${most + 1}`
    : `${name}: none`);
  track.append(...counts.flatMap((value, i) => (value ? [part(builder, i, value / sum, `${name} of ${i + 1}: ${words(value)}, ${percent(value / sum)}`)] : [])));
  node.append(word, track);
  return node;
}

/** @param {Builder} builder @param {number} i @param {number} share @param {string} title */
function part(builder, i, share, title) {
  const node = document.createElement("i");
  node.className = i === builder.chosen ? "on" : "";
  node.style.flexGrow = String(share);
  node.style.setProperty("--part", builder.colours[builder.kinds.get(builder.layers[i].word).family]);
  node.title = title;
  if (share >= ROOM) write(node, String(i + 1));
  node.addEventListener("click", () => builder.choose(i));
  return node;
}

/** @param {number} share */
const percent = (share) => `${Math.round(100 * share)} %`;
