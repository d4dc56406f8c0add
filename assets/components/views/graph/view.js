// A network: units as nodes, weights as lines between them.
import { write } from "../../shared/words.js";
import { add, each, set } from "../../shared/dom.js";
import { floats } from "../../shared/numbers.js";
import { Frame, spokenIn } from "../../shared/moments.js";
import { drawEdges } from "./edges.js";
import { fold, layout } from "./layout.js";
import { Looks } from "./looks.js";
import { placeNodes, placeOf, showNode } from "./nodes.js";
import { edgeWords, tipWords } from "./tell.js";

/** @typedef {import("../data.js").Graph} Data */
/** @typedef {import("./nodes.js").Node} Node */
/** @typedef {import("./looks.js").Lit} Lit */

const NARROW = 480;
const MOST = { narrow: 8, wide: 10 };
const LETTER = 8.5; // pixels, about
const HINT = () => (matchMedia("(hover: none)").matches ? "Tap a unit or a line." : "Point at a unit or at a line.");

export class Graph {
  /** A unit was clicked; unless replaced, it tells the server. @type {(layer: number, unit: number) => void} */
  onPick = (layer, unit) => this.send?.setTriggerValue("pick", { layer, unit });

  /** @param {HTMLElement} host */
  constructor(host) {
    this.figure = add(host, "figure", "graph");
    this.caption = add(this.figure, "figcaption");
    this.names = add(this.figure, "div", "names");
    this.stage = add(this.figure, "div", "stage");
    this.stage.setAttribute("role", "application");
    this.stage.setAttribute("aria-roledescription", "network");
    this.canvas = add(this.stage, "canvas", "edges");
    this.canvas.setAttribute("aria-hidden", "true");
    this.rest = add(this.stage, "div", "rest");
    this.host = add(this.stage, "div", "units");
    this.legend = buildLegend(this.figure);
    this.readout = add(this.figure, "p", "readout");
    this.readout.setAttribute("aria-hidden", "true"); // the live region says the same, less often
    this.speech = spokenIn(this.figure);
    /** @type {(Float32Array | null)[]} */
    this.weights = [];
    this.width = 0;
    this.form = "";
    this.frame = new Frame(() => this.draw());
    this.looks = new Looks(this);
    this.watcher = new ResizeObserver(() => this.frame.ask());
    this.watcher.observe(this.figure);
  }

  /** @param {Data} data @param {import("../../shared/mount.js").Senders} [send] */
  show(data, send) {
    const first = !this.data;
    this.data = data;
    this.send = send;
    if (first) this.draw();
    else this.frame.ask();
  }

  draw() {
    this.frame.stop();
    if (!this.data) return;
    this.readWeights();
    this.place();
    const { data } = this;
    for (const node of this.nodes()) {
      const [layer, unit] = placeOf(node);
      showNode(node, data, layer, unit, this.most[layer]);
    }
    this.looks.apply();
    this.drawLines();
    this.tell();
  }

  readWeights() {
    const { layers, edges } = this.data;
    this.weights = layers.slice(1).map((layer, gap) =>
      floats(edges[gap]?.weights ?? "", layer.units.length * layers[gap].units.length));
    this.most = layers.map(({ units }) => Math.max(0, ...units.map((one) => Math.abs(one.value) || 0)));
    this.largest = this.data.largest ?? Math.max(0, ...this.weights.map(largest));
  }

  // Nodes are placed again only when the width or the number of units has changed.
  place() {
    const { data } = this;
    const width = this.figure.clientWidth;
    const most = width < NARROW ? MOST.narrow : MOST.wide;
    const folds = data.layers.map(({ units, count }) => fold(units, count, most));
    const ends = [data.layers[0], data.layers[data.layers.length - 1]].map((layer) =>
      Math.max(8, ...(layer?.units ?? []).map((unit) => unit.label.length * LETTER + 10)));
    const form = JSON.stringify([width, folds, ends, data.caption, data.layers.map((one) => one.name)]);
    if (form === this.form) return;
    this.form = form;
    this.width = width;
    this.folds = folds;
    this.layout = layout(width, folds, ends[0], ends[1]);
    this.stage.style.height = `${this.layout.height}px`;
    this.stage.setAttribute("aria-label", `${data.caption || "Network"}. Arrow keys go from unit to unit.`);
    write(this.caption, data.caption);
    this.caption.hidden = !data.caption;
    placeNodes(this.host, folds, this.layout);
    this.placeWords();
    this.looks.keep();
  }

  placeWords() {
    const { data, layout: { spots, more, column }, width, folds } = this;
    each(this.names, data.layers, nameNode, (node, layer, i) => {
      const x = (spots[i][0] ?? more[i])?.x ?? 0;
      const wide = Math.min(Math.max(column, 60) - 4, 2 * x, 2 * (width - x));
      set(node, "style", `left:${x}px;width:${wide}px`);
      const [name, count] = node.children;
      write(name, layer.name);
      write(count, String(Math.max(layer.count, layer.units.length)));
      set(count, "aria-label", `${count.textContent} units`);
    });
    const rest = more.map((spot, i) => ({ spot, count: folds[i].more })).filter((one) => one.spot);
    each(this.rest, rest, () => document.createElement("span"), (node, { spot, count }) => {
      set(node, "style", `left:${spot.x}px;top:${spot.y}px`);
      write(node, `… ${count} more`);
    });
  }

  drawLines() {
    const { data, folds, layout: { spots, size, height }, width } = this;
    const style = (/** @type {string} */ name) => getComputedStyle(this.legend.querySelector(name)).color;
    const inks = { plus: style(".plus"), minus: style(".minus"), look: style(".looks") };
    /** @type {import("./edges.js").Line[]} */
    const lines = [];
    this.weights.forEach((weights, gap) => {
      if (!weights) return;
      const look = new Set((data.edges[gap].look ?? []).map((pair) => pair.join()));
      folds[gap + 1].units.forEach((to, b) => folds[gap].units.forEach((from, a) => {
        lines.push({
          from: spots[gap][a], to: spots[gap + 1][b], weight: weights[to * data.layers[gap].units.length + from],
          lit: this.looks.lights(gap, from, to), look: look.has(`${to},${from}`),
        });
      }));
    });
    drawEdges(this.canvas, width, height, size, lines, this.largest, this.looks.lit !== null, inks);
  }

  tell() {
    const words = this.words(this.looks.lit);
    write(this.readout, words);
    if (this.looks.lit) this.speech.say(words);
  }

  /** @param {Lit | null} lit */
  words(lit) {
    const { data, weights } = this;
    if (!lit) return data.hint || HINT();
    if (lit.kind === "unit") return tipWords(data, lit.layer, lit.unit, this.into(lit.layer, lit.unit));
    const before = data.layers[lit.gap].units.length;
    return edgeWords(data, lit.gap, lit.from, lit.to, weights[lit.gap]?.[lit.to * before + lit.from]);
  }

  // The weights into a unit.
  /** @param {number} layer @param {number} unit */
  into(layer, unit) {
    const before = this.data.layers[layer - 1]?.units.length;
    return this.weights[layer - 1]?.subarray(unit * before, (unit + 1) * before) ?? null;
  }

  nodes() {
    return /** @type {Node[]} */ ([...this.host.children]);
  }

  destroy() {
    this.watcher.disconnect();
    this.speech.stop();
    this.frame.stop();
  }
}

/** @param {Float32Array | null} weights */
const largest = (weights) => (weights ?? new Float32Array()).reduce((most, one) => Math.max(most, Math.abs(one) || 0), 0);

function nameNode() {
  const node = document.createElement("p");
  add(node, "b");
  add(node, "span");
  return node;
}

/** @param {HTMLElement} host */
function buildLegend(host) {
  const list = add(host, "ul", "legend");
  for (const [name, words] of [["plus", "positive weight"], ["minus", "negative weight"]]) {
    const line = add(list, "li");
    add(line, "i", name);
    line.append(words);
  }
  add(list, "li").append("thicker: larger");
  add(list, "i", "looks");
  return list;
}
