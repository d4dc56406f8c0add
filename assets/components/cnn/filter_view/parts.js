// The nodes of the page, the marks on the pictures, and the words around them.
import { sumOf } from "../../shared/preview.js";
import { bold, make, round, write } from "../../shared/words.js";
import { hundredths, number } from "./numbers.js";

/** @typedef {import("./main.js").View} View */
/** @typedef {import("./main.js").Range} Range */
/** @typedef {import("./main.js").Filter} Filter */
/** @typedef {{ figure: HTMLElement, mark: HTMLElement, canvas: HTMLCanvasElement, caption: HTMLElement }} Figure */

export const CHANNELS = ["red", "green", "blue"];

/** @param {ParentNode} root */
export function partsOf(root) {
  /** @type {(name: string) => HTMLElement} */
  const find = (name) => root.querySelector(`.${name}`);
  /** @type {(name: string) => Figure} */
  const figureOf = (name) => {
    /** @type {HTMLElement} */
    const figure = root.querySelector(`[data-picture=${name}]`);
    const canvas = figure.querySelector("canvas");
    const mark = make("mark", "presentation");
    if (name !== "difference") canvas.after(clipped(mark));
    return { figure, mark, canvas, caption: figure.querySelector("figcaption") };
  };
  /** @type {NodeListOf<HTMLButtonElement>} */
  const sizes = root.querySelectorAll("[data-size]");
  return {
    sizes: [...sizes], view: find("view"), sum: find("sum"), tables: find("tables"),
    total: find("total"), range: find("range"), products: /** @type {HTMLDetailsElement} */ (find("products")),
    legend: find("legend"), channels: find("channels"), divisor: find("divisor"),
    before: figureOf("before"), after: figureOf("after"), difference: figureOf("difference"),
  };
}

// A window may reach far outside its picture; its mark ends a little outside.
/** @param {HTMLElement} mark */
function clipped(mark) {
  const [clip, frame] = [make("marks", "presentation"), make("frame", "presentation")];
  frame.append(mark);
  clip.append(frame);
  return clip;
}

// The mark around a pixel (after) or its window (before), in pixels of the picture.
/** @param {Figure} figure @param {number} x @param {number} y @param {number} width @param {number} height */
export function place({ canvas, mark }, x, y, width, height) {
  /** @param {number} pixels */
  const across = (pixels) => `${(100 * pixels) / canvas.width}%`;
  /** @param {number} pixels */
  const down = (pixels) => `${(100 * pixels) / canvas.height}%`;
  Object.assign(mark.style, { left: across(x), top: down(y), width: across(width), height: down(height) });
}

/** @param {Figure} part @param {string} title @param {string} words */
export function caption(part, title, words) {
  part.caption.replaceChildren(bold(title), ` ${words}`);
}

// What a kernel does to a flat area, which its sum tells.
/** @param {Filter} filter */
function flatWords({ rows, divisor, bias }) {
  const total = round(sumOf(rows) / divisor, 4);
  const flat = total === 0 ? "flat areas turn to 0"
    : total < 0 ? "flat areas become negative"
    : total === 1 ? "flat areas keep their brightness"
    : `flat areas become ${total < 1 ? "darker" : "brighter"}`;
  return `The kernel adds up to ${number(total)}: ${flat}${bias ? ", before the bias" : ""}.`;
}

// The words below the pictures and the kernel: of PyTorch's result, or of the preview.
/** @param {View} state @param {Range} range */
export function tell(state, { width, height, low, high, outside }) {
  const { data, parts, filter } = state;
  const share = (outside / (width * height * data.channels)) * 100;
  const view = filter.shown === "signed" && data.channels > 1 ? "signed, mean of the colours" : data.notes[0][filter.shown];
  const count = outside ? `${outside.toLocaleString("en-GB")} (${share.toFixed(1)}%)` : "none";
  const words = `Values ${hundredths(low)} to ${hundredths(high)}, ${count} outside 0\u00a0to\u00a0255; shown ${view}.`;
  caption(parts.after, "After", `${width} × ${height}`);
  write(parts.total, flatWords(filter));
  write(parts.range, words);
  parts.after.canvas.setAttribute("aria-label", `After: ${width} × ${height}. ${words} Arrow keys move over the pixels, Enter keeps one for the maths.`);
  parts.legend.hidden = filter.shown !== "signed" && !data.difference;
  write(parts.divisor, filter.divisor === 1 ? "" : `÷ ${number(filter.divisor)}`);
  for (const button of parts.sizes)
    button.setAttribute("aria-pressed", String(Number(button.dataset.size) === filter.rows.length));
}
