// The nodes of the page, the marks on the pictures, and the words around them.
import { bold, make, write } from "../../shared/words.js";
import { hundredths, number } from "./numbers.js";

/** @typedef {import("./main.js").View} View */
/** @typedef {import("./main.js").Range} Range */
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

// The words beside the after picture and the kernel: of PyTorch's result, or of the preview.
/** @param {View} state @param {Range} range */
export function tell(state, { width, height, low, high, outside }) {
  const { data, parts, filter } = state;
  const share = (outside / (width * height * data.channels)) * 100;
  const view = filter.shown === "signed" && data.channels > 1 ? "signed, mean of the colours" : data.notes[0][filter.shown];
  const count = outside ? `${outside.toLocaleString("en-GB")} (${share.toFixed(1)}%)` : "none";
  const words = `${width} × ${height}, ${view}. Values ${hundredths(low)} to ${hundredths(high)}, ${count} outside 0\u00a0to\u00a0255.`;
  caption(parts.after, "After", words);
  parts.after.canvas.setAttribute("aria-label", `After: ${words} Arrow keys move over the pixels, Enter keeps one for the maths.`);
  parts.legend.hidden = filter.shown !== "signed" && !data.difference;
  write(parts.divisor, filter.divisor === 1 ? "" : `÷ ${number(filter.divisor)}`);
  for (const button of parts.sizes)
    button.setAttribute("aria-pressed", String(Number(button.dataset.size) === filter.rows.length));
}
