// A plane of values with points, ways and handles on it.
import { write } from "../../shared/words.js";
import { Scale, showAxis, showLegend } from "./around.js";
import { contours } from "./contours.js";
import { Cursor } from "./cursor.js";
import { add, draw, each, set } from "../../shared/dom.js";
import { Handles } from "./handles.js";
import { showPoints, showWays } from "./marks.js";
import { floats, short } from "../../shared/numbers.js";
import { paint, range } from "../../shared/values.js";
import { Plane } from "./plane.js";
import { Frame, spokenIn } from "../../shared/moments.js";

/** @typedef {import("../data.js").Field} Data */
/** @typedef {import("../../shared/mount.js").Senders} Senders */

const BARE = 20; // cells of the cursor on a field without values

export class Field {
  /** While a handle moves; never a reason for a message. @type {(name: string, x: number, y: number) => void} */
  onDrag = () => {};
  /** A handle was let go; unless replaced, it tells the server. @type {(name: string, x: number, y: number) => void} */
  onDrop = (name, x, y) => this.send?.setTriggerValue("drop", { name, x, y });

  /** @param {HTMLElement} host */
  constructor(host) {
    this.figure = add(host, "figure", "field");
    this.caption = add(this.figure, "figcaption");
    this.yLabel = add(this.figure, "p", "label");
    const body = add(this.figure, "div", "body");
    this.ys = add(body, "div", "ys");
    this.plot = add(body, "div", "plot");
    this.xs = add(body, "div", "xs");
    for (const axis of [this.ys, this.xs]) axis.setAttribute("aria-hidden", "true");
    this.xLabel = add(this.figure, "p", "label right");
    this.scale = new Scale(this.figure);
    this.legend = add(this.figure, "ul", "legend");
    this.summary = add(this.figure, "p", "spoken summary");
    this.speech = spokenIn(this.figure);
    this.buildPlot();
    this.frame = new Frame(() => this.paint());
  }

  buildPlot() {
    const { plot } = this;
    this.canvas = add(plot, "canvas");
    this.lines = draw(plot, "svg", "lines");
    set(this.lines, "viewBox", "0 0 100 100");
    set(this.lines, "preserveAspectRatio", "none");
    this.contours = draw(this.lines, "g", "contours");
    this.ways = draw(this.lines, "g");
    this.marks = draw(plot, "svg", "marks");
    this.points = draw(this.marks, "g");
    this.ends = draw(this.marks, "g");
    for (const hidden of [this.canvas, this.lines, this.marks]) hidden.setAttribute("aria-hidden", "true");
    this.note = add(plot, "p", "note");
    this.surface = add(plot, "div", "surface");
    this.surface.tabIndex = 0;
    this.surface.setAttribute("role", "application");
    this.surface.setAttribute("aria-roledescription", "field");
    const tip = add(plot, "div", "tip");
    tip.hidden = true;
    tip.setAttribute("aria-hidden", "true");
    this.cursor = new Cursor(this.surface, tip, this.marks, (words) => this.speech.say(words));
    this.handles = new Handles(plot, (...at) => this.dragged(...at), (...at) => this.onDrop(...at));
    plot.append(tip);
  }

  /** @param {Data} data @param {Senders} [send] */
  show(data, send) {
    this.data = data;
    this.send = send;
    const given = floats(data.values, data.rows * data.columns);
    this.grid = given && { values: given, rows: data.rows, columns: data.columns };
    write(this.caption, data.caption);
    this.caption.hidden = !data.caption;
    this.showPlane();
    this.showAround();
    this.paint();
  }

  // Other values on the same axes, without any other change: for owners that compute in the browser.
  // They are drawn in the next frame. Row 0 is at the bottom.
  /** @param {Float32Array} values @param {number} width @param {number} height */
  values(values, width, height) {
    if (!this.data || values.length !== width * height || values.length === 0) return;
    const other = this.grid?.rows !== height || this.grid.columns !== width;
    this.grid = { values, rows: height, columns: width };
    if (other) this.showPlane();
    this.frame.ask();
  }

  showPlane() {
    const { data, grid } = this;
    const plane = new Plane(data.axes, grid?.columns ?? BARE, grid?.rows ?? BARE, data.aspect);
    this.plane = plane;
    showPoints(this.points, data.points, plane);
    showWays(this.ways, this.ends, data.ways, plane);
    this.handles.show(data.handles, plane);
  }

  showAround() {
    const { data, plane } = this;
    const [x, y] = data.axes;
    set(this.plot, "style", `aspect-ratio:${data.aspect}`);
    const digits = showAxis(this.ys, y.low, y.high, (value) => plane.down(value), "top");
    this.ys.style.width = `${digits + 1}ch`;
    this.figure.style.setProperty("--left", `calc(${digits + 1}ch * 13 / 15)`);
    showAxis(this.xs, x.low, x.high, (value) => plane.across(value), "left");
    write(this.xLabel, `${x.label} →`);
    write(this.yLabel, `↑ ${y.label}`);
    showLegend(this.legend, data);
    write(this.note, data.note);
    this.note.hidden = !data.note;
    this.canvas.classList.toggle("smooth", data.smooth);
    this.surface.setAttribute("aria-label", `${data.caption || "Field"}. Arrow keys look around.`);
  }

  paint() {
    this.frame.stop();
    const { data, grid } = this;
    this.canvas.hidden = !grid;
    this.plot.classList.toggle("bare", !grid);
    if (grid) {
      const colours = range(data.scale, grid.values, data.low, data.high);
      paint(this.canvas, grid.values, grid.columns, grid.rows, colours);
      this.scale.show(data.value_name, colours, true);
      this.showContours(grid);
    } else {
      this.scale.show("", { kind: data.scale, low: 0, high: 1 }, false);
      this.contours.replaceChildren();
    }
    this.cursor.show(data, this.plane, grid?.values ?? null);
    write(this.summary, this.words());
  }

  /** @param {{ values: Float32Array, rows: number, columns: number }} grid */
  showContours({ values, rows, columns }) {
    const path = () => document.createElementNS("http://www.w3.org/2000/svg", "path");
    const levels = values.length > 1 ? this.data.levels : [];
    each(this.contours, levels, path, (node, level) => {
      const lines = contours(values, columns, rows, level).map((line) =>
        line.map(([x, y]) => `${(100 * (x + 0.5) / columns).toFixed(2)} ${(100 - 100 * (y + 0.5) / rows).toFixed(2)}`));
      set(node, "class", level === 0 && this.data.scale === "signed" ? "zero" : "");
      set(node, "d", lines.map((line) => `M${line.join("L")}`).join(""));
    });
  }

  words() {
    const { kinds, points, ways, levels } = this.data;
    const count = (/** @type {number} */ kind) => points.filter((point) => point.kind === kind).length;
    return [
      ...kinds.map((name, kind) => `${name}: ${count(kind)} points.`),
      ...ways.map(({ name, steps, current }) => {
        const at = steps[Math.min(current, steps.length - 1)];
        return at ? `${name}, step ${current}: ${this.plane.words(...at)}.` : "";
      }),
      levels.length && this.grid ? `Lines at ${levels.map(short).join(", ")}.` : "",
    ].filter(Boolean).join(" ");
  }

  /** @param {string} name @param {number} x @param {number} y */
  dragged(name, x, y) {
    this.speech.say(this.plane.words(x, y));
    this.onDrag(name, x, y);
  }

  destroy() {
    for (const part of [this.cursor, this.handles]) part.destroy();
    for (const one of [this.speech, this.frame]) one.stop();
  }
}
