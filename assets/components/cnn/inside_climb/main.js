// The picture of a gradient ascent and the filter's answer to it, step by step.
import { mount } from "../../shared/mount.js";
import { bytes, colourTable, paintRaster } from "../../shared/raster.js";
import { write } from "../../shared/words.js";
import { Chart } from "../../views/chart/view.js";
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

  /** @param {ShadowRoot | HTMLElement} place */
  constructor(place) {
    /** @type {HTMLElement} */
    const root = place.querySelector(".climb");
    /** @type {(name: string) => HTMLElement} */
    const find = (name) => root.querySelector(`.${name}`);
    this.root = root;
    this.node = {
      canvas: root.querySelector("canvas"), figcaption: root.querySelector("figcaption"),
      progress: root.querySelector("progress"), state: find("state"), scrubber: find("scrubber"),
    };
    this.chart = new Chart(find("answers"), { onPick: (step) => this.lookBack(step) });
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
    this.player.show({ steps: data.points.length, at: this.at, unit: "picture" });
    this.look(this.player.at);
    this.root.dataset.shown = data.shown;
  }

  destroy() {
    this.player.destroy();
    this.chart.destroy();
  }

  /** The answer at every step, with the cursor on the picture that is shown. */
  draw() {
    const { points, steps, name } = this.data;
    const answers = points.map(([step, answer]) => /** @type {[number, number]} */ ([step, Number(answer)]));
    this.chart.show({
      title: "Answer of the filter", total: steps, scale: "linear", empty: "No step yet",
      low: Math.min(0, ...answers.map(([, answer]) => answer)),
      cursor: points[this.at]?.[0] ?? null,
      curves: [{
        name, place: 0, broke: null, band: null, bracket: null, marks: [], role: "main",
        lines: [{ name: "answer", kind: "thick", marks: false, points: answers }],
      }],
    });
  }

  /** Shows the picture of the point at or before a step of the curve. @param {number} step */
  lookBack(step) {
    this.player.step(this.data.points.filter(([at]) => at <= step).length - 1 - this.at);
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
    const { canvas, figcaption } = this.node;
    this.draw();
    if (!point) {
      write(figcaption, ""); // the picture before stays until the climb has its first
      return;
    }
    const [step, , picture] = point;
    const pixels = bytes(picture);
    paintRaster(canvas, 28, 28, (i) => this.colours[pixels[i]]);
    write(figcaption, this.words(at));
    canvas.setAttribute("aria-label", `The picture after step ${step}`);
  }
}

export default mount(View);
