// Handles on the plot: dragged by pointer, or moved by arrow keys.
import { clamp, write } from "../../shared/words.js";
import { each, percent, set } from "../../shared/dom.js";
import { Frame } from "../../shared/moments.js";

/** @typedef {import("../data.js").FieldHandle} Handle */
/** @typedef {(name: string, x: number, y: number) => void} Told */

const STEP = 1 / 40; // of the plot's side
const FINE = 1 / 400; // with Shift
/** @type {Record<string, Place>} down and right */
const MOVES = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };

export class Handles {
  /** @param {HTMLElement} plot @param {Told} onDrag @param {Told} onDrop */
  constructor(plot, onDrag, onDrop) {
    this.host = document.createElement("div");
    this.host.className = "handles";
    plot.append(this.host);
    this.onDrag = onDrag;
    this.onDrop = onDrop;
    /** @type {Handle[]} */
    this.handles = [];
    /** @type {{ index: number, across: number, down: number, box: DOMRect | null, moved: boolean } | null} */
    this.held = null;
    this.frame = new Frame(() => this.moved());
    const { host } = this;
    host.addEventListener("pointerdown", (event) => this.grab(event));
    host.addEventListener("pointermove", (event) => this.pull(event));
    host.addEventListener("pointerup", () => this.drop());
    host.addEventListener("pointercancel", () => this.drop());
    host.addEventListener("keydown", (event) => this.key(event));
    host.addEventListener("keyup", (event) => event.key in MOVES && this.drop());
    host.addEventListener("focusout", () => this.drop());
  }

  /** @param {Handle[]} handles @param {import("./plane.js").Plane} plane */
  show(handles, plane) {
    this.handles = handles;
    this.plane = plane;
    if (this.held && this.held.index >= handles.length) this.held = null;
    each(this.host, handles, button, (node, handle, i) => {
      set(node, "class", `handle ${handle.form}`);
      set(node, "data-name", handle.name);
      if (this.held?.index !== i) this.place(i, plane.across(handle.x), plane.down(handle.y));
    });
  }

  /** @param {number} index @param {number} across @param {number} down */
  place(index, across, down) {
    const node = /** @type {HTMLElement} */ (this.host.children[index]);
    const [x, y] = [clamp(across, 0, 1), clamp(down, 0, 1)];
    node.style.left = percent(x);
    node.style.top = percent(y);
    write(node.firstElementChild, `${this.handles[index].label}: ${this.plane.words(...this.plane.at(x, y))}`);
  }

  /** @param {Event} event */
  index(event) {
    const node = /** @type {Element} */ (event.target).closest(".handle");
    return [...this.host.children].findIndex((one) => one === node);
  }

  /** @param {PointerEvent} event */
  grab(event) {
    const index = this.index(event);
    if (index < 0 || event.button > 0) return;
    event.stopPropagation();
    this.host.setPointerCapture(event.pointerId);
    const { x, y } = this.handles[index];
    const [across, down] = [clamp(this.plane.across(x), 0, 1), clamp(this.plane.down(y), 0, 1)];
    this.held = { index, across, down, box: this.host.getBoundingClientRect(), moved: false };
  }

  /** @param {PointerEvent} event */
  pull(event) {
    if (!this.held?.box) return;
    const { box } = this.held;
    this.held.moved = true;
    this.held.across = clamp((event.clientX - box.left) / box.width, 0, 1);
    this.held.down = clamp((event.clientY - box.top) / box.height, 0, 1);
    this.frame.ask();
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    const [index, move] = [this.index(event), MOVES[event.key]];
    if (index < 0 || !move) return;
    event.preventDefault();
    const { x, y } = this.handles[index];
    const step = event.shiftKey ? FINE : STEP;
    const from = this.held ?? { across: this.plane.across(x), down: this.plane.down(y) };
    const [across, down] = [clamp(from.across + move[1] * step, 0, 1), clamp(from.down + move[0] * step, 0, 1)];
    this.held = { index, across, down, box: null, moved: true };
    this.moved();
  }

  moved() {
    if (!this.held) return;
    const { index, across, down } = this.held;
    this.place(index, across, down);
    const [x, y] = this.plane.at(across, down);
    this.handles = this.handles.map((one, i) => (i === index ? { ...one, x, y } : one));
    this.onDrag(this.handles[index].name, x, y);
  }

  // A press without a move is no drop.
  drop() {
    const { held } = this;
    if (!held) return;
    this.frame.stop();
    if (held.moved) this.moved();
    this.held = null;
    if (!held.moved) return;
    const { name, x, y } = this.handles[held.index];
    this.onDrop(name, x, y);
  }

  destroy() {
    this.frame.stop();
  }
}

function button() {
  const node = document.createElement("button");
  node.type = "button";
  node.setAttribute("aria-roledescription", "handle");
  const words = document.createElement("span");
  words.className = "spoken";
  node.append(words);
  return node;
}
