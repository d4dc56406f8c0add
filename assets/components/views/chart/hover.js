// The cursor that mouse, finger and keyboard move from point to point.
import { clamp } from "../../shared/words.js";
import { BOTTOM } from "./frame.js";
import { fill, setAll } from "./nodes.js";
import { neighbour } from "./points.js";
import { readings, told } from "./readings.js";
import { Tip } from "./tip.js";

/** @typedef {import("../data.js").Chart} Data */
/** @typedef {import("./frame.js").Frame} Frame */
/** @typedef {{ wanted: number, y: number | null }} Aim `y`: pixels from the plot's top, of a pointer */

export class Hover {
  /**
   * @param {{ svg: SVGElement, rule: SVGElement, spots: SVGElement, keys: HTMLElement, tip: HTMLElement, aloud: HTMLElement }} nodes
   * @param {(x: number) => void} pick
   */
  constructor({ svg, rule, spots, keys, tip, aloud }, pick) {
    this.svg = svg;
    this.rule = rule;
    this.spots = spots;
    this.keys = keys;
    this.pick = pick;
    this.tip = new Tip(tip, aloud);
    /** @type {Data | null} */
    this.chart = null;
    /** @type {Frame | null} */
    this.frame = null;
    this.width = 0;
    this.place = ""; // of the field for keys
    /** @type {Aim | null} */
    this.aim = null;
    this.x = NaN; // of the point under the cursor, also after it left
    /** @type {PointerEvent | null} */
    this.moved = null;
    this.waiting = 0;
    svg.addEventListener("pointermove", (event) => this.move(event));
    svg.addEventListener("pointerdown", (event) => this.follow(event));
    svg.addEventListener("click", () => this.click());
    svg.addEventListener("pointerleave", (event) => event.pointerType !== "touch" && this.leave());
    svg.addEventListener("pointercancel", () => this.leave()); // the finger scrolls the page
    // A finger's cursor stays when it is lifted, until it touches something else.
    this.stop = new AbortController();
    addEventListener("pointerdown", (event) => {
      if (!event.composedPath().includes(svg)) this.leave();
    }, { signal: this.stop.signal });
    keys.addEventListener("keydown", (event) => this.key(event));
    keys.addEventListener("focus", () => this.aim || this.go(this.chart?.cursor ?? (Number.isFinite(this.x) ? this.x : Infinity)));
    keys.addEventListener("blur", () => this.leave());
  }

  /** What was drawn anew. @param {Data} chart @param {Frame} frame @param {number} width */
  set(chart, frame, width) {
    Object.assign(this, { chart, frame, width });
    const { left, width: wide, height, start, total } = frame;
    // The picture is the last thing in the figure, so its foot is known without measuring.
    const place = `left:${left}px;bottom:${BOTTOM}px;width:${wide}px;height:${height}px`;
    if (this.place !== place) this.keys.style.cssText = this.place = place;
    for (const [name, value] of [["min", start], ["max", total]]) this.keys.setAttribute(`aria-value${name}`, String(value));
    if (!Number.isFinite(this.x)) this.keys.setAttribute("aria-valuenow", String(start));
    this.show();
  }

  /** @param {PointerEvent} event */
  move(event) {
    this.moved = event;
    this.waiting ||= requestAnimationFrame(() => {
      this.waiting = 0;
      this.follow(this.moved);
    });
  }

  click() {
    if (!this.aim) return;
    this.keys.focus({ preventScroll: true }); // the arrow keys go on from here
    this.pick(this.x);
  }

  /** @param {PointerEvent | null} event */
  follow(event) {
    if (!event || !this.frame) return;
    const { left, top, width, start, total } = this.frame;
    const box = this.svg.getBoundingClientRect();
    const share = (event.clientX - box.left - left) / width;
    this.aim = share < -0.03 ? null : { wanted: start + share * (total - start), y: event.clientY - box.top - top };
    this.show();
    if (this.aim && event.type === "pointermove" && event.buttons & 1) this.pick(this.x);
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || !this.chart) return;
    const lines = told(this.chart).flatMap((curve) => curve.lines.map(({ points }) => points));
    const from = Number.isFinite(this.x) ? this.x : this.frame.start;
    switch (event.key) {
      case "ArrowLeft": this.go(neighbour(lines, from, -1)); break;
      case "ArrowRight": this.go(neighbour(lines, from, 1)); break;
      case "Home": this.go(-Infinity); break;
      case "End": this.go(Infinity); break;
      case "Enter": case " ": if (this.aim) this.pick(this.x); break;
      case "Escape": if (!this.aim) return; this.leave(); break;
      default: return;
    }
    event.preventDefault();
  }

  /** @param {number} x */
  go(x) {
    if (!this.frame) return;
    this.aim = { wanted: clamp(x, -Number.MAX_VALUE, Number.MAX_VALUE), y: null };
    this.show();
  }

  show() {
    const { aim, chart, frame } = this;
    if (!aim || !frame) return;
    const { y } = aim;
    const read = readings(chart, aim.wanted, y === null ? null : (value) => Math.abs(frame.y(value) - y));
    if (!read) return this.leave();
    this.x = read.x;
    const at = frame.left + frame.x(read.x);
    setAll(this.rule, { class: "cursor", x1: at, x2: at, y1: frame.top, y2: frame.top + frame.height, visibility: "visible" });
    fill(this.spots, read.rows.filter((row) => row.y !== null && row.x === read.x).map((row) => ({
      tag: "circle", at: { cx: at, cy: frame.top + frame.y(row.y), r: 4, stroke: row.colour },
    })));
    this.tip.show(read, at, this.width);
    this.keys.setAttribute("aria-valuenow", String(read.x));
    this.keys.setAttribute("aria-valuetext", read.head);
  }

  leave() {
    if (!this.aim && !this.moved) return;
    this.aim = this.moved = null;
    setAll(this.rule, { class: "cursor", visibility: "hidden" });
    fill(this.spots, []);
    this.tip.hide();
  }

  destroy() {
    this.stop.abort();
    cancelAnimationFrame(this.waiting);
    this.tip.destroy();
  }
}
