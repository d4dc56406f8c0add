// Lines differ by more than their colour: training is thin and solid, validation thick and dashed;
// each run has a mark of its own, and its name is at the end of its line.
import { make } from "./svg.js";

export const TRAINING = { name: "training", width: 1.2, dash: "none" };
export const VALIDATION = { name: "validation", width: 2.2, dash: "7 4" };
/** @type {[radius: number, draw: (x: number, y: number, r: number) => string][]} */
const MARKS = [
  [3, (x, y, r) => `M${x - r} ${y}a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0z`],
  [2.7, (x, y, r) => `M${x - r} ${y - r}h${2 * r}v${2 * r}h${-2 * r}z`],
  [4, (x, y, r) => `M${x} ${y - r}L${x + r} ${y}L${x} ${y + r}L${x - r} ${y}z`],
  [3.7, (x, y, r) => `M${x} ${y - r}L${x + r} ${y + 0.8 * r}H${x - r}z`],
  [3.7, (x, y, r) => `M${x} ${y + r}L${x + r} ${y - 0.8 * r}H${x - r}z`],
];
export const LABEL_LETTERS = 8, LABEL_HEIGHT = 13;

export function mark(place, x, y) {
  const [radius, draw] = MARKS[place % MARKS.length];
  return draw(+x.toFixed(1), +y.toFixed(1), radius);
}

// Labels beside the last points of their lines, without overlap. `ends`: { text, x, y }.
export function labels(ends, bottom) {
  const placed = [...ends].sort((a, b) => a.y - b.y);
  for (let i = 1; i < placed.length; i++) placed[i].y = Math.max(placed[i].y, placed[i - 1].y + LABEL_HEIGHT);
  let least = bottom;
  for (const end of placed.reverse()) {
    end.y = Math.min(end.y, least);
    least = end.y - LABEL_HEIGHT;
  }
  return placed.map(({ text, x, y }) => make("text", { class: "label", x: x + 8, y: y + 4 }, text));
}

/** @param {string} text @param {{ width?: number, dash?: string }} line @param {string} colour @param {number | null} [sign] */
export function legendEntry(text, { width, dash }, colour, sign = null) {
  const item = document.createElement("li");
  const long = width ? 26 : 10;
  const icon = make("svg", { viewBox: `0 0 ${long} 10`, width: long, "aria-hidden": "true" });
  if (width) icon.append(make("path", { d: "M0 5H26", stroke: colour, "stroke-width": width, "stroke-dasharray": dash }));
  if (sign !== null) icon.append(make("path", { d: mark(sign, long / 2, 5), fill: colour }));
  item.append(icon, text);
  return item;
}
