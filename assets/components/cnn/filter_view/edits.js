// A kernel that changes: the preview while its numbers move, and the message when they rest.
import { inForce } from "../../shared/kernel.js";
import { put } from "../../shared/pictures.js";
import { sumOf, weightOf } from "../../shared/preview.js";
import { hundredths } from "./numbers.js";
import { caption, tell } from "./parts.js";
import { describe } from "./pixel.js";

const LOST_MS = 4000; // an answer that is later than this belongs to another session

/** @typedef {import("./main.js").View} View */
/** @typedef {import("./main.js").Filter} Filter */

/** @type {(one: unknown, other: unknown) => boolean} */
const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);

// A changed kernel is the learner's own: its divisor becomes "normalise".
/** @param {View} state @returns {Filter} */
function filterOf(state) {
  const given = state.data.filter;
  const { rows } = state.kernel;
  const bias = inForce(state.bias);
  if (same(rows, given.rows)) return { ...given, bias };
  const normalise = given.normalise || given.divisor !== 1;
  const automatic = sumOf(rows) > 0 ? "clipped" : "signed";
  return {
    ...given, rows, bias, normalise, own: true,
    divisor: normalise ? weightOf(rows) : 1,
    pad: given.same ? (given.dilation * (rows.length - 1)) / 2 : given.pad,
    shown: given.view === "automatic" ? automatic : given.view,
  };
}

/** @param {View} state */
export function soon(state) {
  state.frame ||= requestAnimationFrame(() => {
    state.frame = 0;
    preview(state);
  });
}

/** @param {View} state */
export function preview(state) {
  const { parts, data } = state;
  if (!state.preview) return;
  clearTimeout(state.rest);
  const filter = filterOf(state);
  if (!state.preview.fits(filter)) return;
  state.preview.run(filter);
  state.filter = filter;
  put(parts.after.canvas, state.preview.picture(filter.shown, state.table));
  const { width, height, low, high, outside } = state.preview;
  tell(state, { width, height, low, high, outside });
  const drawn = data.difference && state.preview.difference(state.table);
  if (drawn) {
    put(parts.difference.canvas, drawn.image);
    caption(parts.difference, "After − before", `${hundredths(drawn.low)} to ${hundredths(drawn.high)}`);
  }
  parts.view.dataset.settled = "false";
  parts.view.dataset.previews = String(Number(parts.view.dataset.previews ?? 0) + 1);
  describe(state);
}

/** @param {View} state @param {number} pause */
export function settle(state, pause) {
  clearTimeout(state.timer);
  state.timer = setTimeout(() => {
    state.timer = 0;
    if (moving(state)) return;
    const filter = filterOf(state);
    const given = state.data.filter;
    if (same(filter.rows, given.rows) && filter.bias === given.bias) return state.update();
    ask(state, {
      rows: same(filter.rows, given.rows) ? null : state.kernel.words,
      bias: filter.bias === given.bias ? null : filter.bias,
      normalise: filter.normalise,
    });
  }, pause);
}

/** @param {View} state @param {object} change */
export function ask(state, change) {
  state.seq = Math.max(state.seq, state.data.seq) + 1;
  state.asked = performance.now();
  state.send("edit", { seq: state.seq, rows: null, pasted: null, bias: null, normalise: false, ...change });
}

/** @param {View} state */
const moving = (state) => state.root.querySelector(".dragged") !== null;

// Whether the server's result is older than the learner's last change.
/** @param {View} state */
export function behind(state) {
  if (state.timer || moving(state)) return true;
  if (!state.asked || state.data.seq >= state.seq) {
    state.asked = 0;
    return false;
  }
  if (performance.now() - state.asked < LOST_MS) return true;
  state.asked = 0;
  settle(state, 0); // a restarted server has lost the kernel and gets it again
  return true;
}
