// Before, kernel and after: the result of a kernel on a picture, also while its numbers are dragged.
// Dragging and pointing compute here, from the exact pixels of "before", without the server. When the
// numbers rest, they are sent to the server once, and its result replaces the preview.
import { hear, say } from "../../shared/bus.js";
import { sound } from "../../shared/kernel.js";
import { mount } from "../../shared/mount.js";
import { paint } from "../../shared/pictures.js";
import { Preview } from "../../shared/preview.js";
import { setUp } from "./controls.js";
import { behind, preview } from "./edits.js";
import { hundredths } from "./numbers.js";
import { caption, partsOf, tell } from "./parts.js";
import { describe } from "./pixel.js";

const REST_MS = 600; // formula and code follow after this time without a change

/** @typedef {import("../../shared/kernel.js").Rows} Rows */
/** @typedef {import("../../shared/kernel.js").Field} Field */
/** @typedef {import("../../shared/kernel.js").KernelGrid} KernelGrid */
/** @typedef {import("../../shared/preview.js").View} Shown */
/** @typedef {{ row: number, column: number }} Spot */
/** @typedef {{ width: number, height: number, low: number, high: number, outside: number }} Range */

/**
 * @typedef {object} More what a filter says beside its numbers
 * @property {boolean} normalise
 * @property {boolean} same whether its padding keeps the size
 * @property {Shown | "automatic"} view
 * @property {Shown} shown what `view` comes to
 * @property {boolean} [own] whether the learner has just changed the kernel
 */
/** @typedef {import("../../shared/preview.js").Filter & More} Filter */
/** @typedef {{ png: string, low: number, high: number }} Difference */

/**
 * @typedef {object} Given
 * @property {number} seq the last edit in this data
 * @property {string} name of the picture
 * @property {number} channels
 * @property {[{ source: string, text: string }, Range & { png: string }, Difference | null]} pictures
 * @property {Stops} scale
 * @property {Record<Shown, string>[]} notes
 * @property {number} limit of an entry
 * @property {[row: number, column: number]} pixel
 * @property {Filter[]} filters
 * @property {string} stamp
 */

/** @param {View} state */
async function update(state) {
  const { data, parts } = state;
  parts.difference.figure.hidden = !data.difference;
  parts.channels.hidden = data.channels === 1;
  const stops = data.scale.map(([stop, colour]) => `${colour} ${stop * 100}%`).join(", ");
  /** @type {HTMLElement} */
  const bar = parts.legend.querySelector(".bar");
  bar.style.background = `linear-gradient(to right, ${stops})`;
  caption(parts.before, "Before", data.before.text);
  parts.before.canvas.setAttribute("aria-label", `Before: ${data.name}, ${data.before.text}`);
  if (!behind(state)) settled(state);
  if (globalThis.dl101Source?.name !== data.before.source) return; // its event calls this again
  await paint(parts.before.canvas, dl101Source.png);
  if (state.data !== data) return;
  if (state.read !== data.before.source) {
    const { canvas } = parts.before;
    state.before = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    state.preview = new Preview(state.before, data.channels);
    state.read = data.before.source;
  }
  if (behind(state)) return preview(state);
  if (data.difference) await paint(parts.difference.canvas, data.difference.png);
  await paint(parts.after.canvas, data.after.png);
  if (state.data !== data || behind(state)) return;
  parts.view.dataset.settled = "true";
  if (![parts.before, parts.after].some(({ canvas }) => canvas.matches(":hover"))) state.at = state.kept;
  describe(state);
  clearTimeout(state.rest);
  state.rest = setTimeout(() => say("dl101-rest", data.stamp), REST_MS);
}

/** @param {View} state */
function settled(state) {
  const { data, parts } = state;
  state.filter = data.filter;
  state.kernel.show(data.filter.rows);
  const typing = state.bias.matches(":focus") && !sound(state.bias);
  if (Number(state.bias.value) !== data.filter.bias && !typing) state.bias.value = String(data.filter.bias);
  tell(state, data.after);
  if (!data.difference) return;
  const { low, high } = data.difference;
  caption(parts.difference, "After − before", `${hundredths(low)} to ${hundredths(high)}`);
  parts.difference.canvas.setAttribute("aria-label", `After minus before: ${hundredths(low)} to ${hundredths(high)}`);
}

/** @param {Given} given */
function dataOf(given) {
  const [before, after, difference] = given.pictures;
  return { ...given, before, after, difference, filter: given.filters[0] };
}

export class View {
  /** @type {ReturnType<typeof dataOf>} */
  data;
  /** @type {Send} */
  send;
  /** @type {KernelGrid} */
  kernel;
  /** @type {Uint32Array} */
  table; // colours of signed values
  /** @type {Filter} */
  filter; // that the picture shows
  /** @type {ImageData | null} */
  before = null; // the pixels of the picture
  /** @type {Preview | null} */
  preview = null;
  read = ""; // the name of those pixels
  /** @type {Spot} */
  at; // the pixel that is written out
  /** @type {Spot} */
  kept; // the one that the server knows
  channel = 0;
  seq = 0; // of the last edit
  asked = 0; // when it was sent; 0 if it is answered
  frame = 0;
  gaze = 0; // the frame in which the pixel is written out
  timer = 0;
  rest = 0;
  stop = () => {}; // hearing of pictures

  /** @param {ShadowRoot | HTMLElement} root */
  constructor(root) {
    this.root = root;
    this.parts = partsOf(root);
    /** @type {Field} */
    this.bias = root.querySelector(".bias input");
  }

  /** @param {Given} given @param {{ setTriggerValue: Send }} send */
  show(given, { setTriggerValue }) {
    const first = !this.data;
    this.data = dataOf(given);
    if (first) setUp(this);
    if (first) this.stop = hear("dl101-source", () => update(this));
    this.send = setTriggerValue;
    this.kept = { row: given.pixel[0], column: given.pixel[1] };
    this.at ??= this.kept;
    update(this);
  }

  update() {
    return update(this);
  }

  destroy() {
    this.stop();
    cancelAnimationFrame(this.frame);
    cancelAnimationFrame(this.gaze);
    clearTimeout(this.timer);
    clearTimeout(this.rest);
  }
}

export default mount(View);
