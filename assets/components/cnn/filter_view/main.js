// Before, kernel and after: the result of a kernel on a picture, also while its numbers are dragged.
// Dragging and pointing compute here, from the exact pixels of "before", without the server. When the
// numbers rest, they are sent to the server once, and its result replaces the preview.
import { hear, say } from "../../shared/bus.js";
import { KernelGrid, guard, inForce, marked, sound } from "../../shared/kernel.js";
import { mount } from "../../shared/mount.js";
import { paint, put } from "../../shared/pictures.js";
import { Preview, float, signedTable, source, sumOf, weightOf } from "../../shared/preview.js";
import { scrub } from "../../shared/scrub.js";
import { bold, clamp, make, sign, text, write } from "../../shared/words.js";

const CHANNELS = ["red", "green", "blue"];
const REST_MS = 600; // formula and code follow after this time without a change
const LOST_MS = 4000; // an answer that is later than this belongs to another session

/** @typedef {import("../../shared/kernel.js").Rows} Rows */
/** @typedef {import("../../shared/kernel.js").Field} Field */
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

/** @typedef {{ figure: HTMLElement, mark: HTMLElement, canvas: HTMLCanvasElement, caption: HTMLElement }} Figure */


// At most four decimals and the seven digits that float32 holds, as in dl101_core/latex.py.
/** @param {number} value @param {number} [doubt] */
function number(value, doubt = 0) {
  const held = Math.min(7 - String(Math.trunc(Math.abs(value))).length, Math.floor(-Math.log10(2 * doubt)));
  return text(value, clamp(held, 0, 4));
}

const ROUNDING = 2 ** -24; // relative error of one float32 number

// The largest error of a sum of products: cnn/filters/maths.py, doubts.
/** @param {number[]} weights @param {number[]} products */
function doubtOf(weights, products) {
  const sizes = products.reduce((sum, product) => sum + Math.abs(product), 0);
  if (weights.every((weight) => float(weight) === weight) && sizes < 2 ** 21) return 0;
  return (weights.filter(Boolean).length + 1) * ROUNDING * sizes;
}

// Two decimals, half to even: float32 values times 100 are exact, so halves are real.
/** @param {number} value */
function hundredths(value) {
  const whole = Math.round(value * 100);
  const even = Math.abs((value * 100) % 1) === 0.5 && whole % 2 ? whole - 1 : whole;
  return (even / 100).toFixed(2).replace("-", "−");
}

// The filter of the fields -------------------------------------------------------------------------

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

// While numbers move -------------------------------------------------------------------------------

/** @param {View} state */
function soon(state) {
  state.frame ||= requestAnimationFrame(() => {
    state.frame = 0;
    preview(state);
  });
}

/** @param {View} state */
function preview(state) {
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
function settle(state, pause) {
  clearTimeout(state.timer);
  state.timer = setTimeout(() => {
    state.timer = 0;
    if (moving(state)) return;
    const filter = filterOf(state);
    const given = state.data.filter;
    if (same(filter.rows, given.rows) && filter.bias === given.bias) return update(state);
    ask(state, {
      rows: same(filter.rows, given.rows) ? null : state.kernel.words,
      bias: filter.bias === given.bias ? null : filter.bias,
      normalise: filter.normalise,
    });
  }, pause);
}

/** @param {View} state @param {object} change */
function ask(state, change) {
  state.seq = Math.max(state.seq, state.data.seq) + 1;
  state.asked = performance.now();
  state.send("edit", { seq: state.seq, rows: null, pasted: null, bias: null, normalise: false, ...change });
}

/** @param {View} state */
const moving = (state) => state.root.querySelector(".dragged") !== null;

// Whether the server's result is older than the learner's last change.
/** @param {View} state */
function behind(state) {
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

// One pixel, written out ---------------------------------------------------------------------------

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

/** @param {View} state */
function describe(state) {
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
  parts.tables.className = `tables k${size}`;
  parts.tables.replaceChildren(
    table("Pixels", cells, "pixels"), sign("×"),
    table("Kernel", filter.rows.map((line) => line.map((value) => ({ value }))), "kernel"), sign("="),
    table("Products", cells.map((line, u) => line.map((cell, v) => ({ value: cell.value * filter.rows[u][v] }))), "products"),
  );
  const reach = filter.dilation * (size - 1) + 1;
  place(parts.after, column + 0.5, row + 0.5, 1, 1);
  /** @param {number} n */
  const middle = (n) => n * filter.stride - filter.pad + reach / 2;
  place(parts.before, middle(column), middle(row), reach, reach);
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
function place({ canvas, mark }, x, y, width, height) {
  /** @param {number} pixels */
  const across = (pixels) => `${(100 * pixels) / canvas.width}%`;
  /** @param {number} pixels */
  const down = (pixels) => `${(100 * pixels) / canvas.height}%`;
  Object.assign(mark.style, { left: across(x), top: down(y), width: across(width), height: down(height) });
}

// Words around the pictures ------------------------------------------------------------------------

/** @param {Figure} part @param {string} title @param {string} words */
function caption(part, title, words) {
  part.caption.replaceChildren(bold(title), ` ${words}`);
}

// The words beside the after picture and the kernel: of PyTorch's result, or of the preview.
/** @param {View} state @param {Range} range */
function tell(state, { width, height, low, high, outside }) {
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

// Set up once --------------------------------------------------------------------------------------

/** @param {ParentNode} root */
function partsOf(root) {
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

/** @param {View} state */
function setUp(state) {
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
  setUpPointing(state, parts.after.canvas);
  setUpPointing(state, parts.before.canvas);
  state.stop = hear("dl101-source", () => update(state));
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
    describe(state);
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

// The server's data --------------------------------------------------------------------------------

/** @param {View} state */
async function update(state) {
  const { data, parts } = state;
  parts.difference.figure.hidden = !data.difference;
  parts.channels.hidden = data.channels === 1;
  const stops = data.scale.map(([stop, colour]) => `${colour} ${stop * 100}%`).join(", ");
  /** @type {HTMLElement} */
  const bar = parts.legend.querySelector(".bar");
  bar.style.background = `linear-gradient(to right, ${stops})`;
  caption(parts.before, "Before", `${data.before.text}. Point at a pixel; a click keeps it.`);
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

class View {
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
    this.send = setTriggerValue;
    this.kept = { row: given.pixel[0], column: given.pixel[1] };
    this.at ??= this.kept;
    update(this);
  }

  destroy() {
    this.stop();
    clearTimeout(this.timer);
    clearTimeout(this.rest);
  }
}

export default mount(View);
