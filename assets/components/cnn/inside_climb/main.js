// The picture of a gradient ascent and the filter's answer to it, step by step.
import { mount } from "../../shared/mount.js";
import { bytes, colourTable, paintRaster } from "../../shared/raster.js";
import { text, write } from "../../shared/words.js";
import { Player } from "../../views/player/view.js";

/** @typedef {[step: number, answer: string, picture: string, says: string]} Point of the climb */

/**
 * @typedef {object} Data
 * @property {string} shown
 * @property {string} climb names it
 * @property {string} name of the filter or class
 * @property {string} words about its state
 * @property {number} steps
 * @property {Point[]} points
 * @property {Stops} unsigned_scale
 * @property {string} accent
 */

class View {
  /** @type {Data} */
  data;
  at = 0; // the point that is shown
  /** @type {Rgb[]} */
  colours = [];
  /** @type {(point: Point) => [x: number, y: number]} */
  place;

  /** @param {ShadowRoot | HTMLElement} place */
  constructor(place) {
    /** @type {HTMLElement} */
    const root = place.querySelector(".climb");
    /** @type {(name: string) => HTMLElement} */
    const find = (name) => root.querySelector(`.${name}`);
    this.root = root;
    this.node = {
      canvas: root.querySelector("canvas"), figcaption: root.querySelector("figcaption"),
      progress: root.querySelector("progress"), svg: root.querySelector("svg"),
      state: find("state"), curve: find("curve"), dot: find("dot"),
      top: find("top"), bottom: find("bottom"), end: find("end"), scrubber: find("scrubber"),
    };
    this.player = new Player(this.node.scrubber, {
      name: "Look back", words: (at) => this.words(at), onMove: (at) => this.look(at),
    });
  }

  /** @param {Data} data */
  show(data) {
    if (this.data?.shown === data.shown) return;
    const follows = !this.data || this.data.climb !== data.climb || this.at >= this.data.points.length - 1;
    this.data = data;
    this.colours = colourTable(data.unsigned_scale);
    if (follows) this.player.stop(); // the climb itself is what moves
    if (follows || this.at >= data.points.length) this.at = data.points.length - 1;
    this.root.style.setProperty("--accent", data.accent);
    write(this.node.state, data.words);
    this.node.progress.value = data.points.length ? data.points.at(-1)[0] / data.steps : 0;
    this.node.progress.style.visibility = this.node.progress.value < 1 ? "visible" : "hidden";
    this.node.scrubber.hidden = data.points.length < 2;
    this.curve();
    this.player.show({ steps: data.points.length, at: this.at, unit: "picture" });
    this.look(this.player.at);
    this.root.dataset.shown = data.shown;
  }

  destroy() {
    this.player.destroy();
  }

  curve() {
    const { points, steps, name } = this.data;
    this.node.svg.style.visibility = points.length ? "visible" : "hidden";
    if (!points.length) return;
    const answers = points.map(([, answer]) => Number(answer));
    const [low, high] = [Math.min(...answers, 0), Math.max(...answers, 0)];
    this.place = ([step, answer]) => [40 + (272 * step) / steps, 140 - (130 * (Number(answer) - low)) / (high - low || 1)];
    this.node.curve.setAttribute("points", points.map((one) => this.place(one).map((n) => n.toFixed(1)).join()).join(" "));
    write(this.node.top, text(high, 2));
    write(this.node.bottom, text(low, 2));
    write(this.node.end, String(steps));
    this.node.svg.setAttribute("aria-label", `${name}: from ${points[0][1]} to ${points.at(-1)[1]}`);
  }

  /** @param {number} at */
  words(at) {
    const point = this.data.points[at];
    return point ? `Step ${point[0]}: the answer is ${point[1].replace("-", "−")}.${point[3]}` : "";
  }

  /** @param {number} at */
  look(at) {
    this.at = at;
    const point = this.data.points[at];
    const { canvas, dot, figcaption } = this.node;
    if (!point) {
      write(figcaption, ""); // the picture before stays until the climb has its first
      return;
    }
    const [step, , picture] = point;
    const pixels = bytes(picture);
    paintRaster(canvas, 28, 28, (i) => this.colours[pixels[i]]);
    const [x, y] = this.place(point);
    dot.setAttribute("cx", String(x));
    dot.setAttribute("cy", String(y));
    write(figcaption, this.words(at));
    canvas.setAttribute("aria-label", `The picture after step ${step}`);
  }
}

export default mount(View);
