// A line chart that grows: it is shown again and again with more points, and keeps its nodes.
import { write } from "../../shared/words.js";
import { EDGE, frameOf } from "./frame.js";
import { Hover } from "./hover.js";
import * as layers from "./layers.js";
import { showLegend } from "./legend.js";
import { fill, setAll, svgNode } from "./nodes.js";
import { sentence } from "./readings.js";
import { sound } from "./sound.js";
import { storms } from "./storm.js";

/** @typedef {import("../data.js").Chart} Data */
/** @typedef {import("./frame.js").Frame} Frame */
/** @typedef {(chart: Data, frame: Frame) => import("./nodes.js").Spec[]} Layer */

/** In the plot, which cuts off what is outside, from the lowest up. @type {Layer[]} */
const INSIDE = [layers.bands, layers.levels, layers.changes, layers.lines, layers.marks, storms];
/** Over the plot. @type {Layer[]} */
const OUTSIDE = [layers.brackets, (_, frame) => layers.names(frame), layers.now, layers.emptiness];

export class Chart {
  /**
   * `onPick`: gets the x of the point that was clicked, or chosen with Enter, so that a scrubber can follow.
   *
   * @param {HTMLElement} host @param {{ onPick?: (x: number) => void }} [options]
   */
  constructor(host, { onPick = () => {} } = {}) {
    this.build(host);
    this.onPick = onPick;
    const { svg, rule, spots, keys, tip, aloud } = this;
    this.hover = new Hover({ svg, rule, spots, keys, tip, aloud }, (x) => this.onPick(x));
    this.data = sound(null);
    this.waiting = 0;
    this.began = false;
    this.sized = new ResizeObserver(() => this.draw());
    this.sized.observe(this.svg);
  }

  /** @param {HTMLElement} host */
  build(host) {
    const figure = this.figure = node("figure", "chart");
    const caption = node("figcaption");
    this.title = node("b");
    this.kind = node("span", "kind");
    this.legend = node("ul");
    caption.append(this.title, " ", this.kind, this.legend);
    this.svg = /** @type {SVGSVGElement} */ (svgNode("svg", { role: "img" }));
    this.axes = svgNode("g");
    this.plot = svgNode("svg");
    const group = () => svgNode("g");
    this.inside = INSIDE.map(group);
    this.outside = OUTSIDE.map(group);
    this.rule = /** @type {SVGElement} */ (svgNode("line", { class: "cursor", visibility: "hidden" }));
    this.spots = /** @type {SVGElement} */ (svgNode("g", { class: "spots" }));
    this.plot.append(...this.inside);
    this.svg.append(this.axes, this.plot, ...this.outside);
    // A picture of its own, so that the browser does not paint the lines again under a moving cursor.
    const over = svgNode("svg", { class: "over", "aria-hidden": "true" });
    over.append(this.rule, this.spots);
    this.keys = node("div", "keys");
    this.keys.tabIndex = 0;
    for (const [name, value] of Object.entries({ role: "slider", "aria-orientation": "horizontal", "aria-valuenow": "0" })) {
      this.keys.setAttribute(name, value);
    }
    this.tip = node("div", "tip");
    this.tip.hidden = true;
    this.tip.setAttribute("aria-hidden", "true"); // the words below are read instead
    this.aloud = node("p", "aloud");
    this.aloud.setAttribute("aria-live", "polite");
    figure.append(caption, this.svg, over, this.keys, this.tip, this.aloud);
    host.append(figure);
  }

  /** At most one drawing a frame, whatever comes. @param {Partial<Data>} data */
  show(data) {
    this.data = sound(data);
    if (!this.began) return this.draw();
    this.waiting ||= requestAnimationFrame(() => this.draw());
  }

  draw() {
    cancelAnimationFrame(this.waiting);
    this.waiting = 0;
    this.began = true;
    const { data, svg } = this, width = svg.clientWidth, height = svg.clientHeight;
    this.say(data);
    if (!width) return;
    const frame = frameOf(data, width, height);
    fill(this.axes, layers.axes(data, frame));
    this.frameThePlot(frame);
    INSIDE.forEach((layer, i) => fill(this.inside[i], layer(data, frame)));
    OUTSIDE.forEach((layer, i) => fill(this.outside[i], layer(data, frame)));
    write(this.kind, [data.y_label, frame.powers ? "in powers of ten" : ""].filter(Boolean).join(", "));
    showLegend(this.legend, data);
    this.hover.set(data, frame, width);
  }

  /** @param {Data} data */
  say(data) {
    this.figure.dataset.what = data.title;
    write(this.title, data.title);
    const words = sentence(data);
    if (this.svg.getAttribute("aria-label") !== words) this.svg.setAttribute("aria-label", words);
    this.keys.setAttribute("aria-label", `${data.title}: values along the ${data.x_label}`);
  }

  /** A little more than the plot, so that a point on its edge is whole. @param {Frame} frame */
  frameThePlot({ left, top, width, height }) {
    const [w, h] = [width + 2 * EDGE, height + 2 * EDGE];
    setAll(this.plot, { x: left - EDGE, y: top - EDGE, width: w, height: h, viewBox: `${-EDGE} ${-EDGE} ${w} ${h}` });
  }

  destroy() {
    this.sized.disconnect();
    cancelAnimationFrame(this.waiting);
    this.hover.destroy();
  }
}

/** @param {string} tag @param {string} [name] @returns {HTMLElement & { shown?: string }} */
function node(tag, name = "") {
  const made = document.createElement(tag);
  if (name) made.className = name;
  return made;
}
