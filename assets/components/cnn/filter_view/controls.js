// The learner's hands: channel, kernel, clipboard, and the pixel that is pointed at.
import { KernelGrid, guard, marked } from "../../shared/kernel.js";
import { signedTable } from "../../shared/preview.js";
import { scrub } from "../../shared/scrub.js";
import { clamp, write } from "../../shared/words.js";
import { ask, settle, soon } from "./edits.js";
import { CHANNELS } from "./parts.js";
import { describe } from "./pixel.js";

/** @typedef {import("./main.js").View} View */
/** @typedef {import("./main.js").Spot} Spot */

/** @param {View} state */
export function setUp(state) {
  const { parts } = state;
  CHANNELS.forEach((name, index) => {
    const label = document.createElement("label");
    const radio = document.createElement("input");
    Object.assign(radio, { type: "radio", name: "channel", checked: index === 0 });
    radio.addEventListener("change", () => {
      state.channel = index;
      describe(state);
    });
    label.append(radio, name);
    parts.channels.append(label);
  });
  setUpKernel(state);
  parts.products.addEventListener("toggle", () => {
    describe(state);
    if (parts.products.open) parts.products.scrollIntoView({ block: "nearest" }); // what was asked for is in sight
  });
  setUpPointing(state, parts.after.canvas);
  setUpPointing(state, parts.before.canvas);
}

/** @param {View} state */
function setUpKernel(state) {
  /** @type {(selector: string) => HTMLElement} */
  const find = (selector) => state.root.querySelector(selector);
  const { limit, scale: stops } = state.data;
  const hint = find(".hint");
  const calm = hint.textContent;
  const changed = () => {
    const wrong = marked([...state.kernel.all, state.bias]);
    write(hint, wrong ? `From −${limit} to ${limit}` : calm);
    hint.classList.toggle("wrong", wrong);
    soon(state);
  };
  /** @param {number} pause */
  const rested = (pause) => settle(state, pause);
  state.table = signedTable(stops);
  state.kernel = new KernelGrid(find(".cells"), { limit, stops, changed, rested });
  Object.assign(state.bias, { min: -limit, max: limit, inputMode: "text" });
  /** @param {number} [pause] */
  const edit = (pause) => {
    changed();
    if (pause !== undefined) rested(pause);
  };
  scrub(state.bias, { step: () => 1, typed: () => edit(300), changed: () => edit(), rested: () => rested(0) });
  guard(state.bias, () => edit(0));
  for (const button of state.parts.sizes)
    button.addEventListener("click", () => state.kernel.resize(Number(button.dataset.size)));
  find("[data-clear]").addEventListener("click", () => state.kernel.clear());
  const copy = find("[data-copy]");
  copy.addEventListener("click", async () => {
    write(copy, (await copied(state.kernel.tensor)) ? "Copied" : "Not copied");
    setTimeout(() => write(copy, "Copy"), 1500);
  });
  // Pasted rows in any form; the server reads them like the text field.
  find(".cells").addEventListener("paste", (event) => {
    const words = event.clipboardData.getData("text").trim();
    if (!/[\s,;[]/.test(words)) return; // one number, for one field
    event.preventDefault();
    /** @type {HTMLElement} */ (event.target).blur();
    ask(state, { pasted: words.slice(0, 2000).replace(/\r?\n/g, words.includes("[") ? " " : ";") });
  });
}

// Without HTTPS, as in a classroom, a page can only copy a selection.
/** @param {string} words */
async function copied(words) {
  try {
    await navigator.clipboard.writeText(words);
    return true;
  } catch {
    const area = document.createElement("textarea");
    area.value = words;
    document.body.append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    return done;
  }
}

// The pixel under the pointer after the filter; before the filter, the pixel whose window has its
// middle nearest to the pointer.
/** @param {View} state @param {HTMLCanvasElement} canvas */
function setUpPointing(state, canvas) {
  const { before, after } = state.parts;
  /** @type {(row: number, column: number) => Spot} */
  const within = (row, column) => ({
    row: clamp(Math.floor(row), 0, after.canvas.height - 1),
    column: clamp(Math.floor(column), 0, after.canvas.width - 1),
  });
  /** @param {number} place */
  const filtered = (place) => {
    const { rows, stride, dilation, pad } = state.filter;
    return Math.round((Math.floor(place) - (dilation * (rows.length - 1)) / 2 + pad) / stride);
  };
  /** @param {MouseEvent} event */
  const at = (event) => {
    const box = canvas.getBoundingClientRect();
    const [down, across] = [(event.clientY - box.top) / box.height, (event.clientX - box.left) / box.width];
    const [row, column] = [down * canvas.height, across * canvas.width];
    return canvas === before.canvas ? within(filtered(row), filtered(column)) : within(row, column);
  };
  /** @param {Spot} spot */
  const look = (spot) => {
    state.at = spot;
    state.gaze ||= requestAnimationFrame(() => {
      state.gaze = 0;
      describe(state);
    });
  };
  const keep = () => {
    state.kept = state.at;
    state.send("pixel", `${state.at.row},${state.at.column}`);
  };
  canvas.addEventListener("pointermove", (event) => look(at(event)));
  canvas.addEventListener("pointerleave", () => look(state.kept));
  canvas.addEventListener("click", (event) => {
    look(at(event));
    keep();
  });
  canvas.addEventListener("keydown", (event) => {
    const step = event.shiftKey ? 10 : 1;
    const move = { ArrowUp: [-step, 0], ArrowDown: [step, 0], ArrowLeft: [0, -step], ArrowRight: [0, step] }[event.key];
    if (move) look(within(state.at.row + move[0], state.at.column + move[1]));
    else if (event.key === "Enter" || event.key === " ") keep();
    else return;
    event.preventDefault();
  });
}
