// Drawing with keys: arrows move a pen, Space puts it down and lifts it.
import { clamp } from "../../shared/words.js";
import { SIZE } from "./strokes.js";

const STEP = 14, SMALL_STEP = 4;
const EDGE = 10; // units that the pen stays inside

/** @type {Record<string, number[]>} */
const MOVES = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

export class Pen {
  at = [SIZE / 2, SIZE / 2];
  shown = false; // whether the learner draws with keys
  /** @type {Set<string>} */
  held = new Set();

  /** @param {import("./main.js").DrawPad} pad */
  constructor(pad) {
    this.pad = pad;
    const { canvas } = pad;
    pad.on(canvas, ["keydown"], (event) => {
      if (!this.pressed(event)) return;
      event.preventDefault();
      event.stopPropagation();
    });
    pad.on(canvas, ["keyup"], (event) => {
      this.held.delete(event.key);
    });
    pad.on(canvas, ["blur"], () => this.left());
    pad.on(canvas, ["focus"], () => {
      if (canvas.matches(":focus-visible")) this.show(true);
    });
  }

  /** @param {KeyboardEvent} event */
  pressed({ key, ctrlKey, metaKey, altKey, shiftKey, repeat }) {
    const { pad } = this;
    if ((ctrlKey || metaKey) && key.toLowerCase() === "z") pad.undo();
    else if (ctrlKey || metaKey || altKey) return false;
    else if (["Delete", "Backspace", "Escape"].includes(key)) pad.clear();
    else if (key === " ") {
      this.show(true);
      if (!repeat) this.toggle();
    } else if (MOVES[key]) {
      this.show(true);
      this.move(key, shiftKey);
    } else return false;
    return true;
  }

  /** @param {boolean} shown */
  show(shown) {
    this.shown = shown;
    this.pad.frame.classList.toggle("by-keyboard", shown);
    if (shown) this.pad.paintSoon();
  }

  toggle() {
    const { pad } = this;
    if (pad.drawing) {
      pad.end();
      pad.tell("Pen up.");
    } else {
      pad.begin(this.at);
      if (pad.drawing) pad.tell("Pen down.");
    }
  }

  // All keys that are held move it: two of them, aslant.
  /** @param {string} key @param {boolean} small */
  move(key, small) {
    this.held.add(key);
    const step = small ? SMALL_STEP : STEP;
    for (const one of this.held)
      this.at = this.at.map((value, axis) => clamp(value + step * MOVES[one][axis], EDGE, SIZE - EDGE));
    if (this.pad.drawing) this.pad.extend(this.at, true);
    this.pad.paintSoon();
  }

  // The focus is elsewhere.
  left() {
    const { pad } = this;
    this.held.clear();
    if (pad.pointer === null) pad.lift();
    this.show(false);
    pad.paint();
  }
}
