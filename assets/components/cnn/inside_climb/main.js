// The picture of a gradient ascent and the filter's answer to it, step by step.
import { bytes, colourTable, paintRaster } from "../../shared/raster.js";
import { text, write } from "../../shared/words.js";

const views = new WeakMap();

export default function ({ parentElement, data }) {
  let view = views.get(parentElement);
  if (!view || !parentElement.contains(view.root)) {
    view = new View(parentElement.querySelector(".climb"));
    views.set(parentElement, view);
  }
  view.show(data);
  return () => views.delete(parentElement);
}

class View {
  constructor(root) {
    const find = (selector) => root.querySelector(selector);
    this.root = root;
    this.node = Object.fromEntries(
      ["canvas", "figcaption", ".state", "progress", "svg", ".curve", ".dot", ".top", ".bottom", ".end", "input", ".scrubber"]
        .map((selector) => [selector.replace(".", ""), find(selector)]),
    );
    this.node.input.addEventListener("input", () => {
      this.at = Number(this.node.input.value);
      this.look();
    });
  }

  show(data) {
    if (this.data?.shown === data.shown) return;
    const follows = !this.data || this.data.climb !== data.climb || this.at >= this.data.points.length - 1;
    this.data = data;
    this.colours = colourTable(data.unsigned_scale);
    this.pictures = data.points.map(([, , picture]) => picture);
    if (follows || this.at >= data.points.length) this.at = data.points.length - 1;
    this.root.style.setProperty("--accent", data.accent);
    write(this.node.state, data.words);
    this.node.progress.value = data.points.length ? data.points.at(-1)[0] / data.steps : 0;
    this.node.scrubber.hidden = data.points.length < 2;
    this.node.input.max = Math.max(0, data.points.length - 1);
    this.node.input.value = this.at;
    this.curve();
    this.look();
    this.root.dataset.shown = data.shown;
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

  look() {
    const point = this.data.points[this.at];
    const { canvas, dot, figcaption, input } = this.node;
    if (!point) {
      paintRaster(canvas, 28, 28, () => [255, 255, 255]);
      canvas.setAttribute("aria-label", "No picture yet");
      write(figcaption, "");
      return;
    }
    const [step, answer, picture, says] = point;
    const pixels = bytes(picture);
    paintRaster(canvas, 28, 28, (i) => this.colours[pixels[i]]);
    const [x, y] = this.place(point);
    dot.setAttribute("cx", x);
    dot.setAttribute("cy", y);
    const words = `Step ${step}: the answer is ${answer.replace("-", "−")}.${says}`;
    write(figcaption, words);
    input.setAttribute("aria-valuetext", words);
    canvas.setAttribute("aria-label", `The picture after step ${step}`);
  }
}
